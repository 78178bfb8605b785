import Service
import Store

/// Forgets what is due to be forgotten, in small steps and with pauses, so that nobody notices.
final class Housekeeping: Sendable {
    private static let round: Duration = .seconds(60)
    private static let pause: Duration = .milliseconds(50)

    private let isStopping = Locked(false)
    private let worker: Worker

    init(_ ledger: Ledger, log: Log) {
        let isStopping = isStopping
        worker = Worker("housekeeping", priority: .background) {
            while true {
                var hasMore = false
                do throws(StoreError) {
                    hasMore = try ledger.purge()
                } catch {
                    log.warning("store.purge_failed", ["reason": error.description])
                }
                let wait = hasMore ? Self.pause : Self.round
                if isStopping.wait(atMost: wait, until: { $0 ? true : nil }) == true { return }
            }
        }
    }

    func stop() {
        isStopping.update { $0 = true }
        worker.join()
    }
}
