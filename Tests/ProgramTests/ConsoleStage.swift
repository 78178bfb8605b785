import Crypto
import Curl
import Domain
import HTTP
import Sandbox
import Service
import Store
import TestSupport
import Testing

@testable import API
@testable import CommandLine
@testable import Configuration
@testable import Console
@testable import leadrelay

/// A relay with two clients that must not know of each other, and users of every role.
final class ConsoleStage {
    let folder = TemporaryFolder()
    let service: RelayService
    let clock = Locked(Clock.system.milliseconds())
    private let transfers = Transfers(userAgent: "test")

    static let password = "a long enough passphrase"
    static let users = ["ann": Role.admin, "sue": .support, "vic": .viewer]

    init(
        source: String = "", sources: String = "", extra: String = "", acme: String = "", clients: String = "",
        destinations: String = "",
        hasUsers: Bool = true
    ) throws {
        let text = """
            { listen: "127.0.0.1:0", database: "\(folder.file("leads.sqlite"))", admin_socket: "\(folder.file("admin.sock"))", \(extra)
              limits: { drain: "1s" }, clients: { acme: { \(acme) }, globex: {}, \(clients) },
              sources: { \(sources)
                "acme-page": { client: "acme", keys: "pk_acme_key", \(source) strict: true, rate: "unlimited", address_rate: "unlimited" },
                "globex-page": { client: "globex", keys: "pk_globex_key", strict: true, rate: "unlimited", address_rate: "unlimited" } },
              destinations: { \(destinations)
                "acme-meta": { client: "acme", platform: "meta_ads", pixel: "1", access_token: { env: "T" }, endpoint: "http://127.0.0.1:9" },
                "globex-meta": { client: "globex", platform: "meta_ads", pixel: "2", access_token: { env: "T" }, endpoint: "http://127.0.0.1:9" },
                "shared-crm": { platform: "meta_ads", pixel: "3", access_token: { env: "T" }, endpoint: "http://127.0.0.1:9" } } }
            """
        let secrets = SecretReader(
            environment: { $0 == "W" ? Sandbox.alertWebhookSecret : "s3cr3t-t0ken" }, file: { _ in .missing("") })
        let report = ConfigurationReport(Array(text.utf8), secrets: secrets)
        service = try RelayService(
            try #require(report.configuration, "\(report.mistakes)"),
            clock: Clock { [clock] in clock.withLock { $0 } }, log: .silent)
        let cheap = PasswordHash.Parameters(logN: 4, r: 8, p: 1)
        service.relay.signIns.hashing.withLock { $0 = cheap }
        guard hasUsers else { return }
        let hash = PasswordHash(of: Self.password, cheap).description
        for (name, role) in Self.users {
            _ = try service.relay.ledger.accounts.addUser(
                name, role: role, clients: role == .viewer ? ["acme"] : [], password: hash)
        }
    }

    deinit {
        service.stop()
        transfers.stop()
    }

    var adminClient: AdminClient { AdminClient(socket: folder.file("admin.sock")) }

    /// Lets time pass.
    func pass(_ time: Duration) { clock.withLock { $0 += time.milliseconds } }

    func send(
        _ method: String, _ path: String, _ fields: [(String, String)] = [], _ body: String? = nil
    ) throws -> Answer {
        try transfers.perform(
            Transfer(
                method, "http://127.0.0.1:\(service.port)\(path)", fields: fields, body: body.map { Array($0.utf8) })
        ).get()
    }

    /// Posts an event and answers its id.
    func post(_ body: String, key: String = "pk_acme_key") throws -> String {
        let answer = try send("POST", "/v1/leads/\(key)", [("Content-Type", "application/json")], body)
        #expect(answer.status == 202)
        return try #require(try JSON(parsing: answer.body)["id"]?.string)
    }

    /// The same with any bytes.
    func postBytes(_ body: [UInt8], _ type: String, key: String = "pk_acme_key") throws -> String {
        let address = "http://127.0.0.1:\(service.port)/v1/leads/\(key)"
        let answer = try transfers.perform(
            Transfer("POST", address, fields: [("Content-Type", type)], body: body)
        ).get()
        #expect(answer.status == 202)
        return try #require(try JSON(parsing: answer.body)["id"]?.string)
    }

    /// Waits until the validator has emptied the inbox.
    func settle() throws {
        for _ in 0..<4000 {
            let ledger = service.relay.ledger
            if ledger.books.total(.inbox) == 0 { return }
            _ = ledger.inbox.waitForMore(after: ledger.inbox.serial, atMost: .milliseconds(5))
        }
        Issue.record("the inbox does not get empty")
    }

    func command(_ words: String..., input: String = "") -> (code: ExitCode, output: String, errors: String) {
        let terminal = TestTerminal(input: input, environment: ["LEADRELAY_SOCKET": folder.file("admin.sock")])
        let code = Command.run(words, terminal.terminal)
        return (code, terminal.output, terminal.errors)
    }

    var auditLog: [AuditEntry] {
        get throws { try service.relay.ledger.reader().auditLog(limit: 1000) }
    }

    /// A token with all scopes or some, for all clients or some.
    func token(_ name: String, _ scopes: [Permission] = Permission.allCases, clients: [String]? = nil) throws -> String
    {
        let secret = "lrt_" + name
        _ = try service.relay.ledger.accounts.addToken(
            APIToken(
                name: name, scopes: scopes.map(\.rawValue), clients: clients, createdAt: service.relay.now,
                createdBy: "test", expiresAt: nil), hash: ClientInfo.hash(secret))
        return secret
    }

    /// A browser that has signed in as a user.
    func browser(_ user: String? = nil) throws -> Browser {
        let browser = Browser(self)
        if let user { try browser.signIn(user) }
        return browser
    }
}

/// Keeps cookies and brings forms' tokens along, as a browser does.
final class Browser {
    let stage: ConsoleStage
    var cookies: [String: String] = [:]
    /// What the last form that was seen wants to get back.
    var formToken = ""
    var extra: [(String, String)] = []

    init(_ stage: ConsoleStage) { self.stage = stage }

    private var fields: [(String, String)] {
        let pairs = cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
        return (pairs.isEmpty ? [] : [("Cookie", pairs)]) + [("Accept", "text/html")] + extra
    }

    private func keep(_ answer: Answer) -> Answer {
        for field in answer.fields where field.name == "set-cookie" {
            let pair = field.value.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
            cookies[String(pair[0])] = field.value.contains("Max-Age=0") ? nil : pair.count == 2 ? String(pair[1]) : ""
        }
        let text = String(decoding: answer.body, as: UTF8.self)
        if let start = text.range(of: "name=\"form_token\" value=\"") {
            formToken = String(text[start.upperBound...].prefix { $0 != "\"" })
        }
        return answer
    }

    @discardableResult
    func get(_ path: String) throws -> Answer { keep(try stage.send("GET", path, fields)) }

    @discardableResult
    func post(_ path: String, _ form: [(String, String)] = [], token: String? = nil) throws -> Answer {
        let all = [("form_token", token ?? formToken)] + form
        let body = all.map { "\(Link.encoded($0.0))=\(Link.encoded($0.1))" }.joined(separator: "&")
        return keep(
            try stage.send("POST", path, fields + [("Content-Type", "application/x-www-form-urlencoded")], body))
    }

    func signIn(_ user: String, _ password: String = ConsoleStage.password) throws {
        try get("/login")
        let answer = try post("/login", [("name", user), ("password", password)])
        #expect(answer.status == 303, "\(user) cannot sign in")
        try get("/account")
    }
}

extension String {
    /// Where a text stands for the first time.
    func range(of text: String) -> Range<String.Index>? {
        guard !text.isEmpty else { return nil }
        return firstRange(of: text)
    }
}

extension Answer {
    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSON { (try? JSON(parsing: body)) ?? .null }
}
