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
@testable import leadrelay

/// A relay with three days of history, its platforms and a landing page imitated by the sandbox, and a clock that the
/// test moves: real time plus an offset.
final class ChecklistWorld {
    let folder = TemporaryFolder()
    let sandbox: Sandbox
    private let sandboxServer: Server
    private(set) var service: RelayService
    private let transfers = Transfers(userAgent: "test")
    private let offset: Locked<Int64>
    let options: Options

    struct Options: Sendable {
        var publicAddress: String?
        var metaPath = ""
        var landingKey = "pk_landing_key"
        var landingMapping = ""
    }

    /// What the matter's window is: the last two hours.
    static let window: Duration = .hours(2)

    /// On a database file that another relay has left, or on none.
    init(_ options: Options = Options(), history: [UInt8]?) throws {
        self.options = options
        let offset = Locked<Int64>(-Self.window.milliseconds - 60_000)
        self.offset = offset
        let clock = Clock { Clock.system.milliseconds() + offset.withLock { $0 } }
        var sandboxOptions = SandboxOptions()
        sandboxOptions.processingTime = .zero
        sandboxOptions.records = recordedRequests.map { RequestRecords(folder: $0) }
        sandbox = Sandbox(sandboxOptions, clock: clock)
        sandboxServer = try sandbox.serve([.tcp(host: "127.0.0.1", port: 0)])
        if let history { TestSupport.Files.write(history, to: folder.file("leads.sqlite")) }
        service = try RelayService(
            try Self.configuration(folder, sandboxServer.port, options), clock: clock, log: .silent)
    }

    deinit {
        service.stop()
        transfers.stop()
        sandboxServer.drain(within: .zero)
    }

    var ledger: Ledger { service.relay.ledger }
    var now: Instant { service.relay.now }
    /// Where the clock stands relative to real time.
    func move(_ duration: Duration) { offset.withLock { $0 = duration.milliseconds } }

    func reload(_ change: (inout Options) -> Void) throws {
        var options = options
        change(&options)
        try service.reload(try Self.configuration(folder, sandboxServer.port, options))
    }

    static func configuration(_ folder: TemporaryFolder, _ port: UInt16, _ options: Options) throws -> Configuration {
        let sandbox = "http://127.0.0.1:\(port)"
        let publicAddress =
            options.publicAddress.map { #"public_address: "\#($0 == "sandbox" ? sandbox : $0)","# } ?? ""
        func meta(_ client: String, _ pixel: Int) -> String {
            """
            "meta-\(client)": { platform: "meta_ads", client: "\(client)", pixel: "\(pixel)", access_token: { env: "T" },
              endpoint: "\(sandbox)\(client == "acme" ? options.metaPath : "")" },
            """
        }
        let text = """
            {
              listen: "127.0.0.1:0", database: "\(folder.file("leads.sqlite"))", admin_socket: "\(folder.file("admin.sock"))",
              limits: { drain: "1s" },
              checks: { \(publicAddress) control_hosts: ["http://localhost:\(port)/sandbox/"], pages: "7d" },
              clients: {
                acme: { country: "DE", landing_pages: ["\(sandbox)/page/pumps"] }, beta: { country: "DE" }, gamma: { country: "DE" },
              },
              sources: {
                landing: { client: "acme", keys: "\(options.landingKey)", origins: ["https://www.acme.example"], rate: "unlimited",
                  address_rate: "unlimited", strict: true, \(options.landingMapping) },
                crm: { client: "acme", keys: "pk_crm_key", rate: "unlimited", address_rate: "unlimited" },
                beta: { client: "beta", keys: "pk_beta_key", origins: ["https://beta.example"], rate: "unlimited", address_rate: "unlimited" },
                gamma: { client: "gamma", keys: "pk_gamma_key", origins: ["https://gamma.example"], rate: "unlimited", address_rate: "unlimited" },
              },
              destinations: {
                "google-acme": { platform: "google_ads", client: "acme", account: "1234567890", conversion_actions: { "*": "987654321" },
                  credential: { client_id: "c", client_secret: { env: "S" }, refresh_token: { env: "R" }, token_endpoint: "\(sandbox)/token" },
                  endpoint: "\(sandbox)", click_age: "0s" },
                \(meta("acme", 11))\(meta("beta", 12))\(meta("gamma", 13))
              },
            }
            """
        let secrets = SecretReader(environment: { _ in "token" }, file: { _ in .missing("") })
        let report = ConfigurationReport(Array(text.utf8), secrets: secrets)
        return try #require(report.configuration, "\(report.mistakes)")
    }

    // MARK: What happens

    /// One lead as JSON.
    struct Lead {
        var group: String? = "pumps"
        var event: String
        var email: String
        var gclid: String? = nil
        var shownClickID: String? = nil
        var agent = "Mozilla/5.0 (Windows NT 10.0) Chrome/120.0"
        var consent = "granted"

        var json: JSON {
            var members: [JSON.Member] = [.init("event", "lead"), .init("event_id", .string(event))]
            if let group { members.append(.init("campaign_group", .string(group))) }
            members.append(.init("person", ["email": .string(email)]))
            if let gclid { members.append(.init("click", ["gclid": .string(gclid)])) }
            let query = (shownClickID ?? gclid).map { "?gclid=\($0)" } ?? ""
            members.append(.init("page", ["url": .string("https://www.acme.example/pumps" + query)]))
            members.append(.init("client", ["user_agent": .string(agent), "ip": "203.0.113.9"]))
            members.append(
                .init("consent", ["ad_user_data": .string(consent), "ad_personalization": .string(consent)]))
            return .object(members)
        }
    }

    private var count = 0

    /// Ordinary leads of a group, each changed as the test likes.
    func leads(_ number: Int, group: String? = "pumps", _ change: (Int, inout Lead) -> Void = { _, _ in }) -> [JSON] {
        (0..<number).map { index in
            count += 1
            var lead = Lead(group: group, event: "\(now.milliseconds)-\(count)", email: "p\(count)@example.org")
            lead.gclid = "Cj0KCQiA\(now.milliseconds)Abc\(count)"
            if index % 2 == 0 { lead.agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Safari/604.1" }
            change(index, &lead)
            return lead.json
        }
    }

    @discardableResult
    func post(
        _ events: [JSON], key: String = "pk_landing_key", origin: String? = nil,
        fields more: [(name: String, value: String)] = []
    ) throws -> Int {
        var fields = [(name: "Content-Type", value: "application/json")] + more
        if let origin { fields.append((name: "Origin", value: origin)) }
        let transfer = Transfer(
            "POST", "http://127.0.0.1:\(service.port)/v1/leads/\(key)", fields: fields, body: JSON.array(events).bytes)
        return try transfers.perform(transfer).get().status
    }

    /// What usually comes in such a time, but for some groups.
    func usual(except: Set<String> = []) throws {
        func some(_ number: Int, _ group: String, _ key: String) throws {
            if !except.contains(group) { try post(leads(number, group: group), key: key) }
        }
        try some(24, "pumps", "pk_landing_key")
        try some(16, "solar", "pk_landing_key")
        try some(12, "boilers", "pk_crm_key")
        try some(12, "stoves", "pk_crm_key")
        try some(14, "roofs", "pk_beta_key")
        try some(14, "windows", "pk_gamma_key")
    }

    /// Waits until everything is judged, and nothing that can be sent is left.
    func settle(delivered: Bool = true) throws {
        for _ in 0..<4000 {
            let books = ledger.books
            if books.total(.inbox) == 0,
                !delivered || books.destinations.allSatisfy({ books.total(.open, destination: $0) == 0 })
            {
                return
            }
            _ = ledger.inbox.waitForMore(after: ledger.inbox.serial, atMost: .milliseconds(5))
        }
        Issue.record("the relay does not come to rest")
    }

    /// Waits until the platforms have answered so many attempts of a kind since the window began.
    func answers(_ destination: String, atLeast number: Int, _ fits: (AnswerCount) -> Bool = { $0.ending != .skipped })
        throws
    {
        for _ in 0..<4000 {
            let found = try ledger.reader().answers(now - .hours(3)..<now + .hours(3))
            let count = found.filter { $0.destination == destination && fits($0) }.reduce(0) { $0 + $1.count }
            if count >= number { return }
            _ = ledger.inbox.waitForMore(after: ledger.inbox.serial, atMost: .milliseconds(5))
        }
        Issue.record("\(destination) does not answer")
    }

    /// Waits until a lane is held.
    func held(_ destination: String) {
        for _ in 0..<4000 {
            if ledger.deliveries.lane(destination)?.state == .held { return }
            _ = ledger.inbox.waitForMore(after: ledger.inbox.serial, atMost: .milliseconds(5))
        }
        Issue.record("\(destination) is not held")
    }

    func command(_ words: String...) throws -> (code: ExitCode, output: String, errors: String) { try command(words) }

    func command(_ words: [String]) throws -> (code: ExitCode, output: String, errors: String) {
        let terminal = TestTerminal(input: "", environment: ["LEADRELAY_SOCKET": folder.file("admin.sock")])
        let code = Command.run(words, terminal.terminal)
        return (code, terminal.output, terminal.errors)
    }

    /// Three days of ordinary traffic, as a database file that others begin with.
    static let history = Result<[UInt8], any Error> {
        let world = try ChecklistWorld(history: nil)
        for day in [3, 2, 1] {
            world.move(.zero - .days(day) - window / 2)
            try world.usual()
            try world.settle()
        }
        let file = world.folder.file("history.sqlite")
        _ = try world.ledger.reader().backup(to: file)
        return try #require(TestSupport.Files.contents(of: file))
    }
}
