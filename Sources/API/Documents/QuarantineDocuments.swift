package import Domain
package import Store

extension QuarantinedEvent.State: Codable {}

/// What is wrong with an event.
package struct DefectDocument: Document {
    package var pointer: String
    package var code: String
    package var message: String

    package init(_ defect: Defect) {
        (pointer, code, message) = (defect.pointer, defect.code.rawValue, defect.message)
    }

    package static let descriptions: [String: PropertyDescription] = [
        "pointer": PropertyDescription("Where (RFC 6901); empty: the whole event.", example: "/person/email"),
        "code": PropertyDescription("What.", example: "malformed"),
        "message": "The same as a sentence.",
    ]
}

package struct QuarantineGroupDocument: Document {
    package var reason: String
    package var source: String
    package var count: Int
    package var first: Instant
    package var last: Instant
    package var keptUntil: Instant
    package var endsSoon: Bool

    package init(
        reason: String, source: String, count: Int, first: Instant, last: Instant, keptUntil: Instant, endsSoon: Bool
    ) {
        self.reason = reason
        self.source = source
        self.count = count
        self.first = first
        self.last = last
        self.keptUntil = keptUntil
        self.endsSoon = endsSoon
    }

    package static let descriptions: [String: PropertyDescription] = [
        "reason": PropertyDescription("The first defect of each.", example: "malformed /person/email"),
        "source": "Where they were posted.",
        "count": "Events.",
        "first": "When the first was received.",
        "last": "When the last was received.",
        "kept_until": "When the first of them is discarded if nobody decides.",
        "ends_soon": "Whether that is within a week.",
    ]
}

package struct QuarantineGroupsDocument: Document {
    package var groups: [QuarantineGroupDocument]

    package init(groups: [QuarantineGroupDocument]) {
        self.groups = groups
    }

    package static let descriptions: [String: PropertyDescription] = ["groups": "By reason and source."]
}

/// An event in quarantine, without what it says.
package struct QuarantinedHead: Document {
    package var id: LeadID
    package var state: QuarantinedEvent.State
    package var source: String
    package var receivedAt: PreciseInstant
    package var quarantinedAt: PreciseInstant
    package var format: String
    package var reason: String
    package var defects: [DefectDocument]
    package var note: String
    package var earlier: LeadID?

    package init(_ event: QuarantinedEvent) {
        id = event.id
        state = event.state
        source = event.source
        receivedAt = PreciseInstant(event.receivedAt)
        quarantinedAt = PreciseInstant(event.quarantinedAt)
        format = "\(event.format)"
        reason = event.reason
        defects = event.defects.map(DefectDocument.init)
        note = event.note
        earlier = event.first
    }

    package static let descriptions: [String: PropertyDescription] = [
        "id": "Ours.",
        "state": "`open`: it waits for a decision.",
        "source": "Where it was posted.",
        "received_at": "When it was acknowledged.",
        "quarantined_at": "When it was put aside.",
        "format": PropertyDescription("How it was written.", example: "json"),
        "reason": "Its first defect.",
        "defects": "Everything that is wrong with it.",
        "note": "What somebody wrote when it was decided.",
        "earlier": "The lead that had its id before; null if that is not what is wrong.",
    ]
}

package struct QuarantineListDocument: Document {
    package var events: [QuarantinedHead]
    package var next: LeadID?

    package init(events: [QuarantinedHead], next: LeadID?) {
        self.events = events
        self.next = next
    }

    package static let descriptions: [String: PropertyDescription] = [
        "events": "Oldest first.",
        "next": "Where to go on, as `after`; null: there are no more.",
    ]
}

/// One quarantined event with everything that is wrong with it.
package struct QuarantinedDocument: Document {
    @Flattened package var head: QuarantinedHead
    package var body: JSON?
    package var query: String
    package var charset: String
    package var document: JSON?
    package var edited: JSON?
    package var earlierLead: LeadDocument?

    package init(
        head: QuarantinedHead, body: JSON?, query: String, charset: String, document: JSON?, edited: JSON?,
        earlierLead: LeadDocument?
    ) {
        self.head = head
        self.body = body
        self.query = query
        self.charset = charset
        self.document = document
        self.edited = edited
        self.earlierLead = earlierLead
    }

    package static let descriptions: [String: PropertyDescription] = [
        "body": "As it was posted: JSON, or a text. Null for callers who may not see personal data.",
        "query": "The query of the address it was posted to.",
        "charset": "What it is written in; empty for UTF-8.",
        "document": "What was read from it in our own shape; null where that cannot be done.",
        "edited": "The repaired copy; null if there is none.",
        "earlier_lead": "The lead that had its id before.",
    ]
}

package struct DecisionRequest: RequestBody {
    @Omitted package var ids: [String]?
    @Omitted package var reason: String?
    @Omitted package var source: String?
    @Omitted package var `as`: Treatment?
    @Omitted package var note: String?

    package init(
        ids: [String]? = nil, reason: String? = nil, source: String? = nil, `as`: Treatment? = nil, note: String? = nil
    ) {
        self.ids = ids
        self.reason = reason
        self.source = source
        self.`as` = `as`
        self.note = note
    }

    package enum Treatment: String, Codable, CaseIterable, Sendable { case own, correction }

    package static let descriptions: [String: PropertyDescription] = [
        "ids": PropertyDescription("These events.", longest: 10_000),
        "reason": "All events with this first defect.",
        "source": "All events of this source.",
        "as": "What events with the id of an earlier lead are, when they are released.",
        "note": PropertyDescription("Why; is kept with each.", longest: 500),
    ]

    package static let remedies = [
        "ids": "\"ids\" must be a list of ids.",
        "as": "\"as\" is \"own\" (a lead of its own) or \"correction\" (of the earlier one).",
    ]
}

package struct DecisionDocument: Document {
    package var count: Int
    @Omitted package var ids: [LeadID]?
    @Omitted package var notInQuarantine: [LeadID]?

    package init(count: Int, ids: [LeadID]? = nil, notInQuarantine: [LeadID]? = nil) {
        self.count = count
        self.ids = ids
        self.notInQuarantine = notInQuarantine
    }

    package static let descriptions: [String: PropertyDescription] = [
        "count": "Events that it was done with.",
        "ids": "The same by id; absent if they were chosen by reason or source.",
        "not_in_quarantine": "Ids that it could not be done with.",
    ]
}

/// A change to an event: with `value` it is put there, with `from` it is taken from there, with neither it is removed.
package struct ChangeDocument: Document {
    package var pointer: String
    @Omitted package var from: String?
    @Omitted package var value: JSON?

    package init(pointer: String, from: String? = nil, value: JSON? = nil) {
        self.pointer = pointer
        self.from = from
        self.value = value
    }

    package static let descriptions: [String: PropertyDescription] = [
        "pointer": PropertyDescription("Where (RFC 6901).", example: "/person/email"),
        "from": PropertyDescription("Where it is taken from.", example: "/custom/mail"),
        "value": "What is put there.",
    ]
}

package struct FixAllRequest: RequestBody {
    package var reason: String
    package var source: String
    package var set: [ChangeDocument]
    @Omitted package var run: Bool?

    package init(reason: String, source: String, set: [ChangeDocument], run: Bool? = nil) {
        self.reason = reason
        self.source = source
        self.set = set
        self.run = run
    }

    package static let descriptions: [String: PropertyDescription] = [
        "reason": "Of events with this first defect.",
        "source": "Of this source.",
        "set": PropertyDescription("The changes, in their order.", 1...100, longest: 100),
        "run": "Do it; else it is only said what would come of it.",
    ]

    package static let remedies = [
        "reason": "Give \"reason\" and \"source\" to choose by.",
        "source": "Give \"reason\" and \"source\" to choose by.",
        "set": "Give \"set\": 1 to 100 changes.",
    ]
}

package struct FixAllDocument: Document {
    package var good: Int
    package var stillWrong: Int
    package var released: Int
    package var more: Bool
    package var samples: [Sample]

    package init(good: Int, stillWrong: Int, released: Int, more: Bool, samples: [Sample]) {
        self.good = good
        self.stillWrong = stillWrong
        self.released = released
        self.more = more
        self.samples = samples
    }

    package struct Sample: Document {
        package var id: LeadID
        package var defects: [DefectDocument]

        package init(id: LeadID, defects: [DefectDocument]) {
            self.id = id
            self.defects = defects
        }

        package static let descriptions: [String: PropertyDescription] = [
            "id": "The event.", "defects": "What would still be wrong with it.",
        ]
    }

    package static let descriptions: [String: PropertyDescription] = [
        "good": "Events that nothing is wrong with any more.",
        "still_wrong": "Events that something is still wrong with.",
        "released": "Events that were released.",
        "more": "There are more events of this kind: repeat it.",
        "samples": "The first of them.",
    ]
}

package struct FixRequest: RequestBody {
    @Omitted package var event: JSON?
    @Omitted package var set: [ChangeDocument]?
    @Omitted package var check: Bool?
    @Omitted package var release: Bool?

    package init(event: JSON? = nil, set: [ChangeDocument]? = nil, check: Bool? = nil, release: Bool? = nil) {
        self.event = event
        self.set = set
        self.check = check
        self.release = release
    }

    package static let descriptions: [String: PropertyDescription] = [
        "event": "The whole event, repaired.",
        "set": "Changes, in their order; instead of the whole event.",
        "check": "Only say what would still be wrong; nothing is kept.",
        "release": "Release it if nothing is wrong any more.",
    ]

    package static let remedies = [
        "set": "A change needs a JSON pointer such as /person/email."
    ]
}

package struct FixDocument: Document {
    package var id: LeadID
    package var defects: [DefectDocument]
    package var released: Bool

    package init(id: LeadID, defects: [DefectDocument], released: Bool) {
        self.id = id
        self.defects = defects
        self.released = released
    }

    package static let descriptions: [String: PropertyDescription] = [
        "id": "The event.",
        "defects": "What is still wrong with it.",
        "released": "Whether it was released.",
    ]
}
