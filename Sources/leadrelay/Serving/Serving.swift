import API
import CommandLine
import Configuration
import Curl
import Domain
import Glibc
import Monitoring
import Service
import Store

/// The main thread of `serve`: starts the service, then waits for signals and looks after it.
struct Serving {
    private let path: String
    private let envFile: String?
    private let terminal: Terminal

    init(_ path: String, envFile: String?, _ terminal: Terminal) {
        self.path = path
        self.envFile = envFile
        self.terminal = terminal
    }

    /// A store that has failed is left in place so long, so that those who ask can be told why, and a reason stands in
    /// the log.
    private static let lastWords: Duration = .milliseconds(300)
    /// So often somebody looks whether the store has failed: with the last words, the process ends within a second.
    private static let glance: Duration = .milliseconds(300)

    func run() throws -> ExitCode {
        // The database, its log and backups hold personal data.
        umask(0o077)
        // Before any other thread: they inherit what is blocked.
        let signals = Signals()
        let supervisor = Supervisor.fromEnvironment()
        let report = ConfigurationReport(file: path, variables: try envFile.map { try EnvironmentFile($0) })
        for mistake in report.mistakes { terminal.errors(mistake.located(in: path) + "\n") }
        guard let configuration = report.configuration else {
            throw Failure(
                "not started: correct \(path), then try `leadrelay check --config \(path)`", .wrongConfiguration)
        }
        let log = Log(threshold: configuration.logLevel)
        for warning in report.warnings {
            log.warning("configuration.warning", ["at": warning.path, "text": warning.message])
        }
        let started = Clock.monotonic
        guard let service = try start(configuration, signals, supervisor, log) else { return .good }
        service.relay.file.origin.withLock { $0 = (path, service.relay.started) }
        log.info(
            "relay.started",
            [
                "version": Version.current, "listen": configuration.listen.map(\.description).joined(separator: ","),
                "port": "\(service.port)", "database": configuration.database,
                "configured": configuration.summary, "took": "\((Clock.monotonic - started).milliseconds)ms",
            ])
        supervisor.ready("taking leads; \(configuration.summary)")
        let code = watch(service, signals, supervisor, log, port: service.port)
        log.info("relay.stopping", ["reason": code == .good ? "signal" : "store"])
        // Nothing that is under way can be kept any more, and every second until the next process costs leads.
        if code != .good { _exit(code.rawValue) }
        supervisor.stopping("answering what is under way")
        service.stop()
        log.info("relay.stopped")
        return code
    }

    /// The relay, listening; `nil` if it was stopped while it waited for its database.
    private func start(
        _ configuration: Configuration, _ signals: borrowing Signals, _ supervisor: Supervisor, _ log: Log
    ) throws -> RelayService? {
        while true {
            do {
                return try RelayService(configuration, clock: .system, log: log)
            } catch let delay as NotYet {
                let reason = delay.reason.description
                log.error("relay.waiting", ["reason": reason, "database": configuration.database])
                let room = try WaitingRoom(configuration, delay.reason)
                defer { room.close() }
                supervisor.ready("not ready: \(reason)")
                let notices = WaitingNotices(
                    configuration, reason: reason,
                    transport: NoticeTransfers(userAgent: "leadrelay/\(Version.current)"), log: log)
                repeat {
                    if signals.wait(atMost: WaitingRoom.step) == .stop { return nil }
                    supervisor.alive()
                    notices.look(isFull: delay.reason == .diskFull)
                } while try !room.canGoOn(log)
                notices.end()
            }
        }
    }

    private func watch(
        _ service: RelayService, _ signals: borrowing Signals, _ supervisor: Supervisor, _ log: Log, port: UInt16
    ) -> ExitCode {
        let transfers = Transfers(userAgent: "leadrelay-watchdog/\(Version.current)")
        defer { transfers.stop() }
        // Three chances before the manager loses patience.
        let beat = min(supervisor.watchdog.map { $0 / 3 } ?? .seconds(5), .seconds(5))
        var brokenSince: Duration?
        var lastBeat = Clock.monotonic - beat
        while true {
            switch signals.wait(atMost: min(beat, Self.glance)) {
            case .stop: return .good
            case .reload: reload(service, supervisor, log)
            case nil: break
            }
            if service.relay.ledger.failure != nil {
                // Only a new process that reads the file anew can promise anything again.
                let since = brokenSince ?? Clock.monotonic
                brokenSince = since
                if Clock.monotonic - since > Self.lastWords { return .notGood }
            }
            guard Clock.monotonic - lastBeat >= beat else { continue }
            lastBeat = Clock.monotonic
            service.relay.health.askWriter()
            if supervisor.watchdog != nil, isAlive(service, transfers, port) { supervisor.alive() }
        }
    }

    /// The loops answer and the writer has answered lately.
    private func isAlive(_ service: RelayService, _ transfers: Transfers, _ port: UInt16) -> Bool {
        if let silence = service.relay.health.writerSilence, silence > Health.longestSilence { return false }
        let host = service.relay.configuration.withLock { $0.listen[0].host }
        let name = host == "0.0.0.0" ? "127.0.0.1" : host == "::" ? "[::1]" : host.contains(":") ? "[\(host)]" : host
        var transfer = Transfer("GET", "http://\(name):\(port)/healthz")
        transfer.connectTimeout = .seconds(2)
        transfer.totalTimeout = .seconds(2)
        guard case .success(let answer) = transfers.perform(transfer) else { return false }
        return answer.status == 200
    }

    private func reload(_ service: RelayService, _ supervisor: Supervisor, _ log: Log) {
        supervisor.reloading()
        var status = "the old configuration stays in force"
        defer { supervisor.ready(status) }
        let variables: EnvironmentFile?
        do {
            variables = try envFile.map { try EnvironmentFile($0) }
        } catch {
            let reason = (error as? EnvironmentFile.Fault)?.description ?? "\(error)"
            log.error("configuration.reload_failed", ["error": reason])
            return service.relay.file.noteReload(refusal: reason, at: service.relay.now)
        }
        let report = ConfigurationReport(file: path, variables: variables)
        if let configuration = report.configuration {
            do {
                try service.reload(configuration)
                service.relay.file.origin.withLock { $0 = (path, service.relay.now) }
                service.relay.file.noteReload(refusal: nil, at: service.relay.now)
                log.info("configuration.reloaded", ["configured": configuration.summary])
                status = "taking leads; \(configuration.summary)"
            } catch {
                log.error("configuration.reload_failed", ["error": "\(error)"])
                service.relay.file.noteReload(refusal: "the store did not take it: \(error)", at: service.relay.now)
            }
        } else {
            for mistake in report.mistakes { log.error("configuration.invalid", ["text": mistake.description]) }
            log.error("configuration.reload_failed", ["mistakes": "\(report.mistakes.count)", "error": status])
            let count = report.mistakes.count
            service.relay.file.noteReload(
                refusal: "\(count) \(count == 1 ? "mistake" : "mistakes") in \(path), which leadrelay check names",
                at: service.relay.now)
        }
    }
}
