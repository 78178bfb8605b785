package import Domain

/// Whose requests were refused for what, how often, and since when: what tells a sender with a wrong key from one that is silent.
/// Bounded, in memory.
package struct Refusals: Sendable, Equatable {
    package private(set) var all: [Key: Record] = [:]

    package struct Key: Hashable, Sendable {
        package var kind: Problem.Kind
        /// The source, where the key told it.
        package var source: String?
        /// The page's host, as its `Origin` said.
        package var host: String?
    }

    package struct Record: Sendable, Equatable {
        package var count = 0
        package var first: Instant
        package var last: Instant
    }

    /// More than these are not told apart: the longest silent one makes room.
    package static let most = 500
    private static let longestHost = 100

    package init() {}

    mutating func add(_ kind: Problem.Kind, source: String?, origin: String?, at now: Instant) {
        let host = origin.flatMap { WebAddress.host(of: $0) }.flatMap { $0.utf8.count <= Self.longestHost ? $0 : nil }
        add(Key(kind: kind, source: source, host: host), Record(count: 1, first: now, last: now))
    }

    mutating func add(_ other: Refusals) {
        for (key, record) in other.all { add(key, record) }
    }

    private mutating func add(_ key: Key, _ record: Record) {
        if let known = all[key] {
            all[key]?.count += record.count
            all[key]?.last = max(known.last, record.last)
            return
        }
        if all.count >= Self.most, let oldest = all.min(by: { $0.value.last < $1.value.last })?.key {
            all[oldest] = nil
        }
        all[key] = record
    }
}
