package import Domain

/// Whose requests were refused for what, how often, and since when: what tells a sender with a wrong key from one that
/// is silent. Bounded, in memory.
package struct Refusals: Sendable, Equatable {
    package private(set) var all: [Key: Record] = [:]

    package struct Key: Hashable, Sendable {
        package var kind: Problem.Kind
        /// The source, where the key told it.
        package var source: String?
        /// The page's host, as its `Origin` said.
        package var host: String?
        /// The beginning of a key that no source has: enough to recognise an old one by.
        package var unknownKey: String?
    }

    package struct Record: Sendable, Equatable {
        package var count = 0
        package var first: Instant
        package var last: Instant
    }

    /// More than these are not told apart: the longest silent one makes room.
    package static let most = 500
    /// What is refused again after so long has begun anew: a stray request of last week says nothing of today's. A
    /// sender with one lead on each working day rests for three days and some hours, and is refused for one reason all
    /// the same.
    private static let pause: Duration = .days(4)
    private static let longestHost = 100
    private static let shownOfKey = 8

    package init() {}

    mutating func add(
        _ kind: Problem.Kind, source: String?, origin: String?, unknownKey: String? = nil, at now: Instant
    ) {
        let key = unknownKey.map { key in
            key.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } ? String(key.prefix(Self.shownOfKey)) : ""
        }
        let host = origin.flatMap { WebAddress.host(of: $0) }.flatMap { $0.utf8.count <= Self.longestHost ? $0 : nil }
        add(
            Key(kind: kind, source: source, host: host, unknownKey: key), Record(count: 1, first: now, last: now))
    }

    mutating func add(_ other: Refusals) {
        for (key, record) in other.all { add(key, record) }
    }

    /// What has been added since `earlier`; of what was counted then, the moment of the last refusal stands for the
    /// first one too.
    package func since(_ earlier: Refusals) -> [(key: Key, record: Record)] {
        all.compactMap { key, record in
            guard let known = earlier.all[key], known.first == record.first else { return (key, record) }
            let count = record.count - known.count
            return count > 0 ? (key, Record(count: count, first: record.last, last: record.last)) : nil
        }
    }

    private mutating func add(_ key: Key, _ record: Record) {
        if let known = all[key], record.first - known.last <= Self.pause {
            all[key]?.count += record.count
            all[key]?.last = max(known.last, record.last)
            return
        }
        if all[key] == nil, all.count >= Self.most, let oldest = all.min(by: { $0.value.last < $1.value.last })?.key {
            all[oldest] = nil
        }
        all[key] = record
    }
}
