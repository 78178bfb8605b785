package import Domain
import Service
package import Store

/// The watch over leads' numbers, for the monitor's cycle and for pages at the same time.
package final class WatchedVolumes: @unchecked Sendable {
    private let volume: VolumeWatch
    /// Held by whoever uses `volume`: a cycle, or a page.
    private let turn = Locked(())
    /// As of the last cycle: whoever asks for them must not wait for one.
    private let counts = Locked((watched: 0, unwatched: 0))

    /// A campaign group that is watched, and what it is watched to, in a sentence without its full stop.
    package struct WatchedGroup: Sendable {
        package var key: GroupKey
        /// Leads a day that are expected.
        package var daily: Double
        package var watched: String
    }

    /// See `VolumeWatch`.
    package init(_ settings: VolumeSettings, store: WatchRole, zones: Zones = .utc) {
        volume = VolumeWatch(settings, store: store, zones: zones)
    }

    // MARK: For the cycle

    /// A round by the settings in force; see `VolumeWatch.observe`. With the leads of every group that is watched.
    func observe(_ settings: VolumeSettings, _ reader: Reader, now: Instant, open: [String]) throws -> (
        observations: [Observation], volumes: [GroupVolume]
    ) {
        try turn.withLock { _ in
            volume.configure(settings)
            let found = try volume.observe(reader, now: now, open: open)
            let others = volume.unwatched.reduce(0) { $0 + $1.count }
            counts.withLock { $0 = (volume.watchedKeys.count, others) }
            return (found, volume.volumes)
        }
    }

    /// The groups that are watched by themselves.
    var keys: Set<GroupKey> { turn.withLock { _ in volume.watchedKeys } }

    // MARK: For pages

    /// How many groups are watched by themselves, and how many are counted together.
    package var groupCounts: (watched: Int, unwatched: Int) { counts.withLock { $0 } }

    /// Those that are watched; none before the monitor's first cycle. To what a group is watched takes some work, so
    /// only those are told of that are asked for.
    package func groups(_ isWanted: (GroupKey) -> Bool) -> [WatchedGroup] {
        turn.withLock { _ in
            volume.groups.filter { isWanted($0.key) }.map { key, daily in
                WatchedGroup(key: key, daily: daily, watched: volume.watchfulness(of: key) ?? "")
            }
        }
    }

    /// The groups that are watched, and the leads a day that are expected of each.
    package var daily: [(key: GroupKey, daily: Double)] { turn.withLock { _ in volume.groups } }

    /// What was to be expected of some groups together in whole hours of UTC; `nil` if none of them is watched.
    package func expected(of groups: Set<GroupKey>, _ hours: Range<Instant>) -> [Double]? {
        turn.withLock { _ in
            var sum: [Double]?
            for key in groups {
                let one = volume.expected(of: key, hours)
                if one.isEmpty { continue }
                sum = sum.map { zip($0, one).map(+) } ?? one
            }
            return sum
        }
    }
}
