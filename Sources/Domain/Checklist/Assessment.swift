/// What the facts say about one item of the checklist.
package struct Assessment: Equatable, Sendable {
    package var item: ChecklistItem
    package var certainty: Certainty
    /// One sentence with figures and without personal data; for `unknown` what is missing.
    package var evidence: String
    package var owner: Owner
    package var fix: String

    package enum Certainty: String, CaseIterable, Comparable, Sendable {
        /// A collector has reproduced it or the platform has said it.
        case proved
        /// The rule fits and nothing contradicts.
        case likely
        /// Wrong as well, but it cannot be the cause: it began later, or it is no reason for what is missing.
        case beside
        /// The facts to decide by are missing.
        case unknown
        /// The facts speak against it.
        case excluded

        private var rank: Int {
            switch self {
            case .proved: 0
            case .likely: 1
            case .beside: 2
            case .unknown: 3
            case .excluded: 4
            }
        }

        /// Whether it is settled that this is not the cause.
        package var isNoCause: Bool { self == .excluded || self == .beside }

        package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
    }

    package init(
        _ item: ChecklistItem, _ certainty: Certainty, _ evidence: String, owner: Owner? = nil, fix: String? = nil
    ) {
        self.item = item
        self.certainty = certainty
        self.evidence = evidence
        self.owner = owner ?? item.owner
        self.fix = fix ?? item.fix
    }
}

/// What a rule answers; the item makes an `Assessment` of it.
struct Ruling {
    var certainty: Assessment.Certainty
    var evidence: String
    var owner: Owner?
    var fix: String?

    static func proved(_ evidence: String, owner: Owner? = nil, fix: String? = nil) -> Ruling {
        Ruling(certainty: .proved, evidence: evidence, owner: owner, fix: fix)
    }
    static func likely(_ evidence: String, owner: Owner? = nil, fix: String? = nil) -> Ruling {
        Ruling(certainty: .likely, evidence: evidence, owner: owner, fix: fix)
    }
    /// `evidence` says what is wrong, and since when.
    static func beside(_ evidence: String) -> Ruling { Ruling(certainty: .beside, evidence: evidence) }
    static func excluded(_ evidence: String) -> Ruling { Ruling(certainty: .excluded, evidence: evidence) }
    static func unknown(_ missing: String) -> Ruling { Ruling(certainty: .unknown, evidence: missing) }
}
