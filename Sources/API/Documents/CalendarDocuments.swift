package import Domain

extension Recurrence: Codable {}

/// What a fixed rule counts together.
package enum RuleReach: String, Codable, CaseIterable, Sendable { case group, client, everything }

/// An event that changes how many leads are expected. Its times are by the clock of its zone, with their offset.
package struct CalendarEventDocument: Document {
    package var id: Int64
    package var name: String
    package var scope: String
    package var start: String
    package var end: String
    package var zone: String
    package var multiplier: Double
    package var learned: Double?
    package var learnedFrom: Int
    package var repeats: Recurrence?
    package var until: String?
    package var next: String?
    package var origin: String
    package var author: String
    package var note: String
    package var addedAt: Instant
    @Omitted package var groupTitle: String?

    package init(
        id: Int64, name: String, scope: String, start: String, end: String, zone: String, multiplier: Double,
        learned: Double?, learnedFrom: Int, repeats: Recurrence?, until: String?, next: String?, origin: String,
        author: String, note: String, addedAt: Instant, groupTitle: String? = nil
    ) {
        self.id = id
        self.name = name
        self.scope = scope
        self.start = start
        self.end = end
        self.zone = zone
        self.multiplier = multiplier
        self.learned = learned
        self.learnedFrom = learnedFrom
        self.repeats = repeats
        self.until = until
        self.next = next
        self.origin = origin
        self.author = author
        self.note = note
        self.addedAt = addedAt
        self.groupTitle = groupTitle
    }

    package static let descriptions: [String: PropertyDescription] = [
        "id": "Its number.",
        "name": PropertyDescription("What it is.", example: "Christmas"),
        "scope": PropertyDescription(
            "Where: `all`, `client:NAME`, `group:CLIENT/GROUP`, `country:DE` or `zone:Europe/Berlin`.", example: "all"),
        "start": PropertyDescription("When it begins.", example: "2026-12-24T00:00:00+01:00"),
        "end": PropertyDescription("When it ends.", example: "2026-12-27T00:00:00+01:00"),
        "zone": PropertyDescription("By whose clock.", example: "Europe/Berlin"),
        "multiplier": PropertyDescription("How many of the usual leads are expected: 0 for a pause.", 0...100),
        "learned": "How many came the other times; null if it was not seen before.",
        "learned_from": "How many times that was learned from.",
        "repeats": "How often it comes; null: once.",
        "until": "When it stops coming; null: never.",
        "next": "The time that is or comes next; null if none, or if it comes once.",
        "origin": "Where it comes from.",
        "author": "Who added it.",
        "note": "What that person wrote.",
        "added_at": "When.",
        "group_title": "What the group is called.",
    ]
}

package struct CalendarDocument: Document {
    package var events: [CalendarEventDocument]

    package init(events: [CalendarEventDocument]) {
        self.events = events
    }

    package static let descriptions: [String: PropertyDescription] = ["events": "By their beginning."]
}

package struct CalendarEventRequest: RequestBody {
    package var name: String
    package var start: String
    package var end: String
    package var multiplier: Double
    @Omitted package var scope: String?
    @Omitted package var zone: String?
    @Omitted package var repeats: Recurrence?
    @Omitted package var until: String?
    @Omitted package var note: String?
    @Omitted package var origin: String?

    package init(
        name: String, start: String, end: String, multiplier: Double, scope: String? = nil, zone: String? = nil,
        repeats: Recurrence? = nil, until: String? = nil, note: String? = nil, origin: String? = nil
    ) {
        self.name = name
        self.start = start
        self.end = end
        self.multiplier = multiplier
        self.scope = scope
        self.zone = zone
        self.repeats = repeats
        self.until = until
        self.note = note
        self.origin = origin
    }

    package static let descriptions: [String: PropertyDescription] = [
        "name": PropertyDescription("What it is.", example: "Christmas", longest: 500),
        "start": PropertyDescription("A day, or a time by the zone's clock.", example: "2026-12-24"),
        "end": PropertyDescription("The same; a day counts to its end.", example: "2026-12-26"),
        "multiplier": PropertyDescription(
            "How many of the usual leads are expected: 0 for a pause, 0.5 for half.", 0...100),
        "scope": PropertyDescription(
            "Where: `all` (the usual), `client:NAME`, `group:CLIENT/GROUP`, `country:DE` or `zone:Europe/Berlin`.",
            example: "client:acme"),
        "zone": PropertyDescription("By whose clock; the client's, or UTC, if absent.", example: "Europe/Berlin"),
        "repeats": "How often it comes; once if absent.",
        "until": "The last day on which it comes; with `repeats` only.",
        "note": PropertyDescription("Anything else.", longest: 500),
        "origin": PropertyDescription("Where it comes from; `manual` if absent.", longest: 500),
    ]

    package static let remedies = [
        "name": "Give the event a \"name\".",
        "start": "\"start\" must be a day or a time, for example \"2026-12-24\", \"2026-12-24T18:00\".",
        "end": "\"end\" must be a day or a time, for example \"2026-12-24\", \"2026-12-24T18:00\".",
        "multiplier":
            "\"multiplier\" must be a number from 0 to 100: 0 for a pause, 0.5 where half the leads are expected.",
    ]

    package static let isExact = true
}

package struct RemovedEvent: Document {
    package var id: Int64

    package init(id: Int64) {
        self.id = id
    }

    package static let descriptions: [String: PropertyDescription] = ["id": "Its number."]
}

/// A fixed rule that is to be tried.
package struct RuleRequest: RequestBody {
    @Omitted package var client: String?
    @Omitted package var group: String?
    @Omitted package var per: RuleReach?
    @Omitted package var leastDaily: Double?
    @Omitted package var fewerThan: Int?
    @Omitted package var `in`: String?
    @Omitted package var days: String?
    @Omitted package var hours: String?
    @Omitted package var timeZone: String?

    package init(
        client: String? = nil, group: String? = nil, per: RuleReach? = nil, leastDaily: Double? = nil,
        fewerThan: Int? = nil, `in`: String? = nil, days: String? = nil, hours: String? = nil, timeZone: String? = nil
    ) {
        self.client = client
        self.group = group
        self.per = per
        self.leastDaily = leastDaily
        self.fewerThan = fewerThan
        self.`in` = `in`
        self.days = days
        self.hours = hours
        self.timeZone = timeZone
    }

    package static let descriptions: [String: PropertyDescription] = [
        "client": "Only of this client's groups.",
        "group": PropertyDescription(
            "A name, or a pattern with `*`; every group that is watched if absent.", example: "search-*"),
        "per": "What is counted together.",
        "least_daily": "Only groups of which so many leads a day are expected.",
        "fewer_than": PropertyDescription("It fires with fewer leads than these.", 1...1_000_000),
        "in": PropertyDescription("In so long a time: 5m to 7d in steps of 5 minutes.", example: "1h"),
        "days": PropertyDescription("On which days.", example: "mon-fri"),
        "hours": PropertyDescription("In which hours.", example: "8-20"),
        "time_zone": PropertyDescription("By whose clock; the client's if absent.", example: "Europe/Berlin"),
    ]

    package static let remedies = [
        "fewer_than": "\"fewer_than\" must be a number from 1.",
        "least_daily": "\"least_daily\" must be a number above 0.",
    ]
}

/// What a fixed rule would have done in the last weeks.
package struct TriedRule: Document {
    package var rule: String
    package var per: RuleReach
    package var lookedAt: Int
    package var tooNew: Int
    package var firing: Int
    package var since: Instant?
    package var leads: Int
    package var firings: Int
    package var parts: [Part]
    package var worst: [Subject]

    package init(
        rule: String, per: RuleReach, lookedAt: Int, tooNew: Int, firing: Int, since: Instant?, leads: Int,
        firings: Int, parts: [Part], worst: [Subject]
    ) {
        self.rule = rule
        self.per = per
        self.lookedAt = lookedAt
        self.tooNew = tooNew
        self.firing = firing
        self.since = since
        self.leads = leads
        self.firings = firings
        self.parts = parts
        self.worst = worst
    }

    package struct Part: Document {
        package var since: Instant?
        package var leads: Int
        package var firings: Int
        package var resolution: String
        package var exact: Bool

        package init(since: Instant?, leads: Int, firings: Int, resolution: String, exact: Bool) {
            self.since = since
            self.leads = leads
            self.firings = firings
            self.resolution = resolution
            self.exact = exact
        }

        package static let descriptions: [String: PropertyDescription] = [
            "since": "When the part begins.",
            "leads": "Leads in it.",
            "firings": "How often it would have fired.",
            "resolution": PropertyDescription("In which steps leads are known.", example: "5m"),
            "exact": "Whether that is as fine as the rule looks.",
        ]
    }

    package struct Subject: Document {
        package var client: String
        package var group: String?
        package var leads: Int
        package var firings: Int

        package init(client: String, group: String?, leads: Int, firings: Int) {
            self.client = client
            self.group = group
            self.leads = leads
            self.firings = firings
        }

        package static let descriptions: [String: PropertyDescription] = [
            "client": "Whose; empty: everybody's.",
            "group": "The group; null if groups are counted together.",
            "leads": "Its leads.",
            "firings": "How often it would have fired.",
        ]
    }

    package static let descriptions: [String: PropertyDescription] = [
        "rule": "The rule in words.",
        "per": "What is counted together.",
        "looked_at": "Groups or clients that were looked at.",
        "too_new": "Of them, those that are too young for the rule.",
        "firing": "Of them, those it would have fired for.",
        "since": "How far back was looked.",
        "leads": "Leads of all.",
        "firings": "Firings of all.",
        "parts": "Older and newer history, as finely as each is known.",
        "worst": "Those with the most firings; at most 50.",
    ]
}
