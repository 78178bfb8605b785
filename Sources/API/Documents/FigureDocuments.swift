package import Domain
package import Store

extension LeadLevel: Codable {}

/// An amount of one currency.
package struct MoneyDocument: Document {
    package var currency: String
    package var amount: DecimalNumber
    package var perLead: DecimalNumber?

    package init(currency: String, amount: DecimalNumber, perLead: DecimalNumber?) {
        self.currency = currency
        self.amount = amount
        self.perLead = perLead
    }

    package static let descriptions: [String: PropertyDescription] = [
        "currency": PropertyDescription("ISO 4217.", example: "EUR"),
        "amount": "With two digits after the point.",
        "per_lead": "The cost of one lead; null where there are none, or where leads do not matter.",
    ]
}

/// What became of leads.
package struct FiguresDocument: Document {
    package var received: Int64
    package var leads: Int64
    package var duplicates: Int64
    package var quarantined: Int64
    package var tests: Int64
    package var withClickID: Int64
    package var withEmail: Int64
    package var withPhone: Int64
    package var destinations: [Deliveries]

    package init(
        received: Int64, leads: Int64, duplicates: Int64, quarantined: Int64, tests: Int64, withClickID: Int64,
        withEmail: Int64, withPhone: Int64, destinations: [Deliveries]
    ) {
        self.received = received
        self.leads = leads
        self.duplicates = duplicates
        self.quarantined = quarantined
        self.tests = tests
        self.withClickID = withClickID
        self.withEmail = withEmail
        self.withPhone = withPhone
        self.destinations = destinations
    }

    package struct Deliveries: Document {
        package var name: String
        package var owed: Int64
        package var pending: Int64
        package var delivered: Int64
        package var rejected: Int64
        package var expired: Int64
        package var skipped: Int64
        package var millisecondsToDelivery: Int64?

        package init(
            name: String, owed: Int64, pending: Int64, delivered: Int64, rejected: Int64, expired: Int64,
            skipped: Int64, millisecondsToDelivery: Int64?
        ) {
            self.name = name
            self.owed = owed
            self.pending = pending
            self.delivered = delivered
            self.rejected = rejected
            self.expired = expired
            self.skipped = skipped
            self.millisecondsToDelivery = millisecondsToDelivery
        }

        package static let descriptions: [String: PropertyDescription] = [
            "name": "The destination.",
            "owed": "Deliveries: the sum of the others.",
            "pending": "Those that are open or whose verdict is awaited.",
            "delivered": "Those that the platform has.",
            "rejected": "Those that the platform has refused for good.",
            "expired": "Those that were not made in time.",
            "skipped": "Those that were not to be made.",
            "milliseconds_to_delivery": "From receipt to delivery, on average; null if nothing was delivered.",
        ]
    }

    package static let descriptions: [String: PropertyDescription] = [
        "received": "Events.",
        "leads": "Of them, leads: without tests, duplicates and what is in quarantine.",
        "duplicates": "Of them, repetitions of a lead.",
        "quarantined": "Of them, in quarantine.",
        "tests": "Of them, tests.",
        "with_click_id": "Leads with a click id of an ad platform.",
        "with_email": "Leads with an e-mail address.",
        "with_phone": "Leads with a telephone number.",
        "destinations": "What became of them at each destination.",
    ]
}

/// What became of a client's leads over some days, against as many days before.
package struct FigureReport: Document {
    @Flattened package var question: QuestionDocument
    package var beforeFrom: String
    package var by: LeadLevel
    package var total: FiguresDocument
    package var before: FiguresDocument
    package var cost: [MoneyDocument]
    package var costBefore: [MoneyDocument]
    package var rows: [Row]
    package var rest: Rest?
    package var days: [Day]
    @Omitted package var hours: [Hour]??
    @Omitted package var completeTo: PreciseInstant?

    package init(
        question: QuestionDocument, beforeFrom: String, by: LeadLevel, total: FiguresDocument, before: FiguresDocument,
        cost: [MoneyDocument], costBefore: [MoneyDocument], rows: [Row], rest: Rest?, days: [Day],
        hours: [Hour]?? = nil,
        completeTo: PreciseInstant? = nil
    ) {
        self.question = question
        self.beforeFrom = beforeFrom
        self.by = by
        self.total = total
        self.before = before
        self.cost = cost
        self.costBefore = costBefore
        self.rows = rows
        self.rest = rest
        self.days = days
        self.hours = hours
        self.completeTo = completeTo
    }

    package struct Row: Document {
        package var name: String
        package var title: String?
        package var now: FiguresDocument
        package var before: FiguresDocument
        package var cost: [MoneyDocument]
        package var costBefore: [MoneyDocument]

        package init(
            name: String, title: String?, now: FiguresDocument, before: FiguresDocument, cost: [MoneyDocument],
            costBefore: [MoneyDocument]
        ) {
            self.name = name
            self.title = title
            self.now = now
            self.before = before
            self.cost = cost
            self.costBefore = costBefore
        }

        package static let descriptions: [String: PropertyDescription] = [
            "name": "Its id; empty: the leads that do not say.",
            "title": "What it is called; null if it has no name.",
            "now": "The days that were asked about.",
            "before": "As many days before.",
            "cost": "What its ads cost.",
            "cost_before": "What they cost before.",
        ]
    }

    package struct Rest: Document {
        package var now: FiguresDocument
        package var before: FiguresDocument

        package init(now: FiguresDocument, before: FiguresDocument) {
            self.now = now
            self.before = before
        }

        package static let descriptions: [String: PropertyDescription] = [
            "now": "The days that were asked about.", "before": "As many days before.",
        ]
    }

    package struct Day: Document {
        package var day: String
        package var figures: FiguresDocument

        package init(day: String, figures: FiguresDocument) {
            self.day = day
            self.figures = figures
        }

        package static let descriptions: [String: PropertyDescription] = [
            "day": PropertyDescription("By the client's clock.", example: "2026-11-24"),
            "figures": "What became of its leads.",
        ]
    }

    package struct Hour: Document {
        package var start: Instant
        package var local: String
        package var figures: FiguresDocument

        package init(start: Instant, local: String, figures: FiguresDocument) {
            self.start = start
            self.local = local
            self.figures = figures
        }

        package static let descriptions: [String: PropertyDescription] = [
            "start": "When it began.",
            "local": PropertyDescription(
                "The same by the client's clock, with its offset where that is not clear.",
                example: "2026-11-24 09:00"),
            "figures": "What became of its leads.",
        ]
    }

    package static let descriptions: [String: PropertyDescription] = [
        "before_from": PropertyDescription("The first of the days before.", example: "2026-10-04"),
        "by": "What the rows are.",
        "total": "All of them.",
        "before": "All of the days before.",
        "cost": "What ads cost, by currency.",
        "cost_before": "What they cost before.",
        "rows": "By id.",
        "rest":
            "Where there are more than 5,000 rows, those with the most leads are told, and here all others together.",
        "days": "Day by day.",
        "hours":
            """
        Hour by hour, of at most three days that are kept by the hour; null if it would take too long, of very \
        many ads.
        """,
        "complete_to": "Figures are being worked out anew, up to here; absent if they are complete.",
    ]
}

/// What each source's events had in common over some days.
package struct SourceListDocument: Document {
    package var days: Int
    package var from: Instant
    package var sources: [SourceFiguresDocument]
    @Omitted package var unknownKeys: [RefusedPlace]?

    package init(days: Int, from: Instant, sources: [SourceFiguresDocument], unknownKeys: [RefusedPlace]? = nil) {
        self.days = days
        self.from = from
        self.sources = sources
        self.unknownKeys = unknownKeys
    }

    package static let descriptions: [String: PropertyDescription] = [
        "days": "How many days were looked at.",
        "from": "When they began.",
        "sources": "As configured.",
        "unknown_keys": "Posts with a key that no source has; for those who may see all clients.",
    ]
}

package struct ShareDocument: Document {
    package var count: Int
    package var share: Double?

    package init(count: Int, share: Double?) {
        self.count = count
        self.share = share
    }

    package static let descriptions: [String: PropertyDescription] = [
        "count": "How many.",
        "share": PropertyDescription("Of all that could be so; null if there are none.", example: .number("0.125")),
    ]
}

package struct NamedShare: Document {
    package var name: String
    @Flattened package var share: ShareDocument

    package init(name: String, share: ShareDocument) {
        self.name = name
        self.share = share
    }

    package static let descriptions: [String: PropertyDescription] = [
        "name": PropertyDescription("What.", example: "person.phone")
    ]
}

package struct SourceFiguresDocument: Document {
    package var name: String
    package var client: String
    package var events: Int
    package var leads: Int
    package var duplicates: Int
    package var quarantined: Int
    package var tests: Int
    package var corrected: Int
    package var adjusted: Int
    package var reusedIDs: ShareDocument
    package var junk: ShareDocument
    package var junkSigns: [NamedShare]
    package var withoutContact: ShareDocument
    package var nowhere: ShareDocument
    package var leftOut: [NamedShare]
    package var skipped: [SkippedShare]
    package var refused: [NamedShare]
    package var refusedPlaces: [RefusedPlace]

    package init(
        name: String, client: String, events: Int, leads: Int, duplicates: Int, quarantined: Int, tests: Int,
        corrected: Int, adjusted: Int, reusedIDs: ShareDocument, junk: ShareDocument, junkSigns: [NamedShare],
        withoutContact: ShareDocument, nowhere: ShareDocument, leftOut: [NamedShare], skipped: [SkippedShare],
        refused: [NamedShare], refusedPlaces: [RefusedPlace]
    ) {
        self.name = name
        self.client = client
        self.events = events
        self.leads = leads
        self.duplicates = duplicates
        self.quarantined = quarantined
        self.tests = tests
        self.corrected = corrected
        self.adjusted = adjusted
        self.reusedIDs = reusedIDs
        self.junk = junk
        self.junkSigns = junkSigns
        self.withoutContact = withoutContact
        self.nowhere = nowhere
        self.leftOut = leftOut
        self.skipped = skipped
        self.refused = refused
        self.refusedPlaces = refusedPlaces
    }

    package struct SkippedShare: Document {
        package var destination: String
        package var name: String
        @Flattened package var share: ShareDocument

        package init(destination: String, name: String, share: ShareDocument) {
            self.destination = destination
            self.name = name
            self.share = share
        }

        package static let descriptions: [String: PropertyDescription] = [
            "destination": "Where they were skipped.",
            "name": PropertyDescription("Why.", example: "no_click_id"),
        ]
    }

    package static let descriptions: [String: PropertyDescription] = [
        "name": "As configured.",
        "client": "Whose it is; empty if nobody's.",
        "events": "Everything that was acknowledged and looked at.",
        "leads": "Leads.",
        "duplicates": "Repetitions of a lead.",
        "quarantined": "Events that went to quarantine.",
        "tests": "Tests.",
        "corrected": "Posts that corrected an address or number.",
        "adjusted": "Posts that restated a value.",
        "reused_ids": "Leads under an id that was another person's or deal's before.",
        "junk": "Events that look like junk.",
        "junk_signs": "What of junk was seen.",
        "without_contact": "Leads without e-mail address and telephone number.",
        "nowhere": "Leads owed to no destination.",
        "left_out": "Fields that were left out because they could not be used.",
        "skipped": "Deliveries that were not to be made, by destination and reason.",
        "refused": "Requests that were refused, by reason.",
        "refused_places": "Where refused requests came from.",
    ]
}

package struct RefusedPlace: Document {
    package var reason: String
    package var host: String
    package var key: String
    package var count: Int
    package var first: Instant
    package var last: Instant

    package init(reason: String, host: String, key: String, count: Int, first: Instant, last: Instant) {
        self.reason = reason
        self.host = host
        self.key = key
        self.count = count
        self.first = first
        self.last = last
    }

    package static let descriptions: [String: PropertyDescription] = [
        "reason": PropertyDescription("Why.", example: "origin-not-allowed"),
        "host": "The page's host, as far as the browser told it.",
        "key": "The beginning of the key.",
        "count": "Requests.",
        "first": "The first.",
        "last": "The last.",
    ]
}

package struct UploadRequest: RequestBody {
    package var client: String
    package var csv: String
    @Omitted package var currency: String?
    @Omitted package var check: Bool?

    package init(client: String, csv: String, currency: String? = nil, check: Bool? = nil) {
        self.client = client
        self.csv = csv
        self.currency = currency
        self.check = check
    }

    package static let descriptions: [String: PropertyDescription] = [
        "client": "Whose ads they are.",
        "csv":
            """
        The table with its headings: `date, campaign_id, cost` and if you like `adset_id, ad_id, currency` for \
        costs; `level, id, name` for names.
        """,
        "currency": PropertyDescription("Of costs, where the table has no such column (ISO 4217).", example: "EUR"),
        "check": "Only read it; nothing is kept.",
    ]

    package static let remedies = [
        "client": "\"client\" must be one of the configuration.",
        "csv": "Give the table as \"csv\": headings, then rows.",
    ]
}

package struct UploadDocument: Document {
    package var client: String
    package var check: Bool
    package var rows: Int
    @Omitted package var changed: Int?
    @Omitted package var unchanged: Int?
    @Omitted package var removed: Int?

    package init(
        client: String, check: Bool, rows: Int, changed: Int? = nil, unchanged: Int? = nil, removed: Int? = nil
    ) {
        self.client = client
        self.check = check
        self.rows = rows
        self.changed = changed
        self.unchanged = unchanged
        self.removed = removed
    }

    package static let descriptions: [String: PropertyDescription] = [
        "client": "Whose ads they are.",
        "check": "Whether it was only read.",
        "rows": "Rows of the table.",
        "changed": "What is new or other than before; absent if it was only read.",
        "unchanged": "What was known already.",
        "removed": "What is gone.",
    ]
}

package struct SpendDocument: Document {
    @Flattened package var upload: UploadDocument
    package var from: String?
    package var to: String?
    package var totals: [MoneyDocument]

    package init(upload: UploadDocument, from: String?, to: String?, totals: [MoneyDocument]) {
        self.upload = upload
        self.from = from
        self.to = to
        self.totals = totals
    }

    package static let descriptions: [String: PropertyDescription] = [
        "from": "The first day in it; null if it is empty.",
        "to": "The last day in it.",
        "totals": "What it adds up to, by currency.",
    ]
}

package struct NameListDocument: Document {
    package var client: String
    package var names: [Name]

    package init(client: String, names: [Name]) {
        self.client = client
        self.names = names
    }

    package struct Name: Document {
        package var level: LeadLevel
        package var id: String
        package var name: String

        package init(level: LeadLevel, id: String, name: String) {
            self.level = level
            self.id = id
            self.name = name
        }

        package static let descriptions: [String: PropertyDescription] = [
            "level": "What it is.", "id": "Its id at the platform.", "name": "What it is called.",
        ]
    }

    package static let descriptions: [String: PropertyDescription] = [
        "client": "Whose they are.", "names": "By level and id.",
    ]
}

/// The campaign groups that are watched.
package struct WatchedGroupsDocument: Document {
    package var groups: [Group]

    package init(groups: [Group]) {
        self.groups = groups
    }

    package struct Group: Document {
        package var client: String
        package var group: String
        package var daily: Double
        package var watched: String
        @Omitted package var groupTitle: String?

        package init(client: String, group: String, daily: Double, watched: String, groupTitle: String? = nil) {
            self.client = client
            self.group = group
            self.daily = daily
            self.watched = watched
            self.groupTitle = groupTitle
        }

        package static let descriptions: [String: PropertyDescription] = [
            "client": "Whose it is.",
            "group": "The group.",
            "daily": "Leads a day that are expected.",
            "watched": PropertyDescription("What it is watched to.", example: "12 h of silence"),
            "group_title": "What the group is called.",
        ]
    }

    package static let descriptions: [String: PropertyDescription] = ["groups": "By client and group."]
}

/// Leads expected and received, hour by hour.
package struct VolumeDocument: Document {
    package var client: String
    package var group: String?
    package var groupTitle: String?
    package var timeZone: String
    package var watched: String?
    package var daily: Double?
    package var from: Instant
    package var to: Instant
    package var hours: [Hour]

    package init(
        client: String, group: String?, groupTitle: String?, timeZone: String, watched: String?, daily: Double?,
        from: Instant, to: Instant, hours: [Hour]
    ) {
        self.client = client
        self.group = group
        self.groupTitle = groupTitle
        self.timeZone = timeZone
        self.watched = watched
        self.daily = daily
        self.from = from
        self.to = to
        self.hours = hours
    }

    package struct Hour: Document {
        package var start: Instant
        package var local: String
        package var observed: Int64
        package var expected: Double?

        package init(start: Instant, local: String, observed: Int64, expected: Double?) {
            self.start = start
            self.local = local
            self.observed = observed
            self.expected = expected
        }

        package static let descriptions: [String: PropertyDescription] = [
            "start": "When it began.",
            "local": PropertyDescription("The same by the client's clock.", example: "2026-11-24 09:00"),
            "observed": "Leads that came.",
            "expected": "Leads that were expected; null if the monitor does not know.",
        ]
    }

    package static let descriptions: [String: PropertyDescription] = [
        "client": "Whose leads; empty: everybody's.",
        "group": "Of which group; null: of all.",
        "group_title": "What the group is called.",
        "time_zone": "By whose clock hours are told.",
        "watched": "What the group is watched to; null if it is not watched, or none was asked for.",
        "daily": "Leads a day that are expected; null if nothing is watched.",
        "from": "When the first hour begins.",
        "to": "When the last hour ends.",
        "hours": "Every hour, those without leads too.",
    ]
}
