/// Stops a lane from sending to a platform that is down, and finds out when it is up again.
///
/// It counts requests that failed, never slow ones, and nothing that the platform said about a lead. After `threshold`
/// failures in a row it opens; when the wait is over one request may go through (half-open), and its fate decides. Each
/// failed probe doubles the wait:
///
///     probe failed   0 (just opened)   1      2      3 and more
///     wait           5 s               10 s   20 s   30 s
package struct Breaker: Equatable, Sendable {
    /// Failures in a row that open it.
    package static let threshold = 5
    private static let firstWait: Duration = .seconds(5)
    private static let longestWait: Duration = .seconds(30)

    package enum State: Equatable, Sendable {
        case closed(failures: Int)
        case open(until: Instant, probes: Int)
        /// One request is on its way; everything else waits for it.
        case halfOpen(probes: Int)
    }

    package enum Permission: Equatable, Sendable {
        case go
        /// One request, as small as possible; report it with `begin`.
        case probe
        /// Nothing before that moment; `nil` while the probe is on its way.
        case wait(until: Instant?)
    }

    package private(set) var state: State = .closed(failures: 0)

    package init() {}

    package var isClosed: Bool { if case .closed = state { true } else { false } }

    /// What may be sent now.
    package func permission(at now: Instant) -> Permission {
        switch state {
        case .closed: .go
        case .open(let until, _): now >= until ? .probe : .wait(until: until)
        case .halfOpen: .wait(until: nil)
        }
    }

    /// A request was sent.
    package mutating func begin(at now: Instant) {
        if case .open(let until, let probes) = state, now >= until { state = .halfOpen(probes: probes) }
    }

    /// The platform answered, whatever it said.
    package mutating func succeeded() { state = .closed(failures: 0) }

    /// A request came to nothing: no connection, no answer, or a fault of the platform's.
    package mutating func failed(at now: Instant) {
        switch state {
        case .closed(let failures) where failures + 1 < Self.threshold: state = .closed(failures: failures + 1)
        case .closed: state = .open(until: now + Self.firstWait, probes: 0)
        // A request that was sent before the breaker opened says nothing new.
        case .open: break
        case .halfOpen(let probes):
            let wait = min(Self.firstWait * (1 << min(probes + 1, 10)), Self.longestWait)
            state = .open(until: now + wait, probes: probes + 1)
        }
    }

    /// The probe was never sent, or its answer says nothing about the platform's health.
    package mutating func abandoned(at now: Instant) {
        if case .halfOpen(let probes) = state { state = .open(until: now, probes: probes) }
    }
}
