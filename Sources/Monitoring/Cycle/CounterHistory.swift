package import Domain

/// Counters that only grow, sampled once a cycle, so that rules can ask how much was counted in the last minutes.
package struct CounterHistory: Sendable {
    private var samples: [Sample] = []
    private let reach: Duration

    private struct Sample: Sendable {
        var at: Instant
        var counts: [String: Int]
    }

    /// More samples than this are not kept: a nudged monitor takes more than one a minute.
    private static let maximumSamples = 120

    package init(reach: Duration) { self.reach = reach }

    /// A clock that was set back starts anew: the past cannot be told from the future then.
    package mutating func add(_ counts: [String: Int], at now: Instant) {
        if let last = samples.last, last.at >= now { samples.removeAll() }
        samples.append(Sample(at: now, counts: counts))
        // One sample before the reach stays, so that the whole of it is covered.
        while samples.count > 2, samples[1].at <= now - reach || samples.count > Self.maximumSamples {
            samples.removeFirst()
        }
    }

    /// How much a counter has grown since the oldest sample in reach; all of it if the counter is new since then.
    package func growth(of name: String) -> Int {
        guard let first = samples.first, let last = samples.last else { return 0 }
        return max(0, (last.counts[name] ?? 0) - (first.counts[name] ?? 0))
    }

    /// What has grown among the counters whose names begin so, by the rest of the name.
    package func growth(below prefix: String) -> [String: Int] {
        guard let last = samples.last else { return [:] }
        var grown: [String: Int] = [:]
        for name in last.counts.keys where name.hasPrefix(prefix) {
            let count = growth(of: name)
            if count > 0 { grown[String(name.dropFirst(prefix.count))] = count }
        }
        return grown
    }
}
