import Domain
import Intake

/// What would become of a body that a sender has posted to a source: the relay's own steps, without a relay.
struct MappingTrial {
    /// One for each event in the body.
    let results: [Result]

    struct Result {
        /// Our fields with their values, as they would be kept, or as far as they could be read.
        let fields: [Field]
        /// What mapping and validation did, one line each.
        let notes: [String]
        /// Why it would be put aside; empty for a lead.
        let defects: [Defect]
        /// The event as it would be kept; `nil` if it would be put aside.
        let lead: JSON?
    }

    struct Field {
        /// `person.email`.
        let name: String
        let value: String
        /// Where it stood, as a JSON pointer into the body; `nil` if nobody sent it.
        let origin: String?
    }

    init(_ body: [UInt8], _ type: BodyType, source: Source, now: Instant) {
        results = Self.bodies(in: body, type, source).map { body in
            var submission = Submission(source: source.name, receivedAt: now, format: type.format, body: body)
            submission.boundary = type.boundary
            return Self.result(of: submission, source)
        }
    }

    /// As at the door: the elements of a list that the mapping names, or a batch.
    private static func bodies(in body: [UInt8], _ type: BodyType, _ source: Source) -> [[UInt8]] {
        guard type.format == .json else { return [body] }
        func elements(of body: [UInt8]) -> [[UInt8]]? {
            guard let path = source.mapping?.each, case .many(let bodies) = EachSplit(body, each: path, maximum: .max)
            else { return nil }
            return bodies
        }
        if let bodies = elements(of: body) { return bodies }
        guard case .many(let ranges) = BatchSplit.json(body, maximum: .max), !ranges.isEmpty else { return [body] }
        return ranges.flatMap { range in elements(of: Array(body[range])) ?? [Array(body[range])] }
    }

    private static func result(of submission: Submission, _ source: Source) -> Result {
        var source = source
        // What looks like junk depends on more than the body.
        source.junk = .off
        let decoded = submission.decoded
        let arrangement = arrangement(of: submission, decoded, source)
        let id = LeadID.first(at: submission.receivedAt)
        let judgement = Validator().judge(submission, decoded, id: id, source: source) { _, _ in [] }
        switch judgement {
        case .lead(let lead):
            let document = (try? JSON(parsing: lead.payload)) ?? .object([])
            return Result(
                fields: fields(of: document, arrangement), notes: lead.notes, defects: [], lead: document)
        case .quarantine(let defects, _):
            let document = arrangement?.document ?? .object([])
            return Result(
                fields: fields(of: document, arrangement), notes: arrangement?.lines ?? [], defects: defects, lead: nil)
        case .discard: return Result(fields: [], notes: [], defects: [], lead: nil)
        }
    }

    /// `nil` if the source sends our own shape, or nothing that can be read.
    private static func arrangement(
        of submission: Submission, _ decoded: Decoded, _ source: Source
    ) -> Arrangement? {
        switch decoded.content {
        case .pairs(let pairs):
            let form = Arrangement.flat(pairs)
            return source.mapping?.applied(to: form) ?? Arrangement(form: form)
        case .json:
            let document = try? JSON(parsing: decoded.text ?? submission.body)
            return document.flatMap { source.mapping?.applied(to: $0) }
        case .repaired, .unreadable: return nil
        }
    }

    private static func fields(of document: JSON, _ arrangement: Arrangement?) -> [Field] {
        (document.object ?? []).flatMap { member -> [Field] in
            guard let inner = member.value.object else {
                return [field([member.name], member.value, arrangement)]
            }
            return inner.map { field([member.name, $0.name], $0.value, arrangement) }
        }
    }

    private static func field(_ names: [String], _ value: JSON, _ arrangement: Arrangement?) -> Field {
        let place = JSONPointer(names)
        return Field(name: place.path, value: value.string ?? value.text, origin: arrangement?.origin(of: place))
    }
}
