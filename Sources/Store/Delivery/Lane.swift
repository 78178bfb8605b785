package import Domain

/// Whether a destination's deliveries may be sent.
package enum LaneState: String, Sendable, CaseIterable {
    case running
    /// A person stopped it. Everything is kept.
    case paused
    /// The platform will take nothing until a person has acted. Everything is kept.
    case held
}

/// A destination as the store knows it.
package struct Lane: Equatable, Sendable {
    package var name: String
    package var state: LaneState
    /// Why it is paused or held; without personal data.
    package var reason: String
    package var since: Instant
}
