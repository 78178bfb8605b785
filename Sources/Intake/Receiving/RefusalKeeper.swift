import Domain
import Service
package import Store

/// Writes down what intake has refused, so that a restart does not forget it.
package final class RefusalKeeper: Sendable {
    private let inbox: InboxRole
    private let intake: IntakeCounters
    /// What has been kept of intake's counters.
    private let kept = Locked(IntakeCounters.Counts())

    package init(_ inbox: InboxRole, _ intake: IntakeCounters) {
        self.inbox = inbox
        self.intake = intake
    }

    /// Writes what has come since the last time. A store that cannot take it is told it again.
    package func keep() {
        let (counts, kept) = (intake.snapshot, kept.withLock { $0 })
        let refusals = counts.refusals.since(kept.refusals).compactMap { key, record -> RefusalCount? in
            // Without a source only a wrong key says something: anybody may ask for anything.
            guard key.kind.status < 500, key.source.map({ !Source.isSynthetic($0) }) ?? (key.kind == .keyUnknown) else {
                return nil
            }
            return RefusalCount(
                source: key.source, reason: key.kind.rawValue, host: key.host ?? "", key: key.unknownKey ?? "",
                count: record.count, first: record.first, last: record.last)
        }
        let acknowledged = counts.accepted.filter { $0.value > (kept.accepted[$0.key] ?? 0) }.keys
        do throws(StoreError) {
            try inbox.keep(refusals, acknowledged: Set(acknowledged))
            self.kept.withLock { $0 = counts }
        } catch {
            // Said by the store itself, and made up for in the next cycle.
        }
    }
}
