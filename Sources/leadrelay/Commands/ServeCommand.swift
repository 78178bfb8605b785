import Curl
import Domain
import Glibc
import Service
import Store

extension Command {
    static let serve = Command(
        name: "serve",
        usage: Usage(
            summary: "runs the relay: intake, validator, lanes, console",
            options: [AdminOptions.config],
            notes: [
                "SIGTERM and SIGINT stop it after everything under way has been answered; SIGHUP reads the configuration again.",
                "Under systemd it says when it is ready and serves the watchdog (deploy/leadrelay.service).",
            ],
            examples: ["leadrelay serve --config /etc/leadrelay/relay.json5"])
    ) { arguments, terminal in
        try Serving(path: ConfigurationPath.named(arguments, terminal), terminal).run()
    }
}

/// The main thread of `serve`: starts the service, then waits for signals and looks after it.
private struct Serving {
    let path: String
    let terminal: Terminal

    init(path: String, _ terminal: Terminal) {
        self.path = path
        self.terminal = terminal
    }

    /// A store that has failed is left in place so long, so that those who ask can be told why, and a reason stands in the log.
    private static let lastWords: Duration = .seconds(5)

    func run() throws -> ExitCode {
        // The database, its log and backups hold personal data.
        umask(0o077)
        // Before any other thread: they inherit what is blocked.
        let signals = Signals()
        let supervisor = Supervisor.fromEnvironment()
        let report = ConfigurationReport(file: path)
        for mistake in report.mistakes { terminal.errors("\(path): \(mistake.description)\n") }
        guard let configuration = report.configuration else {
            throw Failure("not started: correct \(path), then try `leadrelay check --config \(path)`")
        }
        let log = Log(threshold: configuration.logLevel)
        for warning in report.warnings {
            log.warning("configuration.warning", ["at": warning.path, "text": warning.message])
        }
        let started = Clock.monotonic
        let service = try RelayService(configuration, clock: .system, log: log)
        service.relay.origin.withLock { $0 = (path, service.relay.started) }
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
        supervisor.stopping("answering what is under way")
        service.stop()
        log.info("relay.stopped")
        return code
    }

    private func watch(
        _ service: RelayService, _ signals: borrowing Signals, _ supervisor: Supervisor, _ log: Log, port: UInt16
    ) -> ExitCode {
        let transfers = Transfers(userAgent: "leadrelay-watchdog/\(Version.current)")
        defer { transfers.stop() }
        // Three chances before the manager loses patience.
        let beat = min(supervisor.watchdog.map { $0 / 3 } ?? .seconds(5), .seconds(5))
        var brokenSince: Duration?
        while true {
            switch signals.wait(atMost: beat) {
            case .stop: return .good
            case .reload: reload(service, supervisor, log)
            case nil: break
            }
            service.relay.askWriter()
            if service.relay.ledger.failure != nil {
                // Only a new process that reads the file anew can promise anything again.
                let since = brokenSince ?? Clock.monotonic
                brokenSince = since
                if Clock.monotonic - since > Self.lastWords { return .notGood }
            }
            if supervisor.watchdog != nil, isAlive(service, transfers, port) { supervisor.alive() }
        }
    }

    /// The loops answer and the writer has answered lately.
    private func isAlive(_ service: RelayService, _ transfers: Transfers, _ port: UInt16) -> Bool {
        if let silence = service.relay.writerSilence, silence > Relay.longestSilence { return false }
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
        let report = ConfigurationReport(file: path)
        var status = "the old configuration stays in force"
        if let configuration = report.configuration {
            do {
                try service.reload(configuration)
                service.relay.origin.withLock { $0 = (path, service.relay.now) }
                log.info("configuration.reloaded", ["configured": configuration.summary])
                status = "taking leads; \(configuration.summary)"
            } catch {
                log.error("configuration.not_reloaded", ["reason": "\(error)"])
            }
        } else {
            for mistake in report.mistakes { log.error("configuration.mistake", ["text": mistake.description]) }
            log.error("configuration.not_reloaded", ["mistakes": "\(report.mistakes.count)", "reason": status])
        }
        supervisor.ready(status)
    }
}
