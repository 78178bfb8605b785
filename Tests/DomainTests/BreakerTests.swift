import Domain
import TestSupport
import Testing

@Suite struct `A breaker` {
    /// What happens to it, at which second, and what it then permits.
    enum Event: Sendable { case fails, succeeds, begins, abandons, nothing }
    struct Step: Sendable {
        var second: Int
        var event: Event
        var then: Breaker.Permission
        init(_ second: Int, _ event: Event, _ then: Breaker.Permission) {
            self.second = second
            self.event = event
            self.then = then
        }
    }

    private static func until(_ second: Int) -> Breaker.Permission { .wait(until: .start + .seconds(second)) }

    static let stories: [(String, [Step])] = [
        (
            "opens after five failures in a row",
            [
                Step(0, .fails, .go), Step(1, .fails, .go), Step(2, .fails, .go), Step(3, .fails, .go),
                Step(4, .fails, until(9)), Step(8, .nothing, until(9)), Step(9, .nothing, .probe),
            ]
        ),
        (
            "forgets failures at the first answer",
            [
                Step(0, .fails, .go), Step(0, .fails, .go), Step(0, .fails, .go), Step(0, .fails, .go),
                Step(1, .succeeds, .go), Step(2, .fails, .go), Step(2, .fails, .go), Step(2, .fails, .go),
                Step(2, .fails, .go), Step(2, .fails, until(7)),
            ]
        ),
        (
            "waits twice as long after each failed probe, at most half a minute",
            [
                Step(0, .fails, .go), Step(0, .fails, .go), Step(0, .fails, .go), Step(0, .fails, .go),
                Step(0, .fails, until(5)), Step(5, .begins, .wait(until: nil)), Step(6, .fails, until(16)),
                Step(16, .begins, .wait(until: nil)), Step(16, .fails, until(36)),
                Step(36, .begins, .wait(until: nil)), Step(36, .fails, until(66)),
                Step(66, .begins, .wait(until: nil)), Step(66, .fails, until(96)),
                Step(96, .begins, .wait(until: nil)), Step(97, .succeeds, .go),
            ]
        ),
        (
            "is not held open longer by requests that were sent before it opened",
            [
                Step(0, .fails, .go), Step(0, .fails, .go), Step(0, .fails, .go), Step(0, .fails, .go),
                Step(0, .fails, until(5)), Step(3, .fails, until(5)), Step(5, .nothing, .probe),
            ]
        ),
        (
            "closes when a late answer shows that the platform is alive",
            [
                Step(0, .fails, .go), Step(0, .fails, .go), Step(0, .fails, .go), Step(0, .fails, .go),
                Step(0, .fails, until(5)), Step(2, .succeeds, .go),
            ]
        ),
        (
            "probes again when a probe was given up",
            [
                Step(0, .fails, .go), Step(0, .fails, .go), Step(0, .fails, .go), Step(0, .fails, .go),
                Step(0, .fails, until(5)), Step(5, .begins, .wait(until: nil)), Step(6, .abandons, .probe),
            ]
        ),
    ]

    @Test(arguments: stories) func `follows its story`(_ story: (name: String, steps: [Step])) {
        var breaker = Breaker()
        for (index, step) in story.steps.enumerated() {
            let now = Instant.start + .seconds(step.second)
            switch step.event {
            case .fails: breaker.failed(at: now)
            case .succeeds: breaker.succeeded()
            case .begins: breaker.begin(at: now)
            case .abandons: breaker.abandoned(at: now)
            case .nothing: break
            }
            #expect(breaker.permission(at: now) == step.then, "step \(index)")
        }
    }
}
