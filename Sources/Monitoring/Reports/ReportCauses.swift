package import Domain

/// What is known of why a week's alerts were: told apart by who says so. What the checklist holds for likely is a guess
/// and is no cause.
package struct ReportCauses: Equatable, Sendable {
    package struct Cause: Equatable, Sendable {
        package var title: String
        package var owner: Owner
        package var count: Int
    }

    /// Named by a person, the most frequent first.
    package var confirmed: [Cause] = []
    /// Proved by the checklist; nobody has confirmed it.
    package var proved: [Cause] = []
    /// What people judged without naming a cause of the checklist: whose side it was, or that nothing was wrong.
    package var sides: [(side: Alert.Verdict.Side, count: Int)] = []
    /// Nobody has said why, and nothing is proved.
    package var unknown = 0

    package init(_ alerts: [Alert], _ diagnoses: [AlertID: Diagnosis]) {
        let known = alerts.map { KnownCause($0, diagnoses[$0.id]) }
        func counted(_ items: [ChecklistItem]) -> [Cause] {
            Dictionary(grouping: items, by: { $0 }).map {
                Cause(title: $0.key.title, owner: $0.key.owner, count: $0.value.count)
            }
            .sorted { ($1.count, $0.title) < ($0.count, $1.title) }
        }
        confirmed = counted(
            known.compactMap { if case .confirmed(let item) = $0 { item } else { nil } })
        proved = counted(known.compactMap { if case .proved(let item) = $0 { item } else { nil } })
        sides = Alert.Verdict.Side.allCases.compactMap { side in
            let count = known.count { $0 == .judged(side) }
            return count > 0 ? (side, count) : nil
        }
        unknown = known.count { $0 == .unknown }
    }

    package var isEmpty: Bool { confirmed.isEmpty && proved.isEmpty && sides.isEmpty && unknown == 0 }

    package static func == (left: Self, right: Self) -> Bool {
        left.confirmed == right.confirmed && left.proved == right.proved
            && left.unknown == right.unknown
            && left.sides.elementsEqual(right.sides, by: ==)
    }

    /// One line each.
    package var lines: [String] {
        func line(_ cause: Cause, _ by: String) -> String {
            "\(cause.count) × \(cause.title) (\(cause.owner.possessive)): \(by)"
        }
        return confirmed.map { line($0, "confirmed by a person") }
            + proved.map { line($0, "proved by the checklist, not yet confirmed by anybody") }
            + sides.map {
                "\($0.count) × \($0.side.words.uncapitalized): said by a person, without a cause of the checklist"
            }
            + (unknown > 0 ? ["\(unknown) × unknown: no cause recorded or proved"] : [])
    }
}

/// What is known of why one alert was.
enum KnownCause: Equatable {
    case confirmed(ChecklistItem)
    case judged(Alert.Verdict.Side)
    case proved(ChecklistItem)
    case unknown

    /// A person's word counts more than the machine's.
    init(_ alert: Alert, _ diagnosis: Diagnosis?) {
        if let verdict = alert.verdict {
            self = ChecklistItem(name: verdict.cause).map { .confirmed($0) } ?? .judged(verdict.side)
        } else if let cause = diagnosis?.cause, cause.certainty == .proved {
            self = .proved(cause.item)
        } else {
            self = .unknown
        }
    }

    /// For a line of its own.
    var words: String {
        switch self {
        case .confirmed(let item):
            "Cause, confirmed by a person: \(item.title) (\(item.owner.possessive))."
        case .judged(let side): "As a person judged it: \(side.words.uncapitalized)."
        case .proved(let item):
            "Cause, proved by the checklist and not yet confirmed by anybody: \(item.title) (\(item.owner.possessive))."
        case .unknown: "The cause is not known."
        }
    }
}

extension String {
    fileprivate var uncapitalized: String { prefix(1).lowercased() + dropFirst() }
}
