import Glibc

/// Where time comes from: the system, or a test that moves it by hand.
package struct Clock: Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    package let milliseconds: @Sendable () -> Int64

    package init(_ milliseconds: @escaping @Sendable () -> Int64) { self.milliseconds = milliseconds }

    package static let system = Clock {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// Time that only goes forward, from an unknown start; for measuring how long something took.
    package static var monotonic: Duration {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
