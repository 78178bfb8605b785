/// When a delivery that failed is tried again.
///
///     failures   1     2      3       4        5 and more
///     wait       5 s   30 s   2 min   10 min   1 h          each ± 20 %
///
/// A throttled attempt waits at least a minute. `Retry-After` and the platform's own waits are floors, never shortened.
/// There is no last number of attempts: the platform's own window ends it (`last`).
package enum Backoff {
    /// How far the wait may be from its table value, so that leads that failed together do not come back together.
    package static let spread = 0.2
    /// The least that a throttled attempt waits.
    package static let throttled: Duration = .minutes(1)
    /// How long before the window closes the last attempt is made, if the table would wait past the end.
    package static let last: Duration = .seconds(30)

    private static let waits: [Duration] = [.seconds(5), .seconds(30), .minutes(2), .minutes(10), .hours(1)]

    /// The table's wait. `jitter` is anything from 0 to 1, and 0.5 gives the table's own value.
    package static func wait(afterFailures failures: Int, jitter: Double) -> Duration {
        precondition(failures >= 1, "there is nothing to wait for before the first failure")
        let wait = waits[min(failures, waits.count) - 1]
        return wait * (1 - spread + 2 * spread * min(max(jitter, 0), 1))
    }

    /// When to try again, or `nil` if the window closes first and there is no room for a last attempt either.
    ///
    /// `failures` counts the one just made; `floor` is what the platform asked for.
    package static func due(
        afterFailures failures: Int, cause: Verdict.Cause, floor: Duration?, jitter: Double, now: Instant,
        expires: Instant
    ) -> Instant? {
        var wait = wait(afterFailures: failures, jitter: jitter)
        if cause == .throttled { wait = max(wait, throttled) }
        if let floor { wait = max(wait, floor) }
        let due = now + wait
        if due < expires { return due }
        let lastChance = expires - last
        return lastChance > now ? lastChance : nil
    }
}
