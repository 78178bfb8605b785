/// Something that was done to a post before it could be read. Becomes a note of the lead, with names of fields and
/// never values.
package enum DecodingRemark: Equatable, Sendable {
    /// Bytes of a form, or of a pixel's query, that are not in its character set became U+FFFD.
    case unreadableForm(charset: String)
    /// The same in the texts of a JSON document.
    case unreadableJSON(charset: String)
    /// Fields of a form whose contents were files.
    case files([String])

    /// More names than these are counted only.
    private static let shownNames = 8

    var line: String {
        switch self {
        case .unreadableForm(let charset):
            """
            the form is not \(Self.said(charset)): unreadable characters replaced; send UTF-8 \
            (accept-charset=\"utf-8\")
            """
        case .unreadableJSON(let charset):
            """
            the JSON is not \(Self.said(charset)): unreadable characters replaced; send UTF-8, or name the charset \
            in Content-Type
            """
        case .files(let names):
            "files are not kept: "
                + names.prefix(Self.shownNames).map { $0.isEmpty ? "without a name" : Notes.printable($0) }
                .joined(separator: ", ")
                + (names.count > Self.shownNames ? " and \(names.count - Self.shownNames) more" : "")
        }
    }

    private static func said(_ charset: String) -> String { charset.isEmpty ? "UTF-8" : "\(charset), as it says" }
}
