package import Domain

extension Owner: Codable {}
extension Assessment.Certainty: Codable {}
extension ChecklistFacts.AdsFacts.Status: Codable {}

/// What the checklist of typical problems came to.
package struct DiagnosisDocument: Document {
    package var at: PreciseInstant
    package var cause: String?
    package var mayNameClient: Bool
    package var next: NextStep
    @Omitted package var message: String?
    package var items: [Item]

    package struct NextStep: Document {
        package var owner: Owner
        package var text: String

        package init(owner: Owner, text: String) {
            self.owner = owner
            self.text = text
        }

        package static let descriptions: [String: PropertyDescription] = [
            "owner": "Whose move it is.", "text": "What to do.",
        ]
    }

    package struct Item: Document {
        package var number: Int
        package var item: String
        package var title: String
        package var certainty: Assessment.Certainty
        package var evidence: String
        package var owner: Owner
        package var fix: String

        package init(
            number: Int, item: String, title: String, certainty: Assessment.Certainty, evidence: String, owner: Owner,
            fix: String
        ) {
            self.number = number
            self.item = item
            self.title = title
            self.certainty = certainty
            self.evidence = evidence
            self.owner = owner
            self.fix = fix
        }

        package static let descriptions: [String: PropertyDescription] = [
            "number": "Its place in the checklist.",
            "item": PropertyDescription("Its name.", example: "page_down"),
            "title": "What it is about.",
            "certainty": "What speaks for it.",
            "evidence": "What was seen.",
            "owner": "Whose move it would be.",
            "fix": "What to do.",
        ]
    }

    package static let descriptions: [String: PropertyDescription] = [
        "at": "When it was run.",
        "cause": PropertyDescription("The item that is the cause; null if none was found.", example: "page_down"),
        "may_name_client": "Whether the cause may be told to the client.",
        "next": "Whose move it is.",
        "message": "What to write to whoever has to act.",
        "items": "Every item.",
    ]

    package init(_ diagnosis: Diagnosis) {
        at = PreciseInstant(diagnosis.at)
        cause = diagnosis.cause?.item.name
        mayNameClient = diagnosis.mayNameClient
        next = NextStep(owner: diagnosis.next.owner, text: diagnosis.next.text)
        message = diagnosis.message
        items = diagnosis.assessments.map { one in
            Item(
                number: one.item.rawValue, item: one.item.name, title: one.item.title, certainty: one.certainty,
                evidence: one.evidence, owner: one.owner, fix: one.fix)
        }
    }
}

package struct ChecklistDocument: Document {
    package var alert: AlertID
    package var sentence: String
    package var latest: DiagnosisDocument?
    package var history: [Earlier]

    package init(alert: AlertID, sentence: String, latest: DiagnosisDocument?, history: [Earlier]) {
        self.alert = alert
        self.sentence = sentence
        self.latest = latest
        self.history = history
    }

    package struct Earlier: Document {
        package var at: Instant
        package var cause: String?
        package var certainty: Assessment.Certainty?
        package var sentence: String

        package init(at: Instant, cause: String?, certainty: Assessment.Certainty?, sentence: String) {
            self.at = at
            self.cause = cause
            self.certainty = certainty
            self.sentence = sentence
        }

        package static let descriptions: [String: PropertyDescription] = [
            "at": "When it was run.",
            "cause": "The item that was the cause; null if none was found.",
            "certainty": "What spoke for it.",
            "sentence": "What it came to.",
        ]
    }

    package static let descriptions: [String: PropertyDescription] = [
        "alert": "Its number.",
        "sentence": "What is wrong.",
        "latest": "What the checklist came to last; null if it was not run yet.",
        "history": "What it came to before, newest first.",
    ]
}

package struct PostMortemDocument: Document {
    package var alert: AlertID
    package var markdown: String

    package init(alert: AlertID, markdown: String) {
        self.alert = alert
        self.markdown = markdown
    }

    package static let descriptions: [String: PropertyDescription] = [
        "alert": "Its number.", "markdown": "The text.",
    ]
}

package struct InvestigateRequest: RequestBody {
    @Omitted package var alert: String?
    @Omitted package var from: String?
    @Omitted package var to: String?
    @Omitted package var client: String?
    @Omitted package var group: String?
    @Omitted package var destination: String?

    package init(
        alert: String? = nil, from: String? = nil, to: String? = nil, client: String? = nil, group: String? = nil,
        destination: String? = nil
    ) {
        self.alert = alert
        self.from = from
        self.to = to
        self.client = client
        self.group = group
        self.destination = destination
    }

    package static let descriptions: [String: PropertyDescription] = [
        "alert": PropertyDescription("What an alert affected; or give `from`.", example: "A17"),
        "from": PropertyDescription("When it began: RFC 3339, or a time ago.", example: "26h"),
        "to": "When it ended; now if absent.",
        "client": "Only this client's leads.",
        "group": "Only this group's leads.",
        "destination": "Only this destination's deliveries.",
    ]

    package static let remedies = [
        "from": "\"from\" must be like 2026-11-21T09:00:00Z or 26h.",
        "to": "\"to\" must be like 2026-11-21T09:00:00Z or 26h.",
    ]

    package static let isExact = true
}

/// What became of leads in some time, and what can be repaired.
package struct InvestigationDocument: Document {
    package var from: PreciseInstant
    package var to: PreciseInstant
    package var client: String?
    package var group: String?
    package var destination: String?
    package var received: Int
    package var duplicates: Int
    package var whole: Bool
    package var gaps: [String]
    package var quarantined: [Quarantined]
    package var deliveries: [Delivery]
    package var answers: [Answer]
    package var commands: [String]

    package init(
        from: PreciseInstant, to: PreciseInstant, client: String?, group: String?, destination: String?, received: Int,
        duplicates: Int, whole: Bool, gaps: [String], quarantined: [Quarantined], deliveries: [Delivery],
        answers: [Answer], commands: [String]
    ) {
        self.from = from
        self.to = to
        self.client = client
        self.group = group
        self.destination = destination
        self.received = received
        self.duplicates = duplicates
        self.whole = whole
        self.gaps = gaps
        self.quarantined = quarantined
        self.deliveries = deliveries
        self.answers = answers
        self.commands = commands
    }

    package struct Quarantined: Document {
        package var source: String
        package var reason: String
        package var count: Int

        package init(source: String, reason: String, count: Int) {
            self.source = source
            self.reason = reason
            self.count = count
        }

        package static let descriptions: [String: PropertyDescription] = [
            "source": "Where they were posted.", "reason": "Their first defect.", "count": "Events.",
        ]
    }

    package struct Delivery: Document {
        package var client: String
        package var group: String
        package var groupTitle: String?
        package var destination: String
        package var state: String
        package var code: String
        package var count: Int
        package var replayable: Int
        package var replayableUntil: Instant?

        package init(
            client: String, group: String, groupTitle: String?, destination: String, state: String, code: String,
            count: Int, replayable: Int, replayableUntil: Instant?
        ) {
            self.client = client
            self.group = group
            self.groupTitle = groupTitle
            self.destination = destination
            self.state = state
            self.code = code
            self.count = count
            self.replayable = replayable
            self.replayableUntil = replayableUntil
        }

        package static let descriptions: [String: PropertyDescription] = [
            "client": "Whose leads.",
            "group": "Of which group.",
            "group_title": "What the group is called.",
            "destination": "Where they were to go.",
            "state": "How they stand.",
            "code": "Under which code they ended.",
            "count": "Deliveries.",
            "replayable": "Of them, those that can be sent again.",
            "replayable_until": "Until when; null if there is no end, or nothing to send.",
        ]
    }

    package struct Answer: Document {
        package var question: String
        package var answer: String

        package init(question: String, answer: String) {
            self.question = question
            self.answer = answer
        }

        package static let descriptions: [String: PropertyDescription] = [
            "question": "What people ask first.", "answer": "In a sentence.",
        ]
    }

    package static let descriptions: [String: PropertyDescription] = [
        "from": "When it began.",
        "to": "When it ended.",
        "client": "Whose leads; null: everybody's.",
        "group": "Of which group; null: of all.",
        "destination": "At which destination; null: at all.",
        "received": "Leads that were received in it.",
        "duplicates": "Repetitions of them.",
        "whole": "Whether the books balance, and counters and tables agree.",
        "gaps": "What does not.",
        "quarantined": "Events in quarantine, by source and reason.",
        "deliveries": "Deliveries by what became of them.",
        "answers": "The questions that people ask first.",
        "commands": "What to type to repair it.",
    ]
}

package struct MarkerRequest: RequestBody {
    package var text: String
    @Omitted package var kind: Kind?

    package init(text: String, kind: Kind? = nil) {
        self.text = text
        self.kind = kind
    }

    package enum Kind: String, Codable, CaseIterable, Sendable { case note, deploy, configuration }

    package static let descriptions: [String: PropertyDescription] = [
        "text": PropertyDescription("What was done.", longest: 500),
        "kind": "What sort of change; `note` if absent.",
    ]

    package static let remedies = [
        "text": "Say in \"text\" what was done, in at most 500 bytes."
    ]
}

package struct AddedMarker: Document {
    package var id: Int64
    package var at: Instant
    package var kind: Marker.Kind
    package var text: String

    package init(id: Int64, at: Instant, kind: Marker.Kind, text: String) {
        self.id = id
        self.at = at
        self.kind = kind
        self.text = text
    }

    package static let descriptions: [String: PropertyDescription] = [
        "id": "Its number.", "at": "When.", "kind": "What sort of change.", "text": "What was done.",
    ]
}

package struct AdsRequest: RequestBody {
    package var client: String
    package var status: ChecklistFacts.AdsFacts.Status
    @Omitted package var group: String?
    @Omitted package var spend: Double?
    @Omitted package var impressions: Int?

    package init(
        client: String, status: ChecklistFacts.AdsFacts.Status, group: String? = nil, spend: Double? = nil,
        impressions: Int? = nil
    ) {
        self.client = client
        self.status = status
        self.group = group
        self.spend = spend
        self.impressions = impressions
    }

    package static let descriptions: [String: PropertyDescription] = [
        "client": "Whose ads.",
        "status": "What the ads account says.",
        "group": "Of which campaign group; of all if absent.",
        "spend": "What they cost today.",
        "impressions": "How often they were shown today.",
    ]

    package static let remedies = [
        "status":
            "\"status\" must be one of "
            + ChecklistFacts.AdsFacts.Status.allCases.map(\.rawValue).joined(separator: ", ") + ".",
        "client": "\"client\" must be one of the configuration.",
    ]
}

package struct AdsDocument: Document {
    package var client: String
    package var status: ChecklistFacts.AdsFacts.Status
    package var asOf: Instant

    package init(client: String, status: ChecklistFacts.AdsFacts.Status, asOf: Instant) {
        self.client = client
        self.status = status
        self.asOf = asOf
    }

    package static let descriptions: [String: PropertyDescription] = [
        "client": "Whose ads.", "status": "What the ads account says.", "as_of": "When it said so.",
    ]
}

package struct WeeklyReportDocument: Document {
    package var client: String?
    package var week: String
    package var `for`: Audience
    package var subject: String
    package var text: String
    package var html: String

    package init(client: String?, week: String, `for`: Audience, subject: String, text: String, html: String) {
        self.client = client
        self.week = week
        self.`for` = `for`
        self.subject = subject
        self.text = text
        self.html = html
    }

    package enum Audience: String, Codable, CaseIterable, Sendable { case team, client }

    package static let descriptions: [String: PropertyDescription] = [
        "client": "Whose; null: all clients together.",
        "week": PropertyDescription("Which (ISO 8601).", example: "2026-W47"),
        "for": "Whom it is for.",
        "subject": "What stands above it in a mail.",
        "text": "As plain text.",
        "html": "As a page.",
    ]
}
