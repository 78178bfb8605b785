import Curl
package import Domain
package import Service

/// Says again what is open to every Alertmanager that is told by its API: it keeps alerts in memory only, so a restart
/// of its own would end them all. Prometheus does the same, every minute.
///
/// Nothing rests on this: that an alert begins and ends is told by notices, which are kept until they are taken.
package final class AlertmanagerRenewal: Sendable {
    private static let every: Duration = .minutes(1)
    /// In one request; the newest.
    private static let most = 1000

    private struct State {
        var last: Instant?
        /// Channels that did not take it the last time.
        var failing: Set<String> = []
    }

    private let transport: any NoticeTransport
    private let log: Log
    private let state = Locked(State())

    package init(transport: any NoticeTransport, log: Log) {
        self.transport = transport
        self.log = log
    }

    /// To be called at the end of every cycle. `told` are the alerts of which a channel has heard the beginning and not
    /// the end.
    package func renew(
        _ channels: [Channel], at now: Instant, told: (Channel) throws -> [Alert],
        surroundings: (Alert) -> NotificationContent.Surroundings
    ) {
        let isDue = state.withLock { state in
            guard state.last.map({ now - $0 >= Self.every || now < $0 }) ?? true else { return false }
            state.last = now
            return true
        }
        guard isDue else { return }
        for channel in channels {
            guard case .alertmanagerAPI(let manager) = channel.kind, let alerts = try? told(channel), !alerts.isEmpty
            else { continue }
            let feed = AlertmanagerFeed(manager)
            let bulletins = alerts.suffix(Self.most).map { NotificationContent($0, [], surroundings($0)) }
            let transfer = feed.post(bulletins.flatMap { AlertmanagerFeed.alerts($0, at: now) })
            transport.start(.transfer(transfer)) { [state, log] answer in
                guard case .transfer(let result) = answer else { return }
                let isTaken =
                    if case .success(let answer) = result { (200..<300).contains(answer.status) } else { false }
                let isNews = state.withLock { state in
                    isTaken ? state.failing.remove(channel.name) != nil : state.failing.insert(channel.name).inserted
                }
                if isNews {
                    log.warning(
                        isTaken ? "alertmanager.renewed" : "alertmanager.renewal_failed", ["channel": channel.name])
                }
            }
        }
    }
}
