/// A time in which leads were missing, as the detector saw it.
package struct Episode: Equatable, Sendable {
    package var scope: Scope
    package var kind: Kind
    /// The slot from which leads were missing, by the evidence; before it was noticed.
    package var began: Int
    /// The first slot in which it was known.
    package var opened: Int
    /// How it was noticed: so many leads had been expected since `began`, so many had come, and by chance alone that or
    /// less happens with this probability.
    package var expected: Double
    package var observed: Int
    package var chance: Double
    /// The slot in which it was known to be over; `nil` while it lasts.
    package var closed: Int?
    package var ending: Ending?
    /// The first slot of the recovery, or of the pause; `nil` while it lasts.
    package var ended: Int?

    package enum Scope: Hashable, Sendable, CustomStringConvertible {
        /// All groups together: the intake itself.
        case intake
        case client(String)
        case group(GroupKey)

        /// What an alert about it is about.
        package var alertScope: AlertScope {
            switch self {
            case .intake: .relay
            case .client(let name): .client(name)
            case .group(let key): key.scope
            }
        }

        /// `relay`, `client:acme`, `group:acme/heat-pumps`.
        package var description: String { alertScope.description }

        /// Reads what `description` writes; `nil` for anything else.
        package init?(_ text: String) {
            switch AlertScope(text) {
            case .relay: self = .intake
            case .client(let name): self = .client(name)
            case .group(let client, let group): self = .group(GroupKey(client: client, group: group))
            default: return nil
            }
        }
    }

    package enum Kind: Equatable, Sendable {
        case silence
        /// Fewer than expected in a window of so many slots.
        case low(window: Int)
    }

    package enum Ending: String, Sendable {
        /// Enough leads came: normal against still down at odds above 20 to 1.
        case recovered
        /// The calendar says that nothing is expected.
        case paused
        /// It has lasted so long that it is taken for the new level.
        case newNormal = "new_normal"
        /// Somebody has decided that it is over, or was none.
        case dismissed
    }

    package init(
        _ scope: Scope, _ kind: Kind, began: Int, opened: Int, expected: Double, observed: Int, chance: Double
    ) {
        self.scope = scope
        self.kind = kind
        self.began = began
        self.opened = opened
        self.expected = expected
        self.observed = observed
        self.chance = chance
    }

    package var isOpen: Bool { closed == nil }
}
