/// What a body is: the value of a Content-Type field (RFC 9110 8.3.1).
package struct MediaType: Sendable {
    /// Type and subtype in lower case: `application/json`.
    package let name: String
    private let parameters: FieldParameters

    /// Nothing if the text is not a media type.
    package init?(_ text: String) {
        guard let parts = FieldParameters(text) else { return nil }
        let words = parts.first.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard words.count == 2, words.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isTokenByte) }) else { return nil }
        name = parts.first.lowercased()
        parameters = parts
    }

    /// Whether the content is text by its kind: `text/*`, JSON, XML, or a form.
    var isText: Bool {
        name.hasPrefix("text/") || isJSON || name.hasSuffix("/xml") || name.hasSuffix("+xml")
            || name == "application/x-www-form-urlencoded"
    }

    /// `application/json`, and every type that says by its suffix that it can be read as JSON (RFC 6839 3.1).
    package var isJSON: Bool { name == "application/json" || name == "text/json" || name.hasSuffix("+json") }

    /// In lower case, since the names of character sets do not heed case.
    package var charset: String? { self["charset"]?.lowercased() }

    /// What stands between the parts of a multipart body.
    package var boundary: String? { self["boundary"] }

    /// A parameter's value, by its name in lower case.
    package subscript(parameter: String) -> String? { parameters[parameter] }
}
