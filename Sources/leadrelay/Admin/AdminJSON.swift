import Configuration
import Domain
import Forwarding
import Store

/// The books as the API tells them.
enum BooksJSON {
    static let intake: [Tally] = [.received, .inbox, .quarantined, .discarded, .duplicate, .lead]
    static let delivery: [Tally] = [
        .owed, .open, .sent, .delivered, .rejected, .expired, .skipped, .erased,
    ]

    /// `sources` and `destinations`: all that are configured and all that have ever counted something, but for
    /// destinations that were forgotten.
    static func members(_ books: Books, _ lanes: [Lane], _ reports: [LaneReport], _ view: ClientView) -> [JSON.Member] {
        let counted = books.sources.filter { !Source.isSynthetic($0) }
        let names = Set(counted).union(view.configuration.sources.map(\.name)).filter(view.shows(source:))
            .sorted()
        let sources = names.map { name in
            JSON.object(
                [JSON.Member("name", .string(name))]
                    + intake.map { JSON.Member($0.name, JSON(books[$0, source: name])) })
        }
        return [
            JSON.Member("sources", .array(sources)),
            JSON.Member(
                "destinations", .array(destinations(books, lanes, reports, view).map { .object($0.members) })),
        ]
    }

    static func destinations(
        _ books: Books, _ lanes: [Lane], _ reports: [LaneReport], _ view: ClientView
    ) -> [(
        name: String, members: [JSON.Member]
    )] {
        let configured = view.configuration.destinations
        let books = view.part(of: books)
        // What was forgotten has no lane; the books alone remember it.
        let names = Set(lanes.map(\.name)).union(configured.map(\.name))
            .filter(view.shows(destination:)).sorted()
        return names.map { name in
            var members = [JSON.Member("name", .string(name))]
            if let destination = configured.first(where: { $0.name == name }) {
                members.append(JSON.Member("platform", .string(destination.platform.name)))
            }
            members.append(JSON.Member("configured", .bool(configured.contains { $0.name == name })))
            if let lane = lanes.first(where: { $0.name == name }) {
                members.append(JSON.Member("state", .string(lane.state.rawValue)))
                members.append(JSON.Member("reason", .string(lane.reason)))
                members.append(JSON.Member("since", .string(lane.since.rfc3339Seconds)))
            }
            if let report = reports.first(where: { $0.destination == name }) {
                members.append(JSON.Member("breaker", .string(report.breaker.word)))
                if view.owns(destination: name) { members.append(JSON.Member("in_flight", JSON(report.inFlightRows))) }
                members.append(
                    JSON.Member("rests_until", report.restsUntil.map { .string($0.rfc3339Seconds) } ?? .null))
                members.append(
                    JSON.Member(
                        "rests_because", report.restsUntil == nil ? .null : .string(report.restReason.words)))
                members.append(
                    JSON.Member("grant_ends", report.grantEnds.map { .string($0.rfc3339Seconds) } ?? .null))
                members.append(
                    JSON.Member(
                        "test_events_until", report.testEventsUntil.map { .string($0.rfc3339Seconds) } ?? .null))
            }
            members += delivery.map { JSON.Member($0.name, JSON(books.total($0, destination: name))) }
            return (name, members)
        }
    }
}

/// The present hour and the one before, for each source.
enum HoursJSON {
    private static let tallies: [Tally] = [.lead, .duplicate, .quarantined, .test, .unmapped]

    static func hours(_ now: Instant, _ view: ClientView, _ reader: Reader) throws -> JSON {
        let present = now.hour
        // What could not be read belongs to nobody but its source.
        let own = view.configuration.sources.map(\.name).filter(view.shows(source:))
        let hours = try [present, present - .hours(1)].map { hour in
            (hour, try reader.sourceTallies(hour..<hour + .hours(1), of: view.clients.names, or: own))
        }
        var rows: [JSON] = []
        for source in Set(hours.flatMap(\.1.keys)).sorted() {
            for (hour, counts) in hours {
                guard let counts = counts[source] else { continue }
                rows.append(
                    .object(
                        [
                            JSON.Member("source", .string(source)), JSON.Member("hour", .string(hour.rfc3339Seconds)),
                            JSON.Member("is_present", .bool(hour == present)),
                        ] + tallies.map { JSON.Member($0.name, JSON(counts[$0] ?? 0)) }))
            }
        }
        return .array(rows)
    }
}

enum QuarantineJSON {
    /// `kept` is how long events wait for a decision.
    static func group(_ group: QuarantineGroup, kept: Duration, now: Instant) -> JSON {
        let end = group.putAside + kept
        return [
            "reason": .string(group.reason), "source": .string(group.source), "count": JSON(group.count),
            "first": .string(group.first.rfc3339Seconds), "last": .string(group.last.rfc3339Seconds),
            "kept_until": .string(end.rfc3339Seconds), "ends_soon": .bool(end - now < Retention.quarantineNotice),
        ]
    }

    /// Without the event itself.
    static func head(_ event: QuarantinedEvent) -> [JSON.Member] {
        [
            JSON.Member("id", .string(event.id.description)), JSON.Member("state", .string(event.state.rawValue)),
            JSON.Member("source", .string(event.source)),
            JSON.Member("received_at", .string(event.receivedAt.rfc3339)),
            JSON.Member("quarantined_at", .string(event.quarantinedAt.rfc3339)),
            JSON.Member("format", .string("\(event.format)")), JSON.Member("reason", .string(event.reason)),
            JSON.Member("defects", .array(event.defects.map(\.json))), JSON.Member("note", .string(event.note)),
            JSON.Member("earlier", event.first.map { .string($0.description) } ?? .null),
        ]
    }

    /// `document` is what was read from it in our own shape, where that can be done; `earlier` the lead that had its id
    /// before.
    static func event(_ event: QuarantinedEvent, document: JSON? = nil, earlier: JSON? = nil) -> JSON {
        .object(
            head(event) + [
                JSON.Member("body", StoryJSON.body(event.body)), JSON.Member("query", .string(event.query)),
                JSON.Member("charset", .string(event.charset)), JSON.Member("document", document ?? .null),
                JSON.Member("edited", event.edited.map(StoryJSON.body) ?? .null),
                JSON.Member("earlier_lead", earlier ?? .null),
            ])
    }
}

/// Everything about one lead as the API tells it.
enum StoryJSON {
    static func story(_ story: LeadHistory, platforms: [String: String] = [:], titles: DisplayNames = DisplayNames())
        -> JSON
    {
        var members = [JSON.Member("id", .string(story.id.description))]
        func add(_ name: String, _ value: JSON) { members.append(JSON.Member(name, value)) }
        switch story.place {
        case .quarantined(let event): return QuarantineJSON.event(event)
        case .inbox(let tries):
            add("state", "inbox")
            add("tries", JSON(tries))
        case .duplicate(let original):
            add("state", "duplicate")
            add("duplicate_of", .string(original.description))
            add("difference", .string(story.difference))
        case .lead: add("state", "lead")
        }
        add("source", .string(story.source))
        add("received_at", .string(story.receivedAt.rfc3339))
        if case .lead(let facts) = story.place {
            members += self.facts(facts, titles)
            add("deliveries", .array(story.deliveries.map { delivery($0, platforms[$0.destination] ?? "") }))
            add("duplicates", .array(story.duplicates.map { .string($0.description) }))
            add("earlier", story.first.map(kin) ?? .null)
            add("later", .array(story.later.map(kin)))
            add(
                "told_under",
                .object(story.aliases.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value)) }))
        }
        add("body", story.body.map(body) ?? .null)
        return .object(members)
    }

    /// Another lead under the same id, and what one of the two is to the other.
    private static func kin(_ kin: LeadHistory.Kin) -> JSON {
        ["lead": .string(kin.lead.description), "kind": .string(kin.kinship.name)]
    }

    /// What a lead is counted under, each id with its name if it has one.
    static func dimension(_ dimension: Dimension, _ titles: DisplayNames) -> JSON {
        .object(
            [JSON.Member("client", .string(dimension.client))]
                + LeadLevel.allCases.flatMap { level in
                    [JSON.Member(level.rawValue, .string(dimension[level]))]
                        + titles.members(dimension.client, level, dimension[level])
                })
    }

    private static func facts(_ facts: LeadHistory.LeadFacts, _ titles: DisplayNames) -> [JSON.Member] {
        [
            JSON.Member("event_id", .string(facts.eventID)), JSON.Member("event", .string(facts.event)),
            JSON.Member("occurred_at", .string(facts.occurredAt.rfc3339)), JSON.Member("test", .bool(facts.isTest)),
            JSON.Member("dimension", dimension(facts.dimension, titles)),
            JSON.Member("notes", .array(facts.notes.map { .string($0) })),
            JSON.Member("junk", facts.junk.map(junk) ?? .null),
            JSON.Member("payload", facts.payload.map(body) ?? .null),
        ]
    }

    /// Why it looks like junk, and who has said so.
    private static func junk(_ junk: JunkFacts) -> JSON {
        [
            "signs": .array(junk.signs.map { .string($0.rawValue) }),
            "words": .array(junk.signs.map { .string($0.words) }),
            "told_at": junk.toldAt.map { .string($0.rfc3339Seconds) } ?? .null,
            "told_by": junk.toldAt == nil ? .null : .string(junk.toldBy),
            "note": junk.toldAt == nil ? .null : .string(junk.note),
        ]
    }

    /// The word for a delivery's state.
    static func word(for state: DeliveryStory.State) -> String {
        switch state {
        case .open(_, _, _, let isInFlight): isInFlight ? "in_flight" : "open"
        case .ended(let outcome, _, _, _): outcome.rawValue
        }
    }

    /// What a receipt means in plain words; nothing to say about what went well.
    private static func explanation(_ kind: String, _ receipt: Receipt, _ platform: String) -> JSON {
        if ["delivered", "sent", "skipped", LeadHistory.replayed].contains(kind) { return .null }
        let explanation = Explanation(
            platform: platform, code: receipt.code, kind: kind, status: receipt.status)
        return ["meaning": .string(explanation.meaning), "remedy": .string(explanation.remedy)]
    }

    private static func delivery(_ delivery: DeliveryStory, _ platform: String) -> JSON {
        var members = [JSON.Member("destination", .string(delivery.destination))]
        switch delivery.state {
        case .open(let due, let expires, let failures, let isInFlight):
            members += [
                JSON.Member("state", .string(isInFlight ? "in_flight" : "open")),
                JSON.Member("due", .string(due.rfc3339)), JSON.Member("expires", .string(expires.rfc3339)),
                JSON.Member("failures", JSON(failures)),
            ]
        case .ended(let outcome, let at, let failures, let receipt):
            members += [
                JSON.Member("state", .string(outcome.rawValue)), JSON.Member("at", .string(at.rfc3339)),
                JSON.Member("failures", JSON(failures)), JSON.Member("receipt", self.receipt(receipt)),
                JSON.Member("explanation", explanation(outcome.rawValue, receipt, platform)),
            ]
        }
        let attempts = delivery.attempts.map { attempt -> JSON in
            [
                "at": .string(attempt.at.rfc3339), "cause": .string(attempt.cause), "receipt": receipt(attempt.receipt),
                "explanation": explanation(attempt.cause, attempt.receipt, platform),
            ]
        }
        members.append(JSON.Member("attempts", .array(attempts)))
        return .object(members)
    }

    private static func receipt(_ receipt: Receipt) -> JSON {
        [
            "status": JSON(receipt.status), "code": .string(receipt.code), "message": .string(receipt.message),
            "request_id": .string(receipt.requestID),
        ]
    }

    /// JSON as it is; anything else as a text.
    static func body(_ bytes: [UInt8]) -> JSON {
        if bytes.isEmpty { return .null }
        return (try? JSON(parsing: bytes)) ?? .string(String(decoding: bytes, as: UTF8.self))
    }
}

/// Which deliveries have little time left, as the API tells it.
enum ClosingJSON {
    static func windows(_ windows: ClosingWindows) -> JSON {
        let counts = zip(ClosingWindows.spans, windows.counts).map { JSON.Member("within_\($0.configured)", JSON($1)) }
        return .object(
            [
                JSON.Member("destination", .string(windows.destination)),
                JSON.Member("next", windows.next.map { .string($0.rfc3339Seconds) } ?? .null),
            ] + counts)
    }
}
