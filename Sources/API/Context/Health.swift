import Service
package import Store

/// Whether the relay should get traffic: what `/readyz`, status, metrics and the monitor say.
package final class Health: Sendable {
    private let ledger: Ledger
    private let state = Locked(State())

    private struct State {
        var isDraining = false
        var lastWriterBeat: Duration?
    }

    package init(_ ledger: Ledger) { self.ledger = ledger }

    /// From now on it gets none.
    package func startDraining() { state.withLock { $0.isDraining = true } }

    /// Asks the writer for a sign of life.
    package func askWriter() {
        ledger.beat { [state] result in
            // That one comes from the queue, whether the writer lives or not.
            if case .failure(.overloaded) = result { return }
            state.withLock { $0.lastWriterBeat = Clock.monotonic }
        }
    }

    /// How long ago the writer last answered; `nil` before its first answer.
    package var writerSilence: Duration? { state.withLock { $0.lastWriterBeat }.map { Clock.monotonic - $0 } }

    /// Longer silence than this is a problem.
    package static let longestSilence: Duration = .seconds(20)

    /// Why the relay should get no traffic, in plain words; empty when it should.
    package var problems: [String] {
        var problems: [String] = []
        if state.withLock({ $0.isDraining }) { problems.append("the relay is stopping") }
        if let failure = ledger.failure { problems.append("\(failure)") }
        if ledger.isFull { problems.append("the disk is full") }
        if let damage = ledger.damage {
            problems.append("the database is damaged (\(damage)): see \"When the database is damaged\" in the README")
        }
        if let who = ledger.lockedBy { problems.append(StoreError.locked(who).description) }
        if let silence = writerSilence, silence > Self.longestSilence {
            problems.append("the writer has not answered for \(silence.components.seconds) s")
        }
        return problems
    }
}
