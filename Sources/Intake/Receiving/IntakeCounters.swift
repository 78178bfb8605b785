import Service

/// What intake has seen since the process started, for the metrics. Small and bounded: sources and kinds of problem.
package final class IntakeCounters: Sendable {
    package struct Counts: Sendable, Equatable {
        /// Acknowledged events by source.
        package var accepted: [String: Int] = [:]
        /// Requests answered with an earlier answer, by source.
        package var replayed: [String: Int] = [:]
        /// Requests not done, by kind.
        package var problems: [Problem.Kind: Int] = [:]
        /// The same by source, where the key told it; under "" where it did not.
        package var refused: [String: [Problem.Kind: Int]] = [:]
        /// Acknowledged requests.
        package var requests = 0
        /// Form posts that asked for a redirect that is not allowed.
        package var refusedRedirects = 0
        /// Who was refused for what, and when.
        package var refusals = Refusals()

        package init() {}

        mutating func add(_ other: Counts) {
            for (source, count) in other.accepted { accepted[source, default: 0] += count }
            for (source, count) in other.replayed { replayed[source, default: 0] += count }
            for (kind, count) in other.problems { problems[kind, default: 0] += count }
            for (source, kinds) in other.refused { refused[source, default: [:]].merge(kinds, uniquingKeysWith: +) }
            requests += other.requests
            refusedRedirects += other.refusedRedirects
            refusals.add(other.refusals)
        }

        var isEmpty: Bool { requests == 0 && problems.isEmpty && refusedRedirects == 0 }
    }

    private let counts = Locked(Counts())

    package init() {}

    package var snapshot: Counts { counts.withLock { $0 } }

    /// Once a round, not once a request.
    func add(_ some: Counts) {
        if !some.isEmpty { counts.withLock { $0.add(some) } }
    }
}
