import Domain

/// How a body on standard input is to be read.
struct BodyType: Equatable {
    let format: Submission.Format
    var boundary = ""

    /// `json`, `form`, `multipart` or a media type; `nil` if it is none of them.
    init?(named text: String, body: [UInt8]) {
        let name = text.prefix { $0 != ";" }.lowercased()
        if name == "json" || name.hasSuffix("/json") || name.hasSuffix("+json") {
            format = .json
        } else if name == "form" || name == "application/x-www-form-urlencoded" {
            format = .form
        } else if name == "multipart" || name == "multipart/form-data" {
            format = .multipart
            boundary = Self.boundary(of: body)
        } else {
            return nil
        }
    }

    /// By how the body begins.
    init(guessing body: [UInt8]) {
        let first = body.first { $0 > 0x20 && ![0xEF, 0xBB, 0xBF].contains($0) }
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            format = .json
        } else if body.starts(with: Array("--".utf8)) {
            format = .multipart
            boundary = Self.boundary(of: body)
        } else {
            format = .form
        }
    }

    /// A multipart body begins with its boundary behind two dashes (RFC 2046 section 5.1.1).
    private static func boundary(of body: [UInt8]) -> String {
        String(decoding: body.dropFirst(2).prefix { $0 != 0x0D && $0 != 0x0A }, as: UTF8.self)
    }

    /// The body without the line break that an editor leaves at the end of a form.
    func trimmed(_ body: [UInt8]) -> [UInt8] {
        guard format == .form else { return body }
        return Array(body.prefix(1 + (body.lastIndex { $0 > 0x20 } ?? -1)))
    }
}
