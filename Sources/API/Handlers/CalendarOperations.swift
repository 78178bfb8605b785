import Configuration
import Domain
import HTTP
import Intake
import Service
import Store

/// The calendar of events that change how many leads come.
enum CalendarOperations {
    static let all: [any AnyHandler] = [
        Handlers.calendar, Handlers.addCalendarEvent, Handlers.removeCalendarEvent, Handlers.tryRule,
    ]

    /// Events that are over are listed for so long.
    private static let shownPast: Duration = .days(60)
    private static let longest: Duration = .days(400)
    private static let maximumText = 500

    /// For the audit log: which event.
    @Sendable static func trace(_ call: APICall) -> String {
        call.parameters["id"] ?? String((call.body["name"]?.string ?? "").prefix(maximumText))
    }

    @Sendable static func list(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> CalendarDocument {
        let since = call.query["all"] == nil ? relay.now : relay.now - shownPast
        let events = try reader.calendarEvents(endingAfter: since).filter { event in
            switch event.entry.scope {
            case .all, .country, .zones: true
            case .client(let name): call.clients.contains(name)
            case .group(let key): call.clients.contains(key.client)
            }
        }
        let lessons = try reader.calendarLessons()
        let titles = try reader.titles(of: events.compactMap(\.entry.scope.titled))
        return CalendarDocument(events: events.map { document($0, lessons, titles, now: relay.now) })
    }

    @Sendable static func add(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> CalendarEventDocument
    {
        let body = try call.decoded(CalendarEventRequest.self)
        let configuration = relay.configuration.withLock { $0 }
        let scope = try scope(body.scope ?? "all", configuration)
        let zoneName = body.zone ?? defaultZone(scope, configuration)
        guard let zone = ZoneDirectory.rules(zoneName) else {
            throw Problem(
                .requestUnusable, "\"zone\" \(ZoneDirectory.complaint(zoneName) ?? "is not known").", invalid: "zone")
        }
        let start = try moment(body.start, "start", zone, endOfDay: false)
        let end = try moment(body.end, "end", zone, endOfDay: true)
        guard start < end, end - start <= longest else {
            throw Problem(
                .requestUnusable, "\"end\" must be after \"start\", by at most \(longest.configured).", invalid: "end")
        }
        guard (0...100).contains(body.multiplier) else {
            throw Problem(
                .requestUnusable, CalendarEventRequest.remedies["multiplier"] ?? "", invalid: "multiplier")
        }
        let (repeats, until) = try recurrence(body, zone, start..<end)
        guard !body.name.isEmpty else {
            throw Problem(.requestUnusable, CalendarEventRequest.remedies["name"] ?? "", invalid: "name")
        }
        var event = CalendarEvent(
            name: String(body.name.prefix(maximumText)),
            entry: CalendarEntry(scope, start: start, end: end, multiplier: body.multiplier), zone: zoneName,
            origin: String((body.origin ?? "manual").prefix(maximumText)), author: call.actor,
            note: String((body.note ?? "").prefix(maximumText)), addedAt: relay.now,
            repeats: repeats, until: until)
        event.id = try relay.ledger.watch.add(event)
        relay.log.info("calendar.added", ["event": "\(event.id)", "scope": "\(scope)", "by": call.actor])
        let titles = try reader.titles(of: [event.entry.scope.titled].compactMap { $0 })
        return document(event, try reader.calendarLessons(), titles, now: relay.now)
    }

    @Sendable static func remove(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> RemovedEvent {
        guard let id = Int64(call.parameters["id"] ?? "") else {
            throw Problem(.notFound, "\"\(call.parameters["id"] ?? "")\" is no number of an event.")
        }
        do {
            try relay.ledger.watch.removeCalendarEvent(id)
        } catch {
            // Not a pattern on `catch`: Swift 6.3.1 crashes on it here.
            if case .notFound = error { throw Problem(.notFound, "There is no event \(id) in the calendar.") }
            throw error
        }
        relay.log.info("calendar.removed", ["event": "\(id)", "by": call.actor])
        return RemovedEvent(id: id)
    }

    // MARK: Helpers

    private static func recurrence(
        _ body: CalendarEventRequest, _ zone: TimeZoneRules, _ first: Range<Instant>
    ) throws -> (Recurrence?, until: Instant?) {
        guard let repeats = body.repeats else {
            guard body.until == nil else {
                throw Problem(
                    .requestUnusable, "\"until\" goes with \"repeats\"; an event ends at its \"end\".", invalid: "until"
                )
            }
            return (nil, nil)
        }
        // A time of an event must not run into its next one.
        let next = repeats.occurrences(
            of: first, in: zone, overlapping: first.lowerBound..<(first.lowerBound + .days(366 * 9)))
        guard next.count < 2 || next[0].upperBound <= next[1].lowerBound else {
            throw Problem(
                .requestUnusable, "An event that comes \(repeats.words) must be shorter than that.", invalid: "end")
        }
        guard let last = body.until else { return (repeats, nil) }
        let until = try moment(last, "until", zone, endOfDay: true)
        guard until > first.lowerBound else {
            throw Problem(.requestUnusable, "\"until\" must be after \"start\".", invalid: "until")
        }
        return (repeats, until)
    }

    private static func scope(_ text: String, _ configuration: Configuration) throws -> CalendarEntry.Scope {
        guard let scope = CalendarEntry.Scope(text) else {
            throw Problem(
                .requestUnusable,
                """
                "\(text)" is no scope: write all, country:DE, zone:Europe/Berlin, \
                client:NAME or group:CLIENT/GROUP.
                """,
                invalid: "scope")
        }
        switch scope {
        case .all, .country: break
        case .zones(let names):
            for name in names {
                if let complaint = ZoneDirectory.complaint(name) {
                    throw Problem(.requestUnusable, "\"scope\": \(complaint).", invalid: "scope")
                }
            }
        case .client(let name): try check(client: name, configuration)
        case .group(let key): try check(client: key.client, configuration)
        }
        return scope
    }

    private static func check(client: String, _ configuration: Configuration) throws {
        if let complaint = Configuration.clientComplaint(configuration.clients)(client) {
            throw Problem(.requestUnusable, "\"scope\": \(complaint).", invalid: "scope")
        }
    }

    /// The client's zone, the only zone that is named, else UTC.
    private static func defaultZone(_ scope: CalendarEntry.Scope, _ configuration: Configuration) -> String {
        func zone(_ client: String) -> String {
            configuration.clients.first { $0.name == client }?.timeZone.name ?? "UTC"
        }
        return switch scope {
        case .all, .country: "UTC"
        case .zones(let names): names.count == 1 ? names[0] : "UTC"
        case .client(let name): zone(name)
        case .group(let key): zone(key.client)
        }
    }

    /// A moment with its offset, a time by the zone's clock, or a day: its first moment, or as an end its last.
    private static func moment(
        _ text: String, _ name: String, _ zone: TimeZoneRules, endOfDay: Bool
    ) throws -> Instant {
        if let moment = Instant(rfc3339: text) { return moment }
        if let civil = CivilTime(text) {
            return zone.instant(of: endOfDay && text.utf8.count == 10 ? civil.startOfDay(adding: 1) : civil)
        }
        throw Problem(
            .requestUnusable,
            "\"\(name)\" must be a day or a time, for example \"2026-12-24\", \"2026-12-24T18:00\".", invalid: name)
    }

    private static func document(
        _ event: CalendarEvent, _ lessons: [CalendarLesson], _ titles: DisplayNames, now: Instant
    ) -> CalendarEventDocument {
        let zone = ZoneDirectory.rules(event.zone) ?? .utc
        // The time that is or comes next; of an event that is over its last.
        let next =
            event.repeats.flatMap { _ in
                event.times(overlapping: now..<(now + .days(366 * 9)), .ofThisMachine).first?.lowerBound
            }
        let learned = event.learned(from: lessons, at: next ?? max(event.entry.start, event.until ?? event.entry.start))
        func local(_ moment: Instant) -> String { zone.local(moment).rfc3339 }
        return CalendarEventDocument(
            id: event.id, name: event.name, scope: event.entry.scope.description, start: local(event.entry.start),
            end: local(event.entry.end), zone: event.zone, multiplier: event.entry.multiplier,
            learned: learned.times > 0 ? (learned.common * 100).rounded() / 100 : nil, learnedFrom: learned.times,
            repeats: event.repeats, until: event.until.map(local), next: next.map(local), origin: event.origin,
            author: event.author, note: event.note, addedAt: event.addedAt,
            groupTitle: event.entry.scope.titled.flatMap { titles[$0.client, $0.level, $0.id] })
    }
}

extension Handlers {
    package static let calendar = Handler(Operations.calendar, CalendarOperations.list)
    package static let addCalendarEvent = Handler(
        Operations.addCalendarEvent, trace: CalendarOperations.trace, CalendarOperations.add)
    package static let removeCalendarEvent = Handler(
        Operations.removeCalendarEvent, trace: CalendarOperations.trace, CalendarOperations.remove)
    package static let tryRule = Handler(Operations.tryRule, RuleOperations.attempt)
}
