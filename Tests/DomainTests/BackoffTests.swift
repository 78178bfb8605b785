import Domain
import TestSupport
import Testing

@Suite struct `The backoff` {
    @Test(arguments: [(1, 5), (2, 30), (3, 120), (4, 600), (5, 3600), (6, 3600), (1000, 3600)])
    func `follows the table`(failures: Int, seconds: Int) {
        #expect(Backoff.wait(afterFailures: failures, jitter: 0.5) == .seconds(seconds))
    }

    @Test(arguments: 1...8) func `stays within a fifth of the table`(failures: Int) {
        let table = Backoff.wait(afterFailures: failures, jitter: 0.5)
        #expect(Backoff.wait(afterFailures: failures, jitter: 0).milliseconds == (table * 0.8).milliseconds)
        #expect(Backoff.wait(afterFailures: failures, jitter: 1).milliseconds == (table * 1.2).milliseconds)
        #expect(Backoff.wait(afterFailures: failures, jitter: 7) == Backoff.wait(afterFailures: failures, jitter: 1))
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var failures = 1
        var cause = Verdict.Cause.unreachable
        var floor: Duration?
        var remaining: Duration = .days(7)
        var wait: Duration?
        var testDescription: String { name }
    }

    @Test(arguments: [
        Case(name: "first failure", wait: .seconds(5)),
        Case(name: "throttled, at least a minute", cause: .throttled, wait: .seconds(60)),
        Case(name: "throttled for the third time", failures: 3, cause: .throttled, wait: .seconds(120)),
        Case(name: "Retry-After is a floor", cause: .throttled, floor: .seconds(300), wait: .seconds(300)),
        Case(name: "Retry-After shortens nothing", failures: 4, floor: .seconds(1), wait: .seconds(600)),
        Case(
            name: "one last try before the end", failures: 5, remaining: .minutes(20), wait: .minutes(20) - .seconds(30)
        ),
        Case(
            name: "the last try ignores the floor", floor: .hours(6), remaining: .hours(1),
            wait: .hours(1) - .seconds(30)),
        Case(name: "no room for a last try", failures: 5, remaining: .seconds(30), wait: nil),
        Case(name: "already over", remaining: .seconds(-1), wait: nil),
    ])
    func `respects floors and the window`(_ test: Case) {
        let due = Backoff.due(
            afterFailures: test.failures, cause: test.cause, floor: test.floor, jitter: 0.5, now: .start,
            expires: .start + test.remaining)
        #expect(due.map { $0 - .start } == test.wait)
    }

    @Test func `never goes past the end of the window`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<10_000 {
            let expires = Instant.start + .milliseconds(Int64.random(in: -1000...8_000_000, using: &random))
            let due = Backoff.due(
                afterFailures: .random(in: 1...9, using: &random),
                cause: Verdict.Cause.allCases.randomElement(using: &random)!,
                floor: Bool.random(using: &random) ? .seconds(Int.random(in: 0...9000, using: &random)) : nil,
                jitter: .random(in: 0...1, using: &random), now: .start, expires: expires)
            if let due { #expect(due > .start && due < expires) }
        }
    }
}
