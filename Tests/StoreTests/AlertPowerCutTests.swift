import CPowerCut
import Domain
import Glibc
import Service
import Store
import TestSupport
import Testing

extension `When the power fails` {
    /// `LEADRELAY_ALERT_LIVES` asks for more in a long run.
    private static let lives =
        unsafe getenv("LEADRELAY_ALERT_LIVES").flatMap { unsafe UInt64(String(cString: $0)) } ?? 40

    /// Problems come and go, clocks jump, messages get lost, people press buttons, and the power fails at any write.
    @Test func `no alert is opened twice, none is forgotten, and none stays open in another system`() throws {
        var total = AlertWorld.Tally()
        for seed in 1...Self.lives {
            var world = AlertWorld(seed: seed)
            world.live(cuts: 8)
            #expect(world.faults == [], "seed \(seed)")
            total.add(world.tally)
        }
        print("alerts: \(total)")
        #expect(total.alerts > 5 * Int(Self.lives), "hardly anything happened, so hardly anything was tested")
        #expect(total.lostAnswers > 0 && total.covered > 0 && total.reopened > 0)
    }
}

/// A store on a disk that fails, problems that come and go, two other systems that are told, and an observer who
/// remembers.
private struct AlertWorld {
    struct Tally: CustomStringConvertible {
        var alerts = 0
        var sent = 0
        var lostAnswers = 0
        var covered = 0
        var reopened = 0

        mutating func add(_ other: Tally) {
            alerts += other.alerts
            sent += other.sent
            lostAnswers += other.lostAnswers
            covered += other.covered
            reopened += other.reopened
        }

        var description: String {
            "\(alerts) alerts, \(sent) messages, \(lostAnswers) answers lost, \(covered) alerts covered, \(reopened) reopened"
        }
    }

    private(set) var faults: [String] = []
    private(set) var tally = Tally()
    private let seed: UInt64
    private var random: SeededGenerator
    private let time = MovedClock()
    private var options = Ledger.Options()

    /// What is really wrong.
    private var wrong: Set<String> = []
    /// What the store has acknowledged to know about it; `nil` while that is uncertain.
    private var known: [String: Bool] = [:]
    /// What each other system believes to be open, and which notices it has got.
    private var believed: [String: Set<AlertID>] = ["chat": [], "pager": []]
    private var received: [String: Set<Int64>] = ["chat": [], "pager": []]

    private static let matters: [Finding] = [
        Finding(.missingLeads, .relay, .critical, begin: 0, "nothing comes"),
        Finding(.missingLeads, .client("acme"), .critical, begin: 0, "nothing comes for acme"),
        Finding(.missingLeads, .group(client: "acme", group: "heat"), .warning, begin: 0, "nothing comes for heat"),
        Finding(.lowLeads, .group(client: "bolt", group: "doors"), .warning, begin: 0, "little comes for doors"),
        Finding(.laneHeld, .destination("meta"), .critical, begin: 0, "held"),
        Finding(.external, .external("uptime"), .warning, begin: 0, "the shop is down"),
    ]

    init(seed: UInt64) {
        self.seed = seed
        random = SeededGenerator(seed: seed)
        options.vfs = "powercut"
        options.checkpointPages = 30
        powercut_reset()
    }

    private func open() throws -> Ledger {
        let ledger = try Ledger(path: "/alerts.db", options: options, clock: time.clock, log: .silent)
        ledger.alerts.configure(AlertPolicy(AlertSettings(), .everyChannel(["chat", "pager"])))
        return ledger
    }

    mutating func live(cuts: Int) {
        for cut in 0..<cuts {
            powercut_arm(Int64.random(in: 1...400, using: &random), seed &* 1000 &+ UInt64(cut) &+ 1)
            if let ledger = try? open() {
                while powercut_is_off() == 0, ledger.failure == nil { act(on: ledger) }
                if powercut_is_off() == 0 { faults.append("the writer gave up although the power was on") }
                ledger.close()
            }
            powercut_restore()
            do {
                let ledger = try open()
                defer { ledger.close() }
                try check(ledger.reader())
            } catch {
                faults.append("the file cannot be used: \(error)")
            }
        }
        do {
            let ledger = try open()
            defer { ledger.close() }
            try calmDown(ledger)
        } catch {
            faults.append("the end failed: \(error)")
        }
    }

    private mutating func act(on ledger: Ledger) {
        switch Int.random(in: 0..<20, using: &random) {
        case 0: time.advance(.hours(Int.random(in: 1...40, using: &random)))
        case 1: time.advance(.zero - .hours(Int.random(in: 1...3, using: &random)))
        default: time.advance(.seconds(Int.random(in: 1...300, using: &random)))
        }
        switch Int.random(in: 0..<10, using: &random) {
        case 0...4:
            let matter = Self.matters.randomElement(using: &random)?.key ?? ""
            if Int.random(in: 0..<3, using: &random) == 0 { wrong.formSymmetricDifference([matter]) }
            observe(ledger)
        case 5...7: send(ledger, Bool.random(using: &random) ? "chat" : "pager", mayFail: true)
        case 8: press(ledger)
        default: silence(ledger)
        }
    }

    private mutating func observe(_ ledger: Ledger) {
        let observations = Self.matters.map { finding -> Observation in
            if wrong.contains(finding.key) { return .problem(finding) }
            return .recovered(key: finding.key, ended: time.now, reason: "over")
        }
        known.removeAll()
        guard let round = try? ledger.alerts.observe(observations) else { return }
        for finding in Self.matters { known[finding.key] = wrong.contains(finding.key) }
        tally.alerts += round.events.count { $0.kind == .opened }
        tally.covered += round.events.count { $0.kind == .inhibited || $0.kind == .silenced }
        tally.reopened += round.events.count { $0.kind == .reopened }
    }

    /// Sends what is owed. The message may not arrive, its answer may get lost, and we may die between the two.
    private mutating func send(_ ledger: Ledger, _ channel: String, mayFail: Bool) {
        guard let claim = try? ledger.notices.claimNotices(channel, limit: 5, lease: .seconds(60)) else { return }
        var settlements: [NoticeSettlement] = []
        for bundle in claim.bundles {
            items: for item in bundle.items {
                switch mayFail ? Int.random(in: 0..<6, using: &random) : 5 {
                case 0:
                    settlements.append(
                        NoticeSettlement(
                            item.notice.id,
                            .retry(due: time.now + .minutes(1), reason: "unreachable", uncertain: false)))
                    break items
                case 1:
                    arrive(item, channel)
                    tally.lostAnswers += 1
                    settlements.append(
                        NoticeSettlement(
                            item.notice.id, .retry(due: time.now + .minutes(1), reason: "timed out", uncertain: true)))
                    break items
                case 2: break items
                default:
                    arrive(item, channel)
                    settlements.append(NoticeSettlement(item.notice.id, .sent))
                }
            }
        }
        _ = try? ledger.notices.settleNotices(claim, settlements)
    }

    private mutating func arrive(_ item: NoticeClaim.Item, _ channel: String) {
        tally.sent += 1
        let isNew = received[channel, default: []].insert(item.notice.id).inserted
        if !isNew, !item.notice.isUncertain { faults.append("notice \(item.notice.id) came twice, and nobody knew") }
        let isOpen = believed[channel, default: []].contains(item.notice.alert)
        switch item.notice.kind {
        case .opening:
            if isNew, isOpen { faults.append("\(item.notice.alert) was opened twice at \(channel)") }
            believed[channel, default: []].insert(item.notice.alert)
        case .closing:
            if isNew, !isOpen { faults.append("\(item.notice.alert) was closed at \(channel) and had not been opened") }
            believed[channel, default: []].remove(item.notice.alert)
        case .update, .escalation, .reminder:
            if isNew, !isOpen { faults.append("\(channel) heard of \(item.notice.alert) before its opening") }
        }
    }

    private mutating func press(_ ledger: Ledger) {
        guard let alert = ledger.alerts.open.randomElement(using: &random) else { return }
        let command: AlertCommand =
            switch Int.random(in: 0..<5, using: &random) {
            case 0: .resolve(reason: "done")
            case 1: .snooze(until: time.now + .hours(1))
            case 2: .judge(.planned)
            case 3: .note("looking")
            default: .acknowledge()
            }
        _ = try? ledger.alerts.command(command, alert.id, by: "maria")
    }

    private mutating func silence(_ ledger: Ledger) {
        let scopes: [AlertScope] = [.relay, .client("acme"), .destination("meta")]
        let scope = scopes.randomElement(using: &random) ?? .relay
        let window = Window(from: time.now, to: time.now + .minutes(Int.random(in: 1...90, using: &random)))
        _ = try? ledger.alerts.silence(
            Silence(scope: scope, window: window, reason: "test", by: "tom", created: time.now))
    }

    /// What was acknowledged before the power failed must be there now.
    private mutating func check(_ reader: Reader) throws {
        let alerts = try reader.alerts(limit: 100_000)
        for (key, open) in Dictionary(grouping: alerts.filter(\.isOpen), by: \.key) where open.count > 1 {
            faults.append("\(key) is open \(open.count) times")
        }
        for (key, isWrong) in known {
            let newest = alerts.first { $0.key == key }
            // What a person has resolved is quiet until the next round after its time.
            let isKnown = newest.map { $0.isOpen || $0.quietUntil != nil } ?? false
            if isWrong, !isKnown { faults.append("\(key) was acknowledged as wrong and is forgotten") }
            // Only a calm after much flapping keeps one open that is over.
            if !isWrong, let newest, newest.isOpen, newest.recovery?.closes == nil {
                faults.append("\(key) was acknowledged as over and is open")
            }
        }
    }

    /// The power stays on, nothing changes any more, and every message arrives: then all must know what is so.
    private mutating func calmDown(_ ledger: Ledger) throws {
        for _ in 0..<200 {
            time.advance(.minutes(30))
            observe(ledger)
            for channel in ["chat", "pager"] { send(ledger, channel, mayFail: false) }
        }
        try check(ledger.reader())
        let alerts = try ledger.reader().alerts(limit: 100_000)
        for finding in Self.matters {
            let open = alerts.filter { $0.key == finding.key && $0.isOpen }
            guard wrong.contains(finding.key) else {
                if !open.isEmpty { faults.append("\(finding.key) is over and still open") }
                continue
            }
            if open.count != 1 { faults.append("\(finding.key) is wrong and has \(open.count) alerts") }
            let isCovered = finding.coveredBy.contains { wrong.contains($0) }
            if !isCovered, open.first?.announced == nil { faults.append("nobody was told of \(finding.key)") }
        }
        let announced = Set(alerts.filter { $0.isOpen && $0.announced != nil }.map(\.id))
        for (channel, open) in believed where open != announced {
            faults.append("\(channel) believes \(open.sorted()), open are \(announced.sorted())")
        }
    }
}
