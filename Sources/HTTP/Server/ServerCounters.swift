import Service
import Synchronization

/// What a server has done so far; a snapshot.
package struct ServerCounters: Sendable, Equatable {
    /// Connections accepted since the start.
    package var accepted = 0
    /// Connections open now.
    package var open = 0
    /// Requests handed to a responder.
    package var requests = 0
    /// Connections cut because the client did not take its answer.
    package var slowReaders = 0
    /// Times that the system had no descriptor or memory for another connection.
    package var failedAccepts = 0
    /// Requests and connections the server itself refused, by reason. Reasons that did not occur are left out.
    package var refusals: [Refusal: Int] = [:]

    package init() {}
}

/// Where all loops of a server count.
final class ConnectionCount: Sendable {
    let accepted = Atomic(0)
    let open = Atomic(0)
    let requests = Atomic(0)
    let slowReaders = Atomic(0)
    let failedAccepts = Atomic(0)
    /// Bytes of bodies that have not ended, as far as they count.
    let unfinished = Atomic(0)
    private let refusals = Locked<[Refusal: Int]>([:])
    /// Open connections by `Limits.peerGroup`.
    private let groups = Locked<[UInt64: Int]>([:])

    /// A connection comes; answers how many its group has with it.
    func enter(_ group: UInt64) -> Int {
        groups.withLock { groups in
            groups[group, default: 0] += 1
            return groups[group] ?? 0
        }
    }

    func leave(_ group: UInt64) {
        groups.withLock { groups in
            let left = (groups[group] ?? 0) - 1
            groups[group] = left > 0 ? left : nil
        }
    }

    func count(_ refusal: Refusal) { refusals.withLock { $0[refusal, default: 0] += 1 } }

    var snapshot: ServerCounters {
        var counters = ServerCounters()
        counters.accepted = accepted.load(ordering: .relaxed)
        counters.open = open.load(ordering: .relaxed)
        counters.requests = requests.load(ordering: .relaxed)
        counters.slowReaders = slowReaders.load(ordering: .relaxed)
        counters.failedAccepts = failedAccepts.load(ordering: .relaxed)
        counters.refusals = refusals.withLock { $0 }
        return counters
    }
}
