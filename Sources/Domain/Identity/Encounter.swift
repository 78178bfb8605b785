/// Two posts under one id: same source, same id, same event. What the later one is, compared with the earlier.
///
///     what they say about person and deal                      the later one is
///     nothing different                                        a repetition
///     nothing different, and a value where there was none,
///         and it restates                                      an adjustment
///     nothing in common, and another visitor or another name   a reuse of the id
///     another value or currency only                           an adjustment if it restates, else a reuse
///     another address or number only, from the same hand,
///         within ten minutes                                   a correction
///     anything else                                            a reuse
///
/// The same hand: on a page the same network address and browser, of a server the same name or number. "Different"
/// means that both say it and say something else; the clock, an attempt's number, order and blanks are no part of an
/// identity.
package struct Encounter: Equatable, Sendable {
    package var same: IdentityAspects
    package var different: IdentityAspects
    package var saidBefore: IdentityAspects
    package var saidNow: IdentityAspects
    /// The later one says that its value replaces the earlier, or its source does so always.
    package var restates: Bool
    package var isFromBrowser: Bool
    /// How long after the earlier one it came.
    package var delay: Duration
    package var names: Names

    package enum Names: Sendable {
        case same
        case different
        /// One of them, or both, say none.
        case unsaid
    }

    package enum Relation: String, Sendable, CaseIterable {
        case repetition, adjustment, correction, reuse
    }

    /// Who corrects a mistyped address does so at once.
    package static let correctionWindow: Duration = .minutes(10)

    package init<Mark>(
        _ earlier: EventIdentity<Mark>, _ later: EventIdentity<Mark>, restates: Bool = false, isFromBrowser: Bool,
        delay: Duration, names: Names
    ) {
        (same, different) = later.compared(with: earlier)
        saidBefore = earlier.said
        saidNow = later.said
        self.restates = restates
        self.isFromBrowser = isFromBrowser
        self.delay = delay
        self.names = names
    }

    package var relation: Relation {
        let contradictions = different.subtracting(.sender)
        if contradictions.isEmpty {
            let money = IdentityAspects(.value)
            if restates, saidNow.contains(money), !saidBefore.contains(money) { return .adjustment }
            return isSomebodyElse ? .reuse : .repetition
        }
        if contradictions.isSubset(of: .deal) { return restates ? .adjustment : .reuse }
        return contradictions.isSubset(of: .contact) && isCorrection ? .correction : .reuse
    }

    /// Both say who it is by different means, and what is known beside speaks for two people.
    private var isSomebodyElse: Bool {
        guard same.isDisjoint(with: .person), !saidBefore.isDisjoint(with: .person), !saidNow.isDisjoint(with: .person)
        else { return false }
        return names == .different || isFromBrowser && different.contains(.sender)
    }

    private var isCorrection: Bool {
        guard delay <= Self.correctionWindow, names != .different else { return false }
        if isFromBrowser { return same.contains(.sender) }
        return names == .same || !same.isDisjoint(with: IdentityAspects([.phone, .phoneHash, .phoneDigits]))
    }
}

extension LeadEvent {
    /// Whether two events name the same person: case and blanks do not count, and one part that agrees is enough, since
    /// the other may have been mistyped.
    package func names(comparedWith other: LeadEvent) -> Encounter.Names {
        var (agrees, contradicts) = (false, false)
        for part in [\Person.firstName, \Person.lastName] {
            guard let mine = person[keyPath: part].map(Self.folded),
                let theirs = other.person[keyPath: part].map(Self.folded)
            else { continue }
            if mine == theirs { agrees = true } else { contradicts = true }
        }
        return agrees ? .same : contradicts ? .different : .unsaid
    }

    private static func folded(_ name: String) -> String { name.dropping(\.isBlank).inLowerCase }
}
