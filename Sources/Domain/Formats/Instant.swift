/// A moment: milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
///
/// Nothing in `Domain` reads a clock: whoever calls hands in `now`. Time zones exist only at the edges (pages,
/// reports).
package struct Instant: Hashable, Comparable, Sendable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }
    package init(seconds: Int64) { self.milliseconds = seconds * 1000 }

    /// Whole seconds, rounded down.
    package var seconds: Int64 {
        milliseconds >= 0 ? milliseconds / 1000 : -((999 - milliseconds) / 1000)
    }

    /// The start of the UTC hour this moment is in; the key of the hourly counters.
    package var hour: Instant {
        Instant(seconds: (seconds >= 0 ? seconds / 3600 : -((3599 - seconds) / 3600)) * 3600)
    }

    package static func < (a: Self, b: Self) -> Bool { a.milliseconds < b.milliseconds }
    package static func + (a: Self, b: Duration) -> Self { Self(milliseconds: a.milliseconds + b.milliseconds) }
    package static func - (a: Self, b: Duration) -> Self { Self(milliseconds: a.milliseconds - b.milliseconds) }
    package static func - (a: Self, b: Self) -> Duration { .milliseconds(a.milliseconds - b.milliseconds) }
}

extension Duration {
    /// Whole milliseconds, rounded towards zero.
    package var milliseconds: Int64 { Int64(attoseconds / 1_000_000_000_000_000) }
    package static func minutes(_ count: Int) -> Duration { .seconds(count * 60) }
    package static func hours(_ count: Int) -> Duration { .seconds(count * 3600) }
    package static func days(_ count: Int) -> Duration { .seconds(count * 86_400) }
}
