package import Domain
import Service

/// Token buckets per source and per address within a source, in bounded memory.
///
/// Shared by all event loops, so that a limit does not grow with their number; the lock costs some 25 ns a request.
package final class RateLimits: Sendable {
    /// Buckets kept at most; an address that has not been seen for longer than this many others starts anew with a full
    /// one.
    package static let maximumBuckets = 131_072

    private let buckets: Locked<Buckets>

    package init(maximumBuckets: Int = RateLimits.maximumBuckets) {
        buckets = Locked(Buckets(generation: max(1, maximumBuckets / 2)))
    }

    package enum Answer: Equatable, Sendable {
        case go
        /// Not before so many seconds have passed.
        case wait(seconds: Int, whose: Whose)
    }

    package enum Whose: Equatable, Sendable { case source, address }

    /// Takes `count` events from both buckets, or nothing from either.
    ///
    /// A batch larger than the burst passes when the bucket is full, and leaves it in debt: it waits its turn, but it
    /// has one.
    package func take(_ count: Int, source: Source, index: Int, address: UInt64, at now: Instant) -> Answer {
        // No bucket, no lock, no table for those who have no limit.
        let limitsSource = source.rate.perSecond.isFinite
        let limitsAddress = source.addressRate.perSecond.isFinite
        guard limitsSource || limitsAddress else { return .go }
        let events = Double(count)
        return buckets.withLock { buckets in
            let sourceKey = Key(source: index, address: nil)
            let addressKey = Key(source: index, address: address)
            var ofSource = limitsSource ? buckets.level(sourceKey, source.rate, now) : .infinity
            var ofAddress = limitsAddress ? buckets.level(addressKey, source.addressRate, now) : .infinity
            let sourceWait = Self.wait(ofSource, events, source.rate)
            let addressWait = Self.wait(ofAddress, events, source.addressRate)
            let mayGo = sourceWait == 0 && addressWait == 0
            if mayGo {
                ofSource -= events
                ofAddress -= events
            }
            if limitsSource { buckets.set(sourceKey, ofSource, now) }
            if limitsAddress { buckets.set(addressKey, ofAddress, now) }
            if mayGo { return .go }
            return addressWait >= sourceWait
                ? .wait(seconds: addressWait, whose: .address) : .wait(seconds: sourceWait, whose: .source)
        }
    }

    private static func wait(_ level: Double, _ events: Double, _ rate: Source.Rate) -> Int {
        let needed = min(events, rate.burst)
        if level >= needed { return 0 }
        return Int(max(1, min(3600, ((needed - level) / rate.perSecond).rounded(.up))))
    }

    private struct Key: Hashable {
        let source: Int
        let address: UInt64?
    }

    private struct Bucket {
        var level: Double
        var at: Instant
    }

    /// Two generations: when the young one is full, the old one is dropped and the young one becomes old. Whatever is
    /// used moves to the young one. So memory is bounded, and forgetting costs nothing.
    private struct Buckets {
        private let generation: Int
        private var young: [Key: Bucket] = [:]
        private var old: [Key: Bucket] = [:]

        init(generation: Int) { self.generation = generation }

        /// What is in the bucket now; a clock that went back fills nothing.
        func level(_ key: Key, _ rate: Source.Rate, _ now: Instant) -> Double {
            guard let bucket = young[key] ?? old[key] else { return rate.burst }
            let seconds = Double(max(0, (now - bucket.at).milliseconds)) / 1000
            return min(rate.burst, bucket.level + seconds * rate.perSecond)
        }

        mutating func set(_ key: Key, _ level: Double, _ now: Instant) {
            if young.count >= generation, young[key] == nil {
                old = young
                young.removeAll(keepingCapacity: false)
            }
            young[key] = Bucket(level: level, at: now)
        }
    }
}
