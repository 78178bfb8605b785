import Curl
import Domain
import Glibc
import Service
import TestSupport

/// The relay and the sandbox as processes, with a folder, ports and a configuration of their own.
final class Stage: Sendable {
    let relayPort = freePort()
    let sandboxPort = freePort()
    let transfers = Transfers(maximumConnectionsPerHost: 512, userAgent: "crashtest")
    private let program: String
    private let folder = TemporaryFolder()
    /// More of the configuration.
    private let extra: String
    private let sandbox: ChildProcess
    private let notices: NotifySocket
    private let relay = Locked<ChildProcess?>(nil)

    struct StageError: Error { let message: String }

    /// `extra`: more members of the configuration, given the sandbox's address.
    init(relay program: String, extra: (String) -> String = { _ in "" }) throws {
        self.program = program
        writeText("xoxb-crash-test", to: folder.file("token"))
        writeText(String(repeating: "k", count: 32), to: folder.file("key"))
        for name in ["token", "key"] { unsafe chmod(folder.file(name), 0o600) }
        self.extra = extra("http://127.0.0.1:\(sandboxPort)").replacing("TOKEN", with: folder.file("token"))
            .replacing("KEY", with: folder.file("key"))
        notices = NotifySocket(folder.file("notify.sock"))
        sandbox = try ChildProcess(
            program,
            ["sandbox", "--listen", "127.0.0.1:\(sandboxPort)"] + (recordedRequests.map { ["--record", $0] } ?? []),
            output: folder.file("sandbox.log"))
        writeText("secret", to: folder.file("secret"))
        unsafe chmod(folder.file("secret"), 0o600)
        writeText(configuration, to: folder.file("relay.json5"))
        try awaitSandbox()
    }

    private var configuration: String {
        """
        {
            listen: "127.0.0.1:\(relayPort)",
            database: "\(folder.file("relay.db"))",
            admin_socket: "\(folder.file("admin.sock"))",
            log: { level: "warning" },
            \(extra)
            sources: { load: { keys: ["\(Stage.key)"], rate: "unlimited", address_rate: "unlimited" } },
            destinations: {
                google: {
                    platform: "google_ads", account: "\(Stage.googleAccount)", conversion_actions: { "*": "\(Stage.action)" },
                    credential: {
                        client_id: "client", client_secret: { file: "\(folder.file("secret"))" },
                        refresh_token: { file: "\(folder.file("secret"))" },
                        token_endpoint: "http://127.0.0.1:\(sandboxPort)/token",
                        quota: { sending: { per_minute: 1000000, per_day: 1000000000 } },
                    },
                    endpoint: "http://127.0.0.1:\(sandboxPort)",
                    click_age: "0s",
                },
                meta: {
                    platform: "meta_ads", pixel: "\(Stage.pixel)", access_token: { file: "\(folder.file("secret"))" },
                    endpoint: "http://127.0.0.1:\(sandboxPort)",
                },
            },
        }
        """
    }

    static let key = "crash_test_key"
    static let googleAccount = "1234567890"
    static let action = "987654321"
    static let pixel = "5550001112223"

    private func awaitSandbox() throws {
        for _ in 0..<Self.patience {
            if case .success = transfers.perform(Transfer("GET", sandboxURL("/sandbox/summary"))) { return }
            usleep(20_000)
        }
        throw StageError(message: "the sandbox does not answer:\n\(readText(folder.file("sandbox.log")))")
    }

    /// Tries, 20 ms apart.
    private static let patience = 500

    var database: String { folder.file("relay.db") }
    func sandboxURL(_ path: String) -> String { "http://127.0.0.1:\(sandboxPort)\(path)" }
    var intakeURL: String { "http://127.0.0.1:\(relayPort)/v1/leads" }

    // MARK: The relay

    /// Starts the relay and waits until it says that it is ready.
    func startRelay() throws {
        let process = try ChildProcess(
            program, ["serve", "--config", folder.file("relay.json5")], environment: ["NOTIFY_SOCKET": notices.path],
            output: folder.file("relay.log"))
        relay.withLock { $0 = process }
        guard notices.wait(for: "READY=1", atMost: 30) else {
            throw StageError(message: "the relay does not get ready:\n\(readText(folder.file("relay.log")))")
        }
    }

    func killRelay() {
        let process = relay.withLock { $0 }
        process?.signal(SIGKILL)
        let status = process?.wait()
        // Anything else than our own signal is a crash of its own making.
        if status != -SIGKILL {
            tell("FAULT: the relay ended by itself with \(status ?? 0)\n\(readText(folder.file("relay.log")))")
            exit(1)
        }
    }

    func stopRelay() -> Int32 {
        let process = relay.withLock { $0 }
        process?.signal(SIGTERM)
        return process?.wait() ?? -1
    }

    func command(_ arguments: String...) throws -> (status: Int32, text: String) {
        try ChildProcess.run(
            program, arguments + ["--config", folder.file("relay.json5")], output: folder.file("command.log"))
    }

    /// Begins to copy the database into a new file, as people do it.
    func beginBackup(_ number: Int) throws -> (process: ChildProcess, file: String) {
        let file = folder.file("backup-\(number).sqlite")
        let process = try ChildProcess(
            program, ["backup", file, "--config", folder.file("relay.json5")], output: folder.file("backup.log"))
        return (process, file)
    }

    /// What is wrong with a backup that was announced; others may be anything.
    func faults(
        ofBackup file: String, wasAnnounced: Bool, further: (String) -> [String] = { _ in [] }
    ) throws -> [String] {
        defer { for suffix in ["", ".partial"] { Service.Files.remove(file + suffix) } }
        guard wasAnnounced else { return [] }
        let tried = try command("restore", "--check", file)
        return (tried.status == 0 ? [] : ["\(file) cannot be restored: \(tried.text)"]) + further(file)
    }

    /// Ends all waiting for retries and waits until nothing is open. Answers what is wrong if that does not happen in
    /// time.
    func drain() throws -> [String] {
        let deadline = Clock.monotonic + .seconds(180)
        var last = ""
        while Clock.monotonic < deadline {
            for destination in ["google", "meta"] { _ = try command("destination", "resume", destination) }
            let status = try command("status", "--json")
            last = status.text
            if let document = try? JSON(parsing: Array(status.text.utf8)), Self.isDrained(document) { return [] }
            usleep(250_000)
        }
        return [
            "not everything was delivered in time; status: \(last)\nlog:\n\(readText(folder.file("relay.log")).suffix(3000))"
        ]
    }

    private static func isDrained(_ status: JSON) -> Bool {
        guard let sources = status["sources"]?.array, let lanes = status["destinations"]?.array else { return false }
        return sources.allSatisfy { $0["inbox"]?.integer == 0 } && lanes.allSatisfy { $0["open"]?.integer == 0 }
    }

    /// Asks the relay over its admin socket; `nil` if it is not there, or does not do it.
    func admin(_ method: String, _ path: String, _ body: JSON? = nil) -> JSON? {
        var transfer = Transfer(method, "http://leadrelay" + path)
        transfer.unixSocket = folder.file("admin.sock")
        // To find a person's leads by an address, all that have one are read: some 30,000 a second.
        transfer.totalTimeout = .seconds(60)
        if let body {
            transfer.fields = [("Content-Type", "application/json")]
            transfer.body = body.bytes
        }
        guard case .success(let answer) = transfers.perform(transfer), answer.status < 300 else { return nil }
        return try? JSON(parsing: answer.body)
    }

    /// A lead that goes to both platforms.
    func lead(_ id: String, of email: String = "person@example.com") -> JSON {
        let moment = Instant(seconds: Clock.system.milliseconds() / 1000 - 60).rfc3339
        return [
            "event_id": .string(id), "event": "lead", "occurred_at": .string(moment),
            "click": [
                "gclid": .string("gclid-\(id)"), "fbclid": .string("fbclid-\(id)"), "landed_at": .string(moment),
            ],
            "person": ["email": .string(email)],
            "page": ["url": "https://www.example.com/offer"],
            "client": ["ip": "203.0.113.7", "user_agent": "Mozilla/5.0 (X11; Linux x86_64)"],
            "consent": ["ad_user_data": "granted", "ad_personalization": "granted"],
        ]
    }

    /// The id under which a lead was acknowledged; `nil` if it was not.
    func postedID(_ body: JSON) -> String? { acknowledgement(body)?["id"]?.string }

    /// Whether a lead, or a list of them, was acknowledged.
    func post(_ body: JSON) -> Bool { acknowledgement(body) != nil }

    private func acknowledgement(_ body: JSON) -> JSON? {
        let fields = [(name: "Content-Type", value: "application/json"), ("X-LeadRelay-Key", Stage.key)]
        guard
            case .success(let answer) = transfers.perform(Transfer("POST", intakeURL, fields: fields, body: body.bytes))
        else { return nil }
        return answer.status == 202 ? try? JSON(parsing: answer.body) : nil
    }

    // MARK: The sandbox

    /// What the channels have taken.
    func channels() throws -> JSON {
        var transfer = Transfer("GET", sandboxURL("/sandbox/channels"))
        transfer.maximumAnswer = 256 << 20
        guard case .success(let answer) = transfers.perform(transfer), answer.status == 200 else {
            throw StageError(message: "the sandbox does not tell what the channels have taken")
        }
        return try JSON(parsing: answer.body)
    }

    func addFault(_ fault: JSON) throws {
        let fields = [(name: "Content-Type", value: "application/json")]
        let result = transfers.perform(
            Transfer("POST", sandboxURL("/sandbox/faults"), fields: fields, body: fault.bytes))
        guard case .success(let answer) = result, answer.status < 300 else {
            throw StageError(message: "the sandbox does not take a fault: \(fault.text) \(result)")
        }
    }

    func clearFaults() throws {
        _ = transfers.perform(Transfer("DELETE", sandboxURL("/sandbox/faults")))
    }

    /// A new mixture of misbehaviour.
    func setFaults(_ random: inout SeededGenerator) throws {
        try clearFaults()
        let kinds: [JSON] = [
            ["kind": "status", "status": 503], ["kind": "status", "status": 500],
            ["kind": "latency", "latency_ms": 300],
            ["kind": "drop_before"], ["kind": "drop_after"], ["kind": "throttle", "retry_after": 1],
            ["kind": "slow_body", "latency_ms": 200], ["kind": "garbage"], ["kind": "expired_token"],
        ]
        for platform in ["google_ads", "meta_ads"] {
            for _ in 0..<2 {
                guard case .object(var fault)? = kinds.randomElement(using: &random) else { continue }
                fault.append(JSON.Member("platform", .string(platform)))
                // Meta's tokens are for a person to renew; Google's renew themselves.
                if platform == "meta_ads", fault.contains(JSON.Member("kind", "expired_token")) { continue }
                fault.append(JSON.Member("probability", .number("0.2")))
                try addFault(.object(fault))
            }
        }
    }

    /// What a platform has received: the digest and the number of receipts of each event id.
    func received(_ platform: String) throws -> [String: (digest: String, count: Int)] {
        var transfer = Transfer("GET", sandboxURL("/sandbox/received?platform=\(platform)"))
        transfer.maximumAnswer = 1 << 30
        guard case .success(let answer) = transfers.perform(transfer), answer.status == 200 else {
            throw StageError(message: "the sandbox does not tell what it has received")
        }
        var found: [String: (digest: String, count: Int)] = [:]
        for line in answer.body.split(separator: 0x0A) {
            let row = try JSON(parsing: Array(line))
            guard let id = row["id"]?.string, let digest = row["digest"]?.string, let count = row["count"]?.integer
            else {
                throw StageError(message: "the sandbox speaks in tongues: \(row.text)")
            }
            found[id] = (digest, Int(count))
        }
        return found
    }
}
