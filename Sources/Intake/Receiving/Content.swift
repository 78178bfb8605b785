import Domain
import HTTP

/// What a request says its body is, and how to tell the events in it apart.
struct Content {
    /// The field by which a form says where the browser is to go next. It is for us, not a part of the lead.
    static let redirectField = "_redirect"

    private(set) var format: Submission.Format
    let boundary: String
    /// What the text is written in, if that was said and is known.
    let charset: Charset?
    /// The sender gave no more than a type that any text has.
    private let isUntold: Bool
    /// One event a line.
    private let isLines: Bool

    /// A batch or a single event, as raw bytes.
    struct Events {
        var bodies: [[UInt8]]
        var isBatch: Bool
        /// What the bodies are written in.
        var charsetName: String
    }

    /// Reads `Content-Type`. A beacon from a `Blob` without a type sends none; it is taken like `text/plain`: see
    /// `look(at:)`.
    init(_ field: String?) throws(Problem) {
        // By far the most frequent one.
        if field == "application/json" {
            self.init(.json)
            return
        }
        guard let field, !field.isEmpty else {
            self.init(.json, isUntold: true)
            return
        }
        guard let type = MediaType(field) else { throw Self.unsupported }
        let charset = type.charset.flatMap { Charset(label: $0) }
        switch type.name {
        case "text/plain": self.init(.json, charset: charset, isUntold: true)
        case "application/x-ndjson", "application/jsonl", "application/ndjson", "application/x-jsonlines":
            self.init(.json, charset: charset, isLines: true)
        case "application/x-www-form-urlencoded": self.init(.form, charset: charset)
        case "multipart/form-data":
            guard let boundary = type.boundary, !boundary.isEmpty else {
                throw Problem(
                    .mediaTypeNotSupported, "Send multipart/form-data with its boundary, as browsers do.",
                    invalid: "Content-Type")
            }
            self.init(.multipart, boundary: boundary, charset: charset)
        case _ where type.isJSON: self.init(.json, charset: charset)
        default: throw Self.unsupported
        }
    }

    private init(
        _ format: Submission.Format, boundary: String = "", charset: Charset? = nil, isLines: Bool = false,
        isUntold: Bool = false
    ) {
        self.format = format
        self.boundary = boundary
        self.charset = charset
        self.isLines = isLines
        self.isUntold = isUntold
    }

    /// A form that a browser was sent by, and that it waits for: one whose type says so. A script's text that turns out
    /// to be pairs is none.
    var isForm: Bool { !isUntold && (format == .form || format == .multipart) }

    /// What the row is to remember of the character set.
    var charsetName: String { charset.flatMap { $0 == .utf8 ? nil : $0.name } ?? "" }

    /// `navigator.sendBeacon` with a text sends `text/plain`, and the text is as often pairs as it is JSON.
    mutating func look(at body: [UInt8]) {
        if isUntold, Self.looksLikePairs(body) { format = .form }
    }

    /// `name=value`, perhaps with further ones behind `&`: a name without what JSON begins with, and nothing that has
    /// to be encoded in pairs. Line ends may stand at the end only; a form of the type text/plain has them in the
    /// middle, and nobody can tell its fields apart.
    private static func looksLikePairs(_ body: [UInt8]) -> Bool {
        guard let mark = body.firstIndex(of: UInt8(ascii: "=")), mark > 0,
            let last = body.lastIndex(where: { $0 != 0x0A && $0 != 0x0D })
        else { return false }
        return body[..<mark].allSatisfy { $0 > 0x20 && $0 != 0x7F && !"{}\"<>\\&".utf8.contains($0) }
            && body[0] != UInt8(ascii: "[") && body[mark...max(mark, last)].allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }

    private static let unsupported = Problem(
        .mediaTypeNotSupported,
        """
        Send application/json (or another type that ends in +json), application/x-ndjson, \
        application/x-www-form-urlencoded, multipart/form-data or text/plain.
        """,
        invalid: "Content-Type")

    /// The events in the body. What cannot be told apart is one event: the validator will say what is wrong with it.
    ///
    /// A batch is told apart in UTF-8, and kept in it: in other character sets a bracket may be a part of something
    /// else.
    func events(in body: [UInt8], most: Int) throws(Problem) -> Events {
        let alone = Events(bodies: [body], isBatch: false, charsetName: charsetName)
        guard format == .json else { return alone }
        let text = inUTF8(body)
        let split = isLines ? BatchSplit.lines(text, maximum: most) : BatchSplit.json(text, maximum: most)
        let ranges: [Range<Int>]
        switch split {
        case .one: return alone
        case .many(let events): ranges = events
        case .tooMany:
            throw Content.tooMany(most)
        }
        guard !ranges.isEmpty else {
            throw Problem(.bodyMissing, "Put at least one lead event into the batch.", invalid: "body")
        }
        return Events(bodies: ranges.map { Array(text[$0]) }, isBatch: true, charsetName: "")
    }

    /// JSON that is stated to be in another character set, as the parts of a batch are kept.
    func inUTF8(_ body: [UInt8]) -> [UInt8] {
        charsetName.isEmpty ? body : Array((charset ?? .utf8).decode(body).text.utf8)
    }

    /// The same body without the contents of files, which nobody keeps. A form that cannot be read stays as it is.
    func withoutFiles(_ body: [UInt8]) -> [UInt8] {
        guard format == .multipart else { return body }
        return (try? Multipart(body, boundary: boundary, charset: charset))?.withoutFiles(body) ?? body
    }

    /// The first field of that name in a form. `nil` also when the form cannot be read: it is kept all the same.
    func value(of name: String, in body: [UInt8]) -> String? {
        switch format {
        case .form, .query: (try? FormFields(body, charset: charset))?[name]
        case .multipart: (try? Multipart(body, boundary: boundary, charset: charset))?[name]
        case .json, .repaired: nil
        }
    }
}
