import Configuration
import Domain
import Monitoring
import Service

/// Tells people that no leads are taken because the database cannot be opened. At such a time no alert can be written
/// down, so this one stands in no table: whoever is told of the relay's own critical alerts hears it, again each hour,
/// and a last time when it is over.
final class WaitingNotices: Sendable {
    /// From one time to the next.
    static let interval: Duration = .hours(1)
    /// What did not arrive is said again after this.
    private static let retry: Duration = .minutes(1)
    /// A lock passes by itself, mostly before anybody could look.
    private static let patience: Duration = .minutes(1)
    /// No alert of a database has this number, nor is it that of a test. It is the same in each process, so that what
    /// knows keys opens nothing twice.
    private static let number = AlertID(rawValue: -1)

    private let notices: Configuration.Notices
    private let routing: AlertRouting
    private let transport: any NoticeTransport
    private let clock: Clock
    private let log: Log
    private let began: Instant
    private let reason: String
    private let state = Locked(State())

    private struct State {
        /// Targets, and when they are next to be told.
        var due: [String: Instant] = [:]
        /// Those that know.
        var told: Set<String> = []
        var isTelling = false
        var isOver = false
        /// The thread that tells, or told last.
        var worker: Worker?
    }

    init(
        _ configuration: Configuration, reason: String, transport: any NoticeTransport, clock: Clock = .system, log: Log
    ) {
        notices = configuration.notices
        routing = configuration.alertRouting
        self.reason = reason
        self.transport = transport
        self.clock = clock
        self.log = log
        began = Instant(milliseconds: clock.milliseconds())
    }

    private var now: Instant { Instant(milliseconds: clock.milliseconds()) }

    private func alert(ended: Instant? = nil) -> Alert {
        let finding = Finding(
            .storage, .relay, .critical, began: began,
            sentence: "No leads are taken since the relay was started: \(reason). Senders are told to come back.")
        var alert = Alert(Self.number, finding, opened: began)
        alert.resolution = ended.map {
            .init(ended: $0, at: $0, how: .evidence, reason: "the database could be opened, and leads are taken again")
        }
        return alert
    }

    /// Looks whether somebody is to be told, and does that on a thread of its own. Called every few seconds.
    func look(isFull: Bool) {
        let now = now
        guard isFull || now - began >= Self.patience else { return }
        let begins: Bool = state.update { state in
            if state.isTelling || state.isOver { return false }
            state.isTelling = true
            return true
        }
        guard begins else { return }
        let alert = alert()
        let event = AlertEvent(.opened, alert.id, at: now, notice: .opening)
        let targets = routing.plans(event, alert, at: now).map(\.channel)
        let due = state.withLock { state in targets.filter { state.due[$0].map { $0 <= now } ?? true } }
        if due.isEmpty { return state.update { $0.isTelling = false } }
        thread { [self] in
            for target in due {
                let hasArrived = say(.opening, .opened, alert, to: target)
                state.update { state in
                    state.due[target] = self.now + (hasArrived ? Self.interval : Self.retry)
                    if hasArrived { state.told.insert(target) }
                }
            }
            state.update { $0.isTelling = false }
        }
    }

    /// It is over: those who know are told so. Does not wait for that.
    func end() {
        state.update { $0.isOver = true }
        thread { [self] in
            let alert = alert(ended: now)
            for target in state.withLock({ $0.told.sorted() }) { _ = say(.closing, .resolved, alert, to: target) }
        }
    }

    /// Waits until everybody has been told who is being told.
    func settle() {
        let worker = state.update { state -> Worker? in
            defer { state.worker = nil }
            return state.worker
        }
        worker?.join()
    }

    private func thread(_ body: @escaping @Sendable () -> Void) {
        state.update { state in
            let last = state.worker
            state.worker = Worker("waiting-notices") {
                last?.join()
                body()
            }
        }
    }

    private func say(_ kind: Notice.Kind, _ event: AlertEvent.Kind, _ alert: Alert, to target: String) -> Bool {
        guard let channel = notices.channels.first(where: { $0.name == Target.channel(of: target) }) else {
            return true
        }
        let contact = notices.contacts.first { Target.name(channel: channel.name, contact: $0.name) == target }
        let happened = AlertEvent(event, alert.id, at: now, notice: kind)
        let notice = Notice(id: 0, channel: target, alert: alert.id, event: 0, kind: kind)
        let outcome = ChannelTest.send(
            .single(NotificationContent(alert, [.init(notice, happened)])),
            by: makeNotifier(channel, recipient: contact),
            transport: transport, at: now)
        switch outcome {
        case .arrived: return true
        case .failed(let reason):
            log.warning("notification.failed", ["channel": target, "error": reason])
            return false
        }
    }
}
