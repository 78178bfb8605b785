import Domain
package import Store

/// A week beside the week before.
package struct Compared<Value: Equatable & Sendable>: Equatable, Sendable {
    package var now: Value
    package var before: Value
    package init(_ now: Value, before: Value) {
        self.now = now
        self.before = before
    }
}

/// Leads and cost of something in a week: a client, a group, a campaign.
package struct ReportRow: Equatable, Sendable {
    /// As people call it.
    package var name: String
    package var leads: Compared<Int>
    package var cost: Compared<Money>

    package init(
        _ name: String, leads: Compared<Int>, cost: Compared<Money> = .init([:], before: [:])
    ) {
        self.name = name
        self.leads = leads
        self.cost = cost
    }

    static let heads = ["", "leads", "week before", "change", "cost", "cost per lead", "week before"]
    static let numbers = Set(1..<heads.count)

    var cells: [String] {
        [
            name, "\(leads.now)", "\(leads.before)", ReportWords.change(leads.now, leads.before),
            ReportWords.money(cost.now), ReportWords.perLead(cost.now, leads.now),
            ReportWords.perLead(cost.before, leads.before),
        ]
    }

    /// All of them together.
    package static func total(_ rows: [ReportRow], _ name: String = "all") -> ReportRow {
        func sum(_ part: (Compared<Money>) -> Money) -> Money {
            rows.reduce(into: [:]) { $0.merge(part($1.cost), uniquingKeysWith: +) }
        }
        return ReportRow(
            name,
            leads: .init(
                rows.reduce(0) { $0 + $1.leads.now }, before: rows.reduce(0) { $0 + $1.leads.before }),
            cost: .init(sum(\.now), before: sum(\.before)))
    }

    /// The biggest ones, and all others as one.
    static func listed(_ rows: [ReportRow], most: Int) -> [ReportRow] {
        let sorted = rows.sorted {
            ($1.leads.now, $1.leads.before, $0.name) < ($0.leads.now, $0.leads.before, $1.name)
        }
        guard sorted.count > most else { return sorted }
        let rest = Array(sorted.dropFirst(most))
        return sorted.prefix(most) + [.total(rest, "\(rest.count) others")]
    }
}

/// What a destination did with a week's leads.
package struct ReportDestination: Equatable, Sendable {
    package var name: String
    package var platform: String
    package var deliveries: LeadFigures.Deliveries

    package init(_ name: String, platform: String, _ deliveries: LeadFigures.Deliveries) {
        self.name = name
        self.platform = platform
        self.deliveries = deliveries
    }

    static let heads = ["", "platform", "delivered", "refused", "too late", "left out", "still open"]
    static let numbers = Set(2..<heads.count)

    var cells: [String] {
        [name, platform]
            + [
                deliveries.delivered, deliveries.rejected, deliveries.expired, deliveries.skipped,
                deliveries.pending,
            ]
            .map { "\($0)" }
    }
}

enum ReportWords {
    /// `+16 %`; nothing is said of a growth from nothing.
    static func change(_ now: Int, _ before: Int) -> String {
        guard before > 0 else { return now == 0 ? "0 %" : "–" }
        let percent = Int((Double(now - before) * 100 / Double(before)).rounded())
        return percent > 0 ? "+\(percent) %" : percent < 0 ? "−\(-percent) %" : "0 %"
    }

    /// `1,234.50 EUR`; currencies are never added up. Nothing known is no nought.
    static func money(_ money: Money) -> String {
        money.isEmpty
            ? "–"
            : money.sorted { $0.key < $1.key }.map { "\(amount($0.value)) \($0.key)" }.joined(
                separator: " + ")
    }

    static func perLead(_ money: Money, _ leads: Int) -> String {
        guard leads > 0 else { return "–" }
        return self.money(money.mapValues { ($0 + Int64(leads) / 2) / Int64(leads) })
    }

    private static func amount(_ micros: Int64) -> String {
        let cents = (micros.magnitude + 5000) / 10_000
        var whole = String(cents / 100)
        var grouped = ""
        while whole.count > 3 {
            grouped = "," + whole.suffix(3) + grouped
            whole.removeLast(3)
        }
        let rest = cents % 100
        return (micros < 0 && cents > 0 ? "−" : "") + whole + grouped + "." + (rest < 10 ? "0" : "")
            + "\(rest)"
    }

    static func mean(_ times: AlertFigures.Times) -> String {
        times.count == 0 ? "–" : times.mean.plain
    }
    static func median(_ times: AlertFigures.Times) -> String {
        times.count == 0 ? "–" : times.median.plain
    }
}
