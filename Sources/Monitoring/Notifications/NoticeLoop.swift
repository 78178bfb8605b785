import Domain
import Service
import Store

/// The thread's work: takes messages, moves the lanes, carries out what they want. Confined to one thread; tests call
/// `step` themselves, with a clock of their own.
final class NoticeLoop {
    private let store: any NoticeStore
    private let transport: any NoticeTransport
    private let clock: Clock
    private let log: Log
    private let messages: MessageQueue<NoticeMessage>
    private let shared: Locked<[ChannelReport]>
    private let jitter: @Sendable () -> Double

    private var order: [String] = []
    private var lanes: [String: Lane] = [:]
    private var surroundings: @Sendable (Alert) -> NotificationContent.Surroundings = { _ in .init() }
    private var settling = 0
    /// Settlements that the store could not take: written again a little later, for they are facts.
    private var unwritten: [(name: String, claim: NoticeClaim, settlements: [NoticeSettlement])] = []
    private var writeAgainAt: Instant?
    private var stopAt: Instant?

    private struct Lane {
        var machine: ChannelLane
        var channel: Channel
        var contact: Contact?
        var wasBroken = false
    }

    private static let writeAgainAfter: Duration = .seconds(2)

    init(
        _ settings: NoticeDispatcher.Settings, store: any NoticeStore, transport: any NoticeTransport, clock: Clock,
        log: Log, _ messages: MessageQueue<NoticeMessage>, _ shared: Locked<[ChannelReport]>,
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
    ) {
        self.store = store
        self.transport = transport
        self.clock = clock
        self.log = log
        self.messages = messages
        self.shared = shared
        self.jitter = jitter
        configure(settings)
    }

    private var now: Instant { Instant(milliseconds: clock.milliseconds()) }

    /// A round, as the thread that works off the messages wants it.
    func work(_ messages: [NoticeMessage]) -> MessageWorker<NoticeMessage>.Pause? {
        step(messages).map { next in .init(atMost: next.moment.map { max(.zero, $0 - now) }) }
    }

    /// When to go on if nothing happens; `nil` moment: only when something does.
    struct Next: Equatable {
        var moment: Instant?
    }

    /// Handles what has happened and does what follows from it. `nil` when everything has been stopped.
    func step(_ messages: [NoticeMessage]) -> Next? {
        for message in messages { handle(message) }
        let now = now
        if let at = writeAgainAt, at <= now {
            writeAgainAt = nil
            let again = unwritten
            unwritten = []
            for item in again { settle(item.name, item.claim, item.settlements) }
        }
        for name in order { pump(name, at: now) }
        report()
        if let stopAt, isDone || stopAt <= now { return nil }
        var moments = [stopAt, writeAgainAt].compactMap { $0 }
        for lane in lanes.values { if let wake = lane.machine.wake(at: now) { moments.append(wake) } }
        return Next(moment: moments.min())
    }

    /// Whether something is under way whose end will come as a message.
    var isWaitingForMessages: Bool {
        settling > 0 || lanes.values.contains { $0.machine.isClaiming || $0.machine.isCalling }
    }

    private var isDone: Bool { settling == 0 && unwritten.isEmpty && lanes.values.allSatisfy { $0.machine.isIdle } }

    private func handle(_ message: NoticeMessage) {
        switch message {
        case .due(let names): for name in names { lanes[name]?.machine.becameDue() }
        case .configure(let settings): configure(settings)
        case .hurry(let name): lanes[name]?.machine.hurry()
        case .claimed(let name, let result): claimed(name, result)
        case .settled(let name, let claim, let settlements, let result):
            settling -= 1
            switch result {
            case .success: lanes[name]?.machine.settled(at: now)
            case .failure(let error):
                log.error("notification.settle_failed", ["channel": name, "error": error.description])
                unwritten.append((name, claim, settlements))
                writeAgainAt = now + Self.writeAgainAfter
            }
        case .answered(let name, let serial, let answer): answered(name, serial, answer)
        case .stop(let time):
            stopAt = now + time
            for name in order { lanes[name]?.machine.isStopping = true }
        }
    }

    private func configure(_ settings: NoticeDispatcher.Settings) {
        surroundings = settings.surroundings
        let targets = settings.targets
        for target in targets {
            let notifier = makeNotifier(target.channel, recipient: target.contact)
            if var lane = lanes.removeValue(forKey: target.name) {
                let hasChanged = lane.channel != target.channel || lane.contact != target.contact
                lane.machine.notifier = notifier
                lane.machine.isStopping = stopAt != nil
                if hasChanged { lane.machine.hurry() }
                (lane.channel, lane.contact) = (target.channel, target.contact)
                lanes[target.name] = lane
            } else {
                lanes[target.name] = Lane(
                    machine: ChannelLane(target.name, notifier, jitter: jitter), channel: target.channel,
                    contact: target.contact)
            }
        }
        let names = targets.map(\.name)
        // What a lane has in hand goes to its end; what is owed to a channel that is gone is the store's business.
        for name in order where !names.contains(name) { lanes[name]?.machine.isStopping = true }
        order = names + order.filter { name in !names.contains(name) && lanes[name]?.machine.isIdle == false }
        lanes = lanes.filter { order.contains($0.key) }
    }

    private func pump(_ name: String, at now: Instant) {
        guard var lane = lanes.removeValue(forKey: name) else { return }
        let action = lane.machine.next(at: now)
        lanes[name] = lane
        if let action { perform(name, action) }
    }

    private func perform(_ name: String, _ action: ChannelLane.Action) {
        switch action {
        case .claim(let limit):
            store.claimNotices(name, limit: limit, lease: ChannelLane.lease) { [messages] result in
                messages.put(.claimed(name, result))
            }
        case .call(let call, let serial):
            transport.start(call.request) { [messages] answer in
                messages.put(.answered(name, serial: serial, answer))
            }
        case .settle(let claim, let settlements): settle(name, claim, settlements)
        }
    }

    private func settle(_ name: String, _ claim: NoticeClaim, _ settlements: [NoticeSettlement]) {
        settling += 1
        store.settleNotices(claim, settlements) { [messages] result in
            messages.put(.settled(name, claim, settlements, result))
        }
        for settlement in settlements { note(name, settlement) }
    }

    private func claimed(_ name: String, _ result: Result<NoticeClaim, StoreError>) {
        guard var lane = lanes.removeValue(forKey: name) else { return }
        defer { lanes[name] = lane }
        switch result {
        case .success(let claim):
            let bulletins = claim.bundles.map { bundle in
                NotificationContent(
                    bundle.alert, bundle.items.map { .init($0.notice, $0.event) }, reference: bundle.reference,
                    surroundings(bundle.alert))
            }
            if let action = lane.machine.claimed(claim, bulletins, at: now) { perform(name, action) }
        case .failure(let error):
            log.warning("notification.claim_failed", ["channel": name, "error": error.description])
            lane.machine.notClaimed(at: now)
        }
    }

    private func answered(_ name: String, _ serial: Int, _ answer: CallAnswer) {
        guard var lane = lanes.removeValue(forKey: name) else { return }
        // An answer to a call of an earlier lane of the same name.
        if serial == lane.machine.serial {
            let action = lane.machine.answered(answer, at: now)
            if lane.machine.isBroken != lane.wasBroken {
                lane.wasBroken = lane.machine.isBroken
                if lane.wasBroken {
                    log.error("channel.broken", ["channel": name, "error": lane.machine.tally.lastTrouble])
                } else {
                    log.info("channel.recovered", ["channel": name])
                }
            }
            lanes[name] = lane
            if let action { perform(name, action) }
        } else {
            lanes[name] = lane
        }
    }

    private func note(_ name: String, _ settlement: NoticeSettlement) {
        let id = "\(settlement.notice)"
        switch settlement.end {
        case .sent: log.info("notification.sent", ["notification": id, "channel": name])
        case .retry(let due, let reason, _):
            log.warning(
                "notification.retried",
                ["notification": id, "channel": name, "due": due.rfc3339Seconds, "error": reason])
        case .wait(let due):
            log.info("notification.limited", ["notification": id, "channel": name, "until": due.rfc3339Seconds])
        case .givenUp(let reason):
            log.error("notification.abandoned", ["notification": id, "channel": name, "error": reason])
        case .release: break
        }
    }

    private func report() {
        let now = now
        let reports = order.compactMap { name -> ChannelReport? in
            guard let lane = lanes[name] else { return nil }
            var report = ChannelReport(target: name, kind: lane.channel.kind.word)
            report.isSending = lane.machine.isCalling
            report.isBroken = lane.machine.isBroken
            report.limitedUntil = lane.machine.limitedUntil.flatMap { $0 > now ? $0 : nil }
            report.tally = lane.machine.tally
            return report
        }
        shared.withLock { $0 = reports }
    }
}
