package import Domain
import HTTP

extension Submission {
    /// What the body is, decoded as far as its format goes. What cannot be decoded says why, for quarantine.
    package var content: Validator.Content {
        switch format {
        case .json: .json
        case .repaired: .repaired
        case .form, .query: formContent
        case .multipart: multipartContent
        }
    }

    private var formContent: Validator.Content {
        do throws(FormFields.Fault) {
            return .pairs(try FormFields(body).all.filter { $0.name != Content.redirectField })
        } catch {
            switch error {
            case .malformedEncoding(let offset):
                return .unreadable("The form has a malformed percent encoding in the field at byte \(offset).")
            case .notUTF8(let offset):
                return .unreadable(
                    "The form is not UTF-8 in the field at byte \(offset); set accept-charset=\"utf-8\".")
            case .tooManyFields(let limit):
                return .unreadable("The form has more than \(limit) fields.")
            }
        }
    }

    private var multipartContent: Validator.Content {
        do throws(Multipart.Fault) {
            let parts = try Multipart(body, boundary: boundary).parts
            return .pairs(
                parts.filter { $0.fileName == nil && $0.name != Content.redirectField }.map { ($0.name, $0.value) })
        } catch {
            switch error {
            case .malformedBoundary: return .unreadable("The boundary in Content-Type is malformed.")
            case .noParts: return .unreadable("The multipart body has no parts.")
            case .cutShort: return .unreadable("The multipart body ends before its last boundary.")
            case .malformedPart(let number): return .unreadable("Part \(number) of the multipart body is malformed.")
            case .namelessPart(let number): return .unreadable("Part \(number) of the multipart body has no name.")
            case .tooManyParts(let limit): return .unreadable("The multipart body has more than \(limit) parts.")
            case .notUTF8: return .unreadable("The multipart body has a field that is not UTF-8.")
            }
        }
    }
}
