import Domain
import Monitoring
import Service
import Store
import TestSupport
import Testing

@Suite struct `The monitor` {
    /// A monitor over a store of its own, whose rule says what the test wants.
    private final class Stage {
        let folder = TemporaryFolder()
        let moment = Locked(Instant.start)
        let said = Said()
        let lines = Locked<[String]>([])
        let ledger: Ledger
        let monitor: Monitor
        private let cycles = Locked(0)
        let failed = Locked<[String]>([])

        struct Said: Rule {
            let observations = Locked<[Observation]>([])
            func observations(_ facts: Facts) -> [Observation] { observations.withLock { $0 } }
        }

        init(_ path: String? = nil) throws {
            let clock = Clock { [moment] in moment.withLock { $0.milliseconds } }
            let log = Log(sink: { [lines] line in lines.withLock { $0.append(line) } })
            ledger = try Ledger(path: path ?? folder.file("relay.db"), clock: clock, log: .silent)
            ledger.alerts.configure(AlertPolicy(AlertSettings(), .everyChannel(["mail"])))
            monitor = Monitor(.init([said]), ledger: ledger, clock: clock, log: log)
            monitor.afterCycle { [cycles, failed] end in
                switch end {
                case .whole: cycles.update { $0 += 1 }
                case .failed(let reason): failed.withLock { $0.append(reason) }
                }
            }
        }

        func start(
            _ gather: @escaping @Sendable (Reader, Instant) throws -> Facts = { Facts(now: $1, running: .hours(1)) }
        ) {
            monitor.start(gather)
        }

        /// Has at least one more cycle done.
        func cycle() {
            let seen = cycles.withLock { $0 }
            monitor.nudge()
            cycles.wait { $0 > seen ? true : nil }
        }

        func say(_ observations: [Observation]) { said.observations.withLock { $0 = observations } }

        func stop() {
            monitor.stop()
            ledger.close()
        }
    }

    private static let finding = Finding(
        .storage, .relay, .warning, began: .start, sentence: "The disk is nearly full.")

    @Test func `turns what rules say into alerts and notices, and keeps suspicions for others`() throws {
        let stage = try Stage()
        let suspicion = Finding(.missingLeads, .client("acme"), .warning, began: .start, sentence: "few leads")
        stage.say([.problem(Self.finding), .suspicion(suspicion)])
        stage.start()
        stage.cycle()
        #expect(stage.ledger.alerts.open.map(\.key) == ["storage relay"])
        #expect(stage.monitor.pulse.suspicions == [suspicion])
        #expect(try stage.ledger.notices.claimNotices("mail", limit: 10, lease: .seconds(60)).bundles.count == 1)
        #expect(stage.lines.withLock { $0.contains { $0.contains("alert.opened alert=A1") } })
        stage.say([])
        stage.cycle()
        #expect(stage.monitor.pulse.suspicions == [])
        #expect(stage.ledger.alerts.open.count == 1)
        stage.stop()
    }

    @Test func `survives a cycle that fails, says so, and does not count it`() throws {
        let stage = try Stage()
        let fails = Locked(true)
        stage.say([.problem(Self.finding)])
        stage.start { _, now in
            if fails.withLock({ $0 }) {
                fails.withLock { $0 = false }
                throw StoreError.diskFull
            }
            return Facts(now: now, running: .zero)
        }
        stage.cycle()
        let pulse = stage.monitor.pulse
        #expect(pulse.failures == 1)
        #expect(stage.failed.withLock { $0 } == ["the disk is full"])
        #expect(pulse.failure == "")
        #expect(pulse.cycles >= 1)
        #expect(stage.lines.withLock { $0.contains { $0.contains("monitor.cycle_failed") } })
        #expect(stage.ledger.alerts.open.count == 1)
        stage.stop()
    }

    @Test(arguments: [(2, false), (3, true)])
    func `marks the time in which nobody watched`(minutes: Int, isNoticed: Bool) throws {
        let folder = TemporaryFolder()
        let first = try Stage(folder.file("relay.db"))
        first.start()
        first.cycle()
        first.stop()
        let second = try Stage(folder.file("relay.db"))
        second.moment.withLock { $0 = .start + .minutes(minutes) }
        second.start()
        second.cycle()
        let hours = (Instant.start - .hours(1))..<(Instant.start + .hours(1))
        let markers = try second.ledger.reader().markers(hours, limit: 10)
        #expect(markers.map(\.kind) == (isNoticed ? [.downtime] : []))
        second.stop()
    }

    @Test func `can be stopped before its first cycle and without having been started`() throws {
        let stage = try Stage()
        stage.stop()
        let other = try Stage()
        other.start()
        other.stop()
    }
}
