import Domain
import HTTP

/// What a request says its body is, and how to tell the events in it apart.
struct Content {
    /// The field by which a form says where the browser is to go next. It is for us, not a part of the lead.
    static let redirectField = "_redirect"

    let format: Submission.Format
    let boundary: String
    /// One event a line.
    private let isLines: Bool

    /// A batch or a single event, as raw bytes.
    struct Events {
        var bodies: [[UInt8]]
        var isBatch: Bool
    }

    /// Reads `Content-Type`. A beacon from a `Blob` without a type sends none; it is taken like `text/plain`, that is as JSON.
    init(_ field: String?) throws(Problem) {
        // By far the most frequent one.
        if field == "application/json" || field == nil || field == "" {
            self.init(.json)
            return
        }
        guard let field, let type = MediaType(field) else {
            throw Self.unsupported
        }
        switch type.name {
        case "application/json", "text/plain", "text/json": self.init(.json)
        case "application/x-ndjson", "application/jsonl", "application/ndjson", "application/x-jsonlines":
            self.init(.json, isLines: true)
        case "application/x-www-form-urlencoded": self.init(.form)
        case "multipart/form-data":
            guard let boundary = type.boundary, !boundary.isEmpty else {
                throw Problem(
                    .mediaTypeNotSupported, "Send multipart/form-data with its boundary, as browsers do.",
                    invalid: "Content-Type")
            }
            self.init(.multipart, boundary: boundary)
        default: throw Self.unsupported
        }
    }

    private init(_ format: Submission.Format, boundary: String = "", isLines: Bool = false) {
        self.format = format
        self.boundary = boundary
        self.isLines = isLines
    }

    private static let unsupported = Problem(
        .mediaTypeNotSupported,
        "Send application/json, application/x-ndjson, application/x-www-form-urlencoded, multipart/form-data or text/plain.",
        invalid: "Content-Type")

    /// The events in the body. What cannot be told apart is one event: the validator will say what is wrong with it.
    func events(in body: [UInt8], most: Int) throws(Problem) -> Events {
        guard format == .json else { return Events(bodies: [body], isBatch: false) }
        let split = isLines ? BatchSplit.lines(body, maximum: most) : BatchSplit.json(body, maximum: most)
        let ranges: [Range<Int>]
        switch split {
        case .one: return Events(bodies: [body], isBatch: false)
        case .many(let events): ranges = events
        case .tooMany:
            throw Problem(
                .batchTooLarge, "At most \(most) events fit into one request. Send several requests.", invalid: "body")
        }
        guard !ranges.isEmpty else {
            throw Problem(.bodyMissing, "Put at least one lead event into the batch.", invalid: "body")
        }
        return Events(bodies: ranges.map { Array(body[$0]) }, isBatch: true)
    }

    /// The first field of that name in a form. `nil` also when the form cannot be read: it is kept all the same.
    func value(of name: String, in body: [UInt8]) -> String? {
        switch format {
        case .form, .query: (try? FormFields(body))?[name]
        case .multipart: (try? Multipart(body, boundary: boundary))?[name]
        case .json, .repaired: nil
        }
    }
}
