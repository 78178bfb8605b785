import Domain
import Monitoring
import Service
import Store

/// Forgets what is due to be forgotten, and ends deliveries whose window has closed on lanes that send nothing: in
/// small steps and with pauses, so that nobody notices.
final class Maintenance: Sendable {
    private static let round: Duration = .seconds(60)
    private static let pause: Duration = .milliseconds(50)
    /// Rounds between two looks at all open deliveries, and rows a step: a few milliseconds of a reader's time.
    private static let roundsBetweenLooks = 10
    private static let lookStep = 2000
    /// Ids that are further ahead of the clock are mentioned in the log: at once, and after so many rounds again.
    private static let aheadBound = IDsAhead.bound
    private static let roundsBetweenWarnings = 1440

    private let isStopping = Locked(false)
    private let worker: Worker

    /// `onClosing` is told in each round which deliveries have little time left.
    init(
        _ ledger: Ledger, clock: Clock = .system, log: Log,
        onClosing: @escaping @Sendable ([ClosingWindows]) -> Void = { _ in }
    ) {
        let isStopping = isStopping
        worker = Worker("housekeeping", priority: .background) {
            func stops(after time: Duration) -> Bool { isStopping.wait(atMost: time) { $0 ? true : nil } == true }
            var round = 0
            var jump = ClockJump()
            var warned: Int?
            while true {
                do {
                    let ahead = ledger.inbox.idsAhead
                    if ahead <= Self.aheadBound {
                        warned = nil
                    } else if warned.map({ round - $0 >= Self.roundsBetweenWarnings }) ?? true {
                        warned = round
                        log.warning("store.ids_ahead", ["seconds": "\(ahead.components.seconds)"])
                    }
                    let isSteady = jump.isSteady(Instant(milliseconds: clock.milliseconds()), Clock.monotonic)
                    if !isSteady { log.warning("store.clock_jumped", ["purge": "in the next round"]) }
                    onClosing(try ledger.reader().closingWindows(at: Instant(milliseconds: clock.milliseconds())))
                    while try isSteady && ledger.retention.purge() { if stops(after: Self.pause) { return } }
                    while try ledger.figures.fold() { if stops(after: Self.pause) { return } }
                    if round % Self.roundsBetweenLooks == 0 {
                        let reader = try ledger.reader()
                        var place: DeliveryKey?
                        repeat {
                            place = try Self.expire(ledger, reader, after: place, clock: clock, log)
                            if place != nil, stops(after: Self.pause) { return }
                        } while place != nil
                    }
                } catch {
                    log.warning("store.housekeeping_failed", ["error": "\(error)"])
                }
                round += 1
                if stops(after: Self.round) { return }
            }
        }
    }

    private static func expire(
        _ ledger: Ledger, _ reader: Reader, after place: DeliveryKey?, clock: Clock, _ log: Log
    ) throws -> DeliveryKey? {
        let now = Instant(milliseconds: clock.milliseconds())
        let (found, next) = try reader.closed(after: place, among: lookStep, at: now)
        if !found.isEmpty {
            let count = try ledger.deliveries.expire(found)
            log.warning("delivery.expired_unsent", ["deliveries": "\(count)"])
        }
        return next
    }

    func stop() {
        isStopping.update { $0 = true }
        worker.join()
    }
}
