/// Who goes first at the writer: acknowledgements, for which somebody waits, or the work behind them.
///
/// While little comes in, everything is written as it comes. Under load, the work behind (judging, claiming, settling)
/// gets one turn every `turn`, and the fewer the more comes in: it goes on, at thousands of leads a second, and catches
/// up as soon as the load is over. Without this a burst would be acknowledged more slowly just because its own
/// beginning is being worked on.
struct Pacing {
    /// Where load begins, work that can wait waits at most so long for its turn; at n times that load, n times as long,
    /// …
    static let turn: Duration = .milliseconds(20)
    /// … but never longer than this.
    static let longestWait: Duration = .milliseconds(200)
    /// This many rows acknowledged within `turn` are load: 10,000 a second.
    static let load = 200

    private var windowStart: Duration = .zero
    private var rowsInWindow = 0
    private var rowsInLastWindow = 0
    private var lastTurn: Duration = .zero

    /// How long work that can wait has to wait from `now` on; zero: it may go.
    mutating func wait(at now: Duration) -> Duration {
        advance(to: now)
        guard isLoaded else { return .zero }
        let interval = min(Self.longestWait, Self.turn * rows / Self.load)
        return max(.zero, lastTurn + interval - now)
    }

    private var rows: Int { max(rowsInWindow, rowsInLastWindow) }
    /// Whether there was load when somebody last asked how long to wait.
    var isLoaded: Bool { rows >= Self.load }

    /// Acknowledgements of so many rows go into a transaction.
    mutating func recordUrgent(rows: Int, at now: Duration) {
        advance(to: now)
        rowsInWindow += rows
    }

    /// Work that can wait has had its turn.
    mutating func recordTurn(at now: Duration) { lastTurn = now }

    private mutating func advance(to now: Duration) {
        guard now - windowStart >= Self.turn else { return }
        rowsInLastWindow = now - windowStart < Self.turn * 2 ? rowsInWindow : 0
        rowsInWindow = 0
        windowStart = now
    }
}
