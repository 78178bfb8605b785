package import Domain

/// What a lane has done since the process started, and how it stands: for metrics and status. Cheap to copy.
package struct LaneReport: Sendable, Equatable {
    package var destination: String
    package var platform: String
    package var mode: LaneMachine.Mode
    package var breaker: Breaker.State
    /// Until when the platform wants to be left alone.
    package var restsUntil: Instant?
    /// Why.
    package var restReason = RestReason.asked
    /// Requests under way, and rows in them.
    package var inFlightRequests = 0
    package var inFlightRows = 0
    /// When the lane's grant ends, after which it will be held; see `AccessToken.grantEnds`.
    package var grantEnds: Instant?
    /// Until when events show on Meta's page for tests; there may be an end that has passed.
    package var testEventsUntil: Instant?
    /// How far our clock is ahead of the platform's, by the `Date` of its last answer (whole seconds) and the middle of
    /// the request.
    package var clockSkew: Duration?
    package var tallies = Tallies()

    package init(destination: String, platform: String) {
        self.destination = destination
        self.platform = platform
        mode = .running
        breaker = .closed(failures: 0)
    }
}

/// Counters that only grow.
package struct Tallies: Sendable, Equatable {
    package var requests = 0
    package var failedRequests = 0
    /// From sending to the last byte of the answer, over all requests.
    package var requestTime: Duration = .zero
    /// Requests by the time they took: at most 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30 seconds, and longer.
    package var requestTimes = [Int](repeating: 0, count: bounds.count + 1)
    package static let bounds: [Duration] = [
        .milliseconds(50), .milliseconds(100), .milliseconds(250), .milliseconds(500), .seconds(1),
        .milliseconds(2500), .seconds(5), .seconds(10), .seconds(30),
    ]
    /// Rows by what became of them in an attempt, or when the platform told later.
    package var outcomes = [Int](repeating: 0, count: Outcome.allCases.count)
    /// Rows that have to be tried again, by cause.
    package var retries = [Int](repeating: 0, count: Verdict.Cause.allCases.count)
    /// Rows that went back to due without an attempt of their own coming to anything.
    package var released = 0
    package var claims = 0
    /// Questions about what became of a request.
    package var inquiries = 0

    package init() {}

    package func count(_ outcome: Outcome) -> Int { outcomes[Self.index(outcome)] }
    package func count(_ cause: Verdict.Cause) -> Int { retries[Self.index(cause)] }

    mutating func add(_ settlements: [Settlement]) {
        for settlement in settlements {
            switch settlement.end {
            case .outcome(let outcome): outcomes[Self.index(outcome)] += 1
            case .retry(_, let cause, _): retries[Self.index(cause)] += 1
            case .release, .alone: released += 1
            }
        }
    }

    mutating func add(request took: Duration, failed: Bool) {
        requests += 1
        if failed { failedRequests += 1 }
        requestTime += took
        requestTimes[Self.bounds.firstIndex { took <= $0 } ?? Self.bounds.count] += 1
    }

    private static func index(_ outcome: Outcome) -> Int {
        switch outcome {
        case .delivered: 0
        case .sent: 1
        case .rejected: 2
        case .expired: 3
        case .skipped: 4
        case .erased: 5
        }
    }

    private static func index(_ cause: Verdict.Cause) -> Int {
        switch cause {
        case .unreachable: 0
        case .unknown: 1
        case .throttled: 2
        case .transient: 3
        case .platformFault: 4
        case .unclassified: 5
        case .credentials: 6
        }
    }
}
