extension LeadEvent {
    /// What came of reading a document as a lead event.
    package struct Reading: Equatable, Sendable {
        /// The event, if there is no defect.
        package var event: LeadEvent?
        /// What could be read, also of an event that is refused.
        package var legible: LeadEvent
        /// Everything that is wrong, not only the first.
        package var defects: [Defect]
        /// What was assumed or ignored, one line each, without values.
        package var notes: [String]
        /// Whether the document gives this very event wherever and whenever it is read. It does not if the time of
        /// receipt had to fill in, or if anything was read otherwise than it was written.
        package var isSelfContained: Bool
        /// What could not be used and was left out.
        package var leftOut: [LeftOut] = []
    }

    /// How values are spelled.
    package enum Spelling: Sendable {
        /// As the contract says: numbers are numbers.
        case typed
        /// By a form or another service: everything may be a text.
        case texts
    }

    /// What becomes of a field that is not as the contract wants it.
    package enum Manner: Sendable {
        /// It is a defect, and the event is refused.
        case strict
        /// It is read if it can mean one thing only, and left out if it cannot, as long as something still says whom
        /// the lead is about. Never so what decides whether something may be sent, or as what: consent, the test flag,
        /// the name of the event, its age.
        case lenient
    }

    /// Reads a document by the contract, `contracts/lead-event.schema.json`; `contracts/reading.md` says what lenience
    /// does.
    ///
    /// All rules about time refer to `receivedAt`, never to the moment of reading, so that a row that waited in the
    /// inbox or in quarantine is judged as it would have been on arrival.
    package static func reading(
        _ document: JSON, receivedAt: Instant, spelling: Spelling = .typed, manner: Manner = .strict
    ) -> Reading {
        var reader = LeadReader(receivedAt: receivedAt, spelling: spelling, manner: manner)
        reader.read(document)
        return Reading(
            event: reader.defects.isEmpty ? reader.event : nil, legible: reader.event, defects: reader.defects,
            notes: reader.notes.lines,
            isSelfContained: reader.isSelfContained, leftOut: reader.leftOut)
    }

    /// Reads a stored payload again. What today's contract would refuse is left out: rules may have become stricter
    /// since the lead was taken. `nil` only if the payload is no JSON object.
    package init?(payload: [UInt8], receivedAt: Instant) {
        guard let document = try? JSON(parsing: payload), case .object = document else { return nil }
        var reader = LeadReader(receivedAt: receivedAt, spelling: .typed, manner: .strict, isStored: true)
        reader.read(document)
        self = reader.event
    }
}

extension JSON {
    /// Null, an empty text or an empty list: what programs send when there is nothing to say.
    var isAbsent: Bool {
        switch self {
        case .null: true
        case .string(let text): text.isBlank
        case .array(let elements): elements.isEmpty
        case .bool, .number, .object: false
        }
    }
}
