package import Domain
import HTTP
import Store

extension Submission {
    /// What the body is, decoded as far as its format goes. What cannot be decoded says why, for quarantine.
    package var decoded: Decoded {
        switch format {
        case .json: json
        case .repaired: Decoded(.repaired)
        case .form, .query: form
        case .multipart: multipart
        }
    }

    /// What was said to be the character set; `nil` if nothing was, or the C library does not have it.
    private var statedCharset: Charset? { charset.isEmpty ? nil : Charset(label: charset) }

    private var json: Decoded {
        var decoded = Decoded(.json)
        decoded.query = queryFields
        let stated = statedCharset
        if stated == nil, (try? UTF8Span(validating: body.span)) != nil { return decoded }
        let text = (stated ?? .utf8).decode(body)
        decoded.text = Array(text.text.utf8)
        if text.hasReplacements { decoded.remarks.append(.unreadableJSON(charset: charset)) }
        return decoded
    }

    private var form: Decoded {
        do throws(FormFields.Fault) {
            let fields = try FormFields(body, charset: statedCharset)
            return pairs(fields.all, hasReplacements: fields.hasReplacements)
        } catch {
            switch error {
            case .tooManyFields(let limit): return Decoded(.unreadable("The form has more than \(limit) fields."))
            }
        }
    }

    private var multipart: Decoded {
        do throws(Multipart.Fault) {
            let form = try Multipart(body, boundary: boundary, charset: statedCharset)
            var decoded = pairs(
                form.parts.filter { $0.fileName == nil }.map { ($0.name, $0.value) },
                hasReplacements: form.hasReplacements)
            // A browser sends a part without a file's name where nobody chose a file (WHATWG HTML 4.10.21.4).
            let files = form.parts.filter { $0.fileName.map { !$0.isEmpty } ?? false }
            if !files.isEmpty { decoded.remarks.append(.files(files.map(\.name))) }
            return decoded
        } catch {
            switch error {
            case .malformedBoundary: return Decoded(.unreadable("The boundary in Content-Type is malformed."))
            case .noParts: return Decoded(.unreadable("The multipart body has no parts."))
            case .cutShort: return Decoded(.unreadable("The multipart body ends before its last boundary."))
            case .malformedPart(let number):
                return Decoded(.unreadable("Part \(number) of the multipart body is malformed."))
            case .namelessPart(let number):
                return Decoded(.unreadable("Part \(number) of the multipart body has no name."))
            case .tooManyParts(let limit):
                return Decoded(.unreadable("The multipart body has more than \(limit) parts."))
            }
        }
    }

    /// The fields of a form, less those that are for us or for its reader, and behind them those of its address that it
    /// does not have.
    private func pairs(_ fields: [(name: String, value: String)], hasReplacements: Bool) -> Decoded {
        var pairs = fields.filter { $0.name != Content.redirectField && $0.name != FormFields.charsetField }
        let said = Set(pairs.lazy.filter { !$0.value.isEmpty }.map(\.name))
        // No mapping is asked about the clock that our own snippet tells.
        let further = queryFields.filter { !said.contains($0.name) }
        pairs += further.filter { $0.name != AddressFields.clock }
        var decoded = Decoded(.pairs(pairs))
        decoded.query = further.filter { $0.name == AddressFields.clock }
        if hasReplacements { decoded.remarks.append(.unreadableForm(charset: charset)) }
        return decoded
    }

    private var queryFields: [(name: String, value: String)] {
        query.isEmpty ? [] : (try? FormFields(query: query))?.all ?? []
    }

    /// What it says beside the bytes of its body, for telling posts under one `Idempotency-Key` apart. The sender's
    /// clock in the address is another one at each attempt and says nothing.
    func reading() -> AppendRequest.Reading {
        var copy = self
        copy.query = AddressFields.removing([AddressFields.clock], from: query)
        let decoded = copy.decoded
        if case .pairs(let pairs) = decoded.content { return .fields(Wording([], pairs: pairs).hash) }
        var words = decoded.completing.flatMap { $0.place + [$0.value] }
        if let text = decoded.text, text != body { words.append(charset) }
        guard !words.isEmpty else { return .plain }
        var hash = FNV1a()
        for word in words {
            hash.add(word.utf8)
            hash.add([0])
        }
        return .besides(hash.hash)
    }
}
