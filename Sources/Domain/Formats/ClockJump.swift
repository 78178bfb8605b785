/// Tells when a clock was set, by a second one that only goes forward. What cannot be undone waits for one look more
/// then: a clock that has jumped may jump back.
package struct ClockJump: Sendable {
    /// By so much the two may differ between two looks; less is no jump.
    package static let tolerance: Duration = .minutes(10)

    private var last: (now: Instant, steady: Duration)?

    package init() {}

    /// Whether the clock went on since the last look as time did. `steady` is read from the clock that only goes
    /// forward.
    package mutating func isSteady(_ now: Instant, _ steady: Duration) -> Bool {
        defer { last = (now, steady) }
        guard let last else { return true }
        let jump = (now - last.now) - (steady - last.steady)
        return jump < Self.tolerance && jump > .zero - Self.tolerance
    }
}
