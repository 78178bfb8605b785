import Curl
import Domain
import Glibc
import SQLite
import Service
import TestSupport

/// The relay and the sandbox with its demonstration pages as processes, on ports of their own, from the built program.
final class BrowserStage {
    let relayPort = freePort()
    let sandboxPort = freePort()
    private let program: String
    private let folder = TemporaryFolder()
    private let transfers = Transfers(userAgent: "browsertest")
    private let notices: NotifySocket
    private var sandbox: ChildProcess?
    private var relay: ChildProcess?

    var relayURL: String { "http://127.0.0.1:\(relayPort)" }
    var site: String { "http://127.0.0.1:\(sandboxPort)" }
    private static let key = "pk_browser"
    static let otherKey = "pk_globex"

    init(relay program: String) throws {
        self.program = program
        notices = NotifySocket(folder.file("notify.sock"))
        writeText("secret", to: folder.file("secret"))
        unsafe chmod(folder.file("secret"), 0o600)
        writeText(configuration, to: folder.file("relay.json5"))
        sandbox = try ChildProcess(
            program,
            ["sandbox", "--listen", "127.0.0.1:\(sandboxPort)", "--relay", relayURL, "--key", Self.key]
                + (recordedRequests.map { ["--record", $0] } ?? []),
            output: folder.file("sandbox.log"))
        _ = try eventually("the sandbox") { try? get("/sandbox/summary") }
        try startRelay()
    }

    deinit {
        relay?.signal(SIGTERM)
        relay?.wait()
        sandbox?.signal(SIGTERM)
        sandbox?.wait()
        transfers.stop()
    }

    /// The webhook gets every lead with all its fields, whatever the consent; Meta gets what is allowed.
    private var configuration: String {
        """
        {
            listen: "127.0.0.1:\(relayPort)",
            database: "\(folder.file("relay.db"))",
            admin_socket: "\(folder.file("admin.sock"))",
            log: { level: "warning" },
            clients: {
                acme: { name: "Acme Heating", time_zone: "Europe/Berlin", country: "DE" },
                globex: { name: "Globex Dental", time_zone: "Europe/Berlin", country: "DE" },
            },
            sources: {
                dental: { client: "globex", keys: ["\(Self.otherKey)"], origins: ["\(site)"] },
                page: {
                    client: "acme", keys: ["\(Self.key)"], origins: ["\(site)"], redirects: ["\(site)/demo/thanks"],
                    rate: "unlimited", address_rate: "unlimited",
                },
            },
            destinations: {
                everything: {
                    platform: "webhook", url: "\(site)/webhook/everything",
                    secret: { file: "\(folder.file("whsec"))" },
                    consent: { granted: "send", denied: "send", unspecified: "send" },
                },
                meta: {
                    platform: "meta_ads", pixel: "5550001112223", access_token: { file: "\(folder.file("secret"))" },
                    endpoint: "\(site)",
                },
            },
        }
        """
    }

    /// Starts the relay unless it runs.
    func startRelay() throws {
        guard relay == nil else { return }
        writeText("whsec_" + String(repeating: "QUFB", count: 8), to: folder.file("whsec"))
        unsafe chmod(folder.file("whsec"), 0o600)
        relay = try ChildProcess(
            program, ["serve", "--config", folder.file("relay.json5")], environment: ["NOTIFY_SOCKET": notices.path],
            output: folder.file("relay.log"))
        guard notices.wait(for: "READY=1", atMost: 30) else {
            throw Failure("the relay does not get ready:\n\(readText(folder.file("relay.log")))")
        }
    }

    func stopRelay() throws {
        relay?.signal(SIGTERM)
        try expect(relay?.wait() ?? -1, is: 0, "the relay's exit status")
        relay = nil
    }

    /// A command of the program about this relay.
    func command(_ arguments: String...) throws -> String {
        let (status, text) = try ChildProcess.run(
            program, arguments + ["--config", folder.file("relay.json5")], output: folder.file("command.log"))
        try expect(status, is: 0, "the exit status of \(arguments.joined(separator: " "))")
        return text
    }

    /// Somebody who may sign in. Answers the password.
    func user(_ name: String, role: String, client: String? = nil) throws -> String {
        let password = "a long enough passphrase"
        let arguments = ["user", "add", name, "--role", role] + (client.map { ["--client", $0] } ?? [])
        let (status, text) = try ChildProcess.run(
            "/bin/sh",
            ["-c", "printf '%s\\n' '\(password)' | \"$0\" \"$@\"", program] + arguments
                + ["--password-stdin", "--config", folder.file("relay.json5")],
            output: folder.file("command.log"))
        try expect(status, is: 0, "the exit status of user add: \(text)")
        return password
    }

    /// Posts an event for one of the two clients, as a server does. Answers its id.
    @discardableResult
    func post(_ event: JSON, for client: String = "acme") throws -> String {
        let key = client == "acme" ? Self.key : Self.otherKey
        let answer = try send("POST", "\(relayURL)/v1/leads/\(key)", event)
        guard let id = answer["id"]?.string else { throw Failure("no id: \(answer.text)") }
        return id
    }

    /// Opens an alert as other tools do. Answers its id.
    func alert(_ text: String, key: String, client: String) throws -> String {
        let token = try command("token", "add", key, "--scope", "alerts.write").split(separator: "\n").first ?? ""
        let answer = try send(
            "POST", relayURL + "/api/alerts/events",
            ["action": "open", "key": .string(key), "text": .string(text), "client": .string(client)],
            [("Authorization", "Bearer \(token)")])
        guard let id = answer["events"]?[0]?["id"]?.string else { throw Failure("no alert: \(answer.text)") }
        return id
    }

    /// Lets a session end as if nobody had used it for a day. The relay must not run.
    func ageSessions() throws {
        try expect(relay == nil, "the relay runs")
        let connection = try Connection(path: folder.file("relay.db"))
        try connection.execute("UPDATE session SET used_at = used_at - 86400000, created_at = created_at - 86400000")
    }

    /// What goes wrong at the platforms from now on; see `leadrelay sandbox --help`.
    func fault(_ fault: JSON) throws { _ = try send("POST", site + "/sandbox/faults", fault) }

    private func send(_ method: String, _ url: String, _ body: JSON, _ fields: [(String, String)] = []) throws -> JSON {
        let answer = try transfers.perform(
            Transfer(method, url, fields: [("Content-Type", "application/json")] + fields, body: body.bytes)
        ).get()
        let text = String(decoding: answer.body, as: UTF8.self)
        try expect((200..<300).contains(answer.status), "\(url) answers \(answer.status): \(text)")
        return try JSON(parsing: answer.body)
    }

    // MARK: What arrived

    private func get(_ path: String) throws -> [JSON] {
        let answer = try transfers.perform(Transfer("GET", site + path)).get()
        try expect(answer.status, is: 200, path)
        return try answer.body.split(separator: UInt8(ascii: "\n")).map { try JSON(parsing: Array($0)) }
    }

    /// Lead events as the webhook got them.
    func leads(where isWanted: (JSON) -> Bool) throws -> [JSON] {
        try get("/sandbox/last?platform=webhook").compactMap { $0["event"]?["data"]?["event"] }.filter(isWanted)
    }

    /// The source that a person's one lead came from.
    func source(of email: String) throws -> String? {
        try get("/sandbox/last?platform=webhook").compactMap { $0["event"]?["data"] }
            .first { $0["event"]?["person"]?["email"]?.string == email }?["source"]?.string
    }

    func leads(of email: String) throws -> [JSON] { try leads { $0["person"]?["email"]?.string == email } }

    /// The one lead of a person, as soon as it has come out at the other end.
    func lead(of email: String) throws -> JSON {
        let lead = try eventually("a lead of \(email)") { try leads(of: email).first }
        return lead
    }

    /// The ids of all events that Meta got.
    func metaIDs() throws -> [String] {
        try get("/sandbox/last?platform=meta_ads").compactMap { $0["event"]?["event_id"]?.string }
    }

    /// What the page's pixels and its form handler were told, oldest first.
    func reports() throws -> [JSON] { try get("/sandbox/reports") }

    /// Events that the relay has acknowledged, each time it did not know the idempotency key.
    func received() throws -> Int64 {
        let status = try JSON(parsing: Array(command("status", "--json").utf8))
        return status["sources"]?.array?.reduce(0) { $0 + ($1["received"]?.integer ?? 0) } ?? 0
    }
}
