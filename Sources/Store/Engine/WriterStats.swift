/// How the writer is doing; read by the health page and the metrics.
package struct WriterStats: Sendable {
    package private(set) var commits: Int64 = 0
    package private(set) var rows: Int64 = 0
    package private(set) var checkpoints: Int64 = 0
    package private(set) var longestCheckpoint: Duration = .zero
    package private(set) var walPages = 0
    /// How many commits took at most `WriterStats.bounds[i]`, each counted in the first that fits; the last is for all
    /// longer ones.
    package private(set) var commitTimes = [Int64](repeating: 0, count: bounds.count + 1)
    package private(set) var totalCommitTime: Duration = .zero

    /// Upper bounds of the histogram of commit times, fsync included.
    package static let bounds: [Duration] = [
        .microseconds(100), .microseconds(250), .microseconds(500), .milliseconds(1), .microseconds(2500),
        .milliseconds(5), .milliseconds(10), .milliseconds(25), .milliseconds(50), .milliseconds(100),
        .milliseconds(250), .milliseconds(1000),
    ]

    package init() {}

    mutating func record(rows: Int, commit: Duration, walPages: Int) {
        commits += 1
        self.rows += Int64(rows)
        self.walPages = walPages
        totalCommitTime += commit
        commitTimes[Self.bounds.firstIndex { commit <= $0 } ?? Self.bounds.count] += 1
    }

    mutating func recordCheckpoint(_ took: Duration) {
        checkpoints += 1
        longestCheckpoint = max(longestCheckpoint, took)
    }
}
