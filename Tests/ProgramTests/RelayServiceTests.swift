import Curl
import Domain
import Forwarding
import Service
import Store
import TestSupport
import Testing

@testable import API
@testable import CommandLine
@testable import Configuration
@testable import leadrelay

/// The whole program in this process: real file, real sockets, commands over the admin socket.
@Suite(.timeLimit(.minutes(Hanging.minutes))) struct `The running relay` {
    @Test func `takes a lead, judges it, and tells its story`() throws {
        let stage = try RelayStage()
        let id = try stage.post(#"{"event_id":"a","person":{"email":"eva@example.org"}}"#)
        try stage.settle()
        let again = try stage.post(#"{"event_id":"a"}"#)
        try stage.settle()
        let story = try stage.command("lead", "show", id)
        #expect(story.code == .good)
        #expect(story.output.contains("state         lead"))
        #expect(story.output.contains("posted again  \(again)"))
        #expect(story.output.contains("eva@example.org"))
        #expect(try stage.command("lead", "show", again).output.contains("duplicate of  \(id)"))
        let missing = try stage.command("lead", "show", "0000000000001")
        #expect(missing.code == .notGood)
        #expect(missing.errors.contains("There is no event with this id"))
    }

    @Test func `names the other leads that came under the same id`() throws {
        let stage = try RelayStage()
        let earlier = try stage.post(#"{"event_id":"a","person":{"email":"eva@example.org"}}"#)
        try stage.settle()
        let later = try stage.post(#"{"event_id":"a","person":{"email":"tom@example.org"}}"#)
        try stage.settle()
        #expect(
            try stage.command("lead", "show", later).output.contains(
                "earlier       \(earlier) had this id before: this is another lead\n"))
        #expect(
            try stage.command("lead", "show", earlier).output.contains(
                "later         \(later) has this id, too: it is another lead\n"))
    }

    @Test func `shows its books, which balance`() throws {
        let stage = try RelayStage()
        _ = try stage.post(#"[{"event_id":"a"},{"event_id":"a"},{"value":1}]"#)
        try stage.settle()
        let status = try stage.command("status", "--json")
        #expect(status.code == .good)
        let source = try #require(try JSON(parsing: Array(status.output.utf8))["sources"]?[0])
        for (name, count) in [("received", 3), ("inbox", 0), ("lead", 1), ("duplicate", 1), ("quarantined", 1)] {
            #expect(source[name]?.integer == Int64(count), "\(name)")
        }
        #expect(try stage.command("status").output.contains("page"))
        let audit = try stage.command("audit")
        #expect(audit.code == .good)
        #expect(audit.output.contains("The books balance."))
    }

    @Test func `repairs, releases and discards what is in quarantine`() throws {
        let stage = try RelayStage()
        let broken = try stage.post(#"{"event_id":"a","value":"x"}"#)
        let nothing = try stage.post("{}")
        let junk = try stage.post("not json")
        try stage.settle()
        let groups = try stage.command("quarantine", "list")
        for reason in ["wrong_type", "missing", "unreadable"] { #expect(groups.output.contains(reason)) }
        #expect(try stage.command("quarantine", "list", "--reason", "missing").output.contains(nothing))
        #expect(try !stage.command("quarantine", "list", "--reason", "missing").output.contains(broken))
        #expect(try stage.command("quarantine", "show", broken).output.contains("value must be a number"))

        let half = try stage.command("quarantine", "fix", broken, "--set", "/value=12.50", "--release")
        #expect(half.code == .notGood)
        #expect(half.output.contains("still wrong: /currency missing"))
        let fixed = try stage.command("quarantine", "fix", broken, "--set", "/currency=EUR", "--release")
        #expect(fixed.code == .good)
        #expect(fixed.output.contains("released"))
        try stage.settle()
        #expect(try stage.command("lead", "show", broken).output.contains("state         lead"))
        // The whole event from standard input, for what cannot be edited in place.
        #expect(try stage.command("quarantine", "fix", junk, "--set", "/event_id=b").errors.contains("cannot be read"))
        #expect(try stage.command("quarantine", "fix", junk, input: #"{"event_id":"b"}"#).code == .good)
        #expect(try stage.command("quarantine", "release", junk).output == "released: 1\n")
        let discarded = try stage.command("quarantine", "discard", "--reason", "missing", "--note", "a test")
        #expect(discarded.output == "discarded: 1\n")
        let late = try stage.command("quarantine", "discard", nothing)
        #expect(late.code == .notGood)
        #expect(late.errors.contains("\(nothing) is not in quarantine"))
        #expect(
            try stage.command("quarantine", "fix", nothing, "--set", "/event_id=c").errors.contains("discarded already")
        )
        try stage.settle()
        #expect(try stage.command("quarantine", "list").output == "the quarantine is empty\n")
        #expect(try stage.command("audit").code == .good)
    }

    @Test func `repairs a form by its fields`() throws {
        let stage = try RelayStage()
        let id = try stage.post(
            "email=nonsense&event_id=f", type: "application/x-www-form-urlencoded")
        try stage.settle()
        let fixed = try stage.command(
            "quarantine", "fix", id, "--set", "/person/email=eva@example.org", "--release")
        #expect(fixed.output == "\(id): kept the copy and released it\n")
        try stage.settle()
        #expect(try stage.command("lead", "show", id).output.contains("event id      f"))
    }

    @Test(arguments: [
        (#"{"order":"o1","mail":"nonsense","total":"12.50","unit":"EUR"}"#, "application/json"),
        ("order=o1&mail=nonsense&total=12.50&unit=EUR", "application/x-www-form-urlencoded"),
    ])
    func `repairs what a source with a mapping has sent, and does not map it again`(body: String, type: String) throws {
        let stage = try RelayStage()
        let mapping = """
            page: { keys: "pk_page_key", rate: "unlimited", address_rate: "unlimited", mapping: [
              { to: "/event_id", from: "order" }, { to: "/person/email", from: "mail" }, { to: "/value", from: "total" },
              { to: "/currency", from: "unit" } ] }
            """
        try stage.service.reload(try stage.configuration(sources: mapping))
        let ids = try [stage.post(body, type: type), stage.post(body, type: type)]
        try stage.settle()
        #expect(try stage.command("quarantine", "show", ids[0]).output.contains("email"))
        let fixed = try stage.command(
            "quarantine", "fix", ids[0], "--set", "/person/email=eva@example.org", "--release")
        #expect(fixed.output == "\(ids[0]): kept the copy and released it\n")
        let whole = try stage.command(
            "quarantine", "fix", ids[1], "--release", input: #"{"event_id":"o2","person":{"email":"eva@example.org"}}"#)
        #expect(whole.output == "\(ids[1]): kept the copy and released it\n")
        try stage.settle()
        let story = try stage.command("lead", "show", ids[0]).output
        for text in ["state         lead", "event id      o1", "eva@example.org", "12.50"] {
            #expect(story.contains(text), "\(text)")
        }
        #expect(try stage.command("lead", "show", ids[1]).output.contains("event id      o2"))
    }

    @Test func `pauses and resumes a destination`() throws {
        let stage = try RelayStage()
        #expect(try stage.command("destination", "pause", "meta", "--reason", "moving").output == "meta is paused\n")
        let list = try stage.command("destination", "list")
        #expect(list.output.contains("paused") && list.output.contains("moving"))
        #expect(try stage.command("destination", "resume", "meta").output == "meta is running\n")
        let unknown = try stage.command("destination", "pause", "mete")
        #expect(unknown.code == .notGood)
        #expect(unknown.errors.contains("Did you mean \"meta\"?"))
    }

    @Test func `makes a verified backup and never overwrites`() throws {
        let stage = try RelayStage()
        _ = try stage.post(#"{"event_id":"a"}"#)
        let file = stage.folder.file("backup.sqlite")
        let backup = try stage.command("backup", file)
        #expect(backup.code == .good)
        #expect(backup.output.contains("sound, books balanced"))
        #expect((Files.size(of: file) ?? 0) > 0)
        let again = try stage.command("backup", file)
        #expect(again.code == .notGood)
        #expect(again.errors.contains("exists already"))
    }

    @Test func `tells its health and its metrics`() throws {
        let stage = try RelayStage()
        _ = try stage.post("{}")
        try stage.settle()
        #expect(try stage.status(of: "pk_nobodys_key") == 401)
        #expect(try stage.post("/v1/leads/pk_page_key", [("Content-Type", "image/png")], [1]).status == 415)
        #expect(try stage.get("/healthz").status == 200)
        #expect(try stage.get("/readyz").status == 200)
        let metrics = try stage.get("/metrics")
        #expect(metrics.field("content-type") == "text/plain; version=0.0.4; charset=utf-8")
        let text = String(decoding: metrics.body, as: UTF8.self)
        #expect(text.contains("leadrelay_intake_events_total{source=\"page\"} 1\n"))
        #expect(text.contains("leadrelay_intake_refused_total{source=\"\",type=\"key-unknown\"} 1\n"))
        #expect(
            text.contains("leadrelay_intake_refused_total{source=\"page\",type=\"media-type-not-supported\"} 1\n"))
        #expect(text.contains("leadrelay_config_last_reload_successful 1\n"))
        #expect(text.contains("leadrelay_lane_state{destination=\"meta\",state=\"running\"} 1\n"))
        #expect(try stage.get("/").field("location") == "/login")
        #expect(try stage.get("/style.css").field("content-type") == "text/css; charset=utf-8")
        #expect(try stage.get("/nothing").status == 404)
        // Draining is the first thing that a load balancer must hear of.
        stage.service.relay.health.startDraining()
        let notReady = try stage.get("/readyz")
        #expect(notReady.status == 503)
        #expect(String(decoding: notReady.body, as: UTF8.self) == "the relay is stopping\n")
        #expect(try stage.get("/healthz").status == 200)
        #expect(try stage.command("status").code == .notGood)
    }

    @Test func `follows a new configuration without a restart`() throws {
        let stage = try RelayStage()
        #expect(try stage.status(of: "pk_second_key") == 401)
        try stage.service.reload(
            try stage.configuration(sources: #"second: { keys: "pk_second_key" }"#, destinations: ["meta", "third"]))
        #expect(try stage.status(of: "pk_second_key") == 202)
        #expect(try stage.status(of: "pk_page_key") == 401)
        try stage.settle()
        #expect(try stage.command("destination", "list").output.contains("third"))
        #expect(stage.service.relay.dispatcher.lanes.map(\.destination).sorted() == ["meta", "third"])
    }

    @Test func `refuses a database that another relay uses`() throws {
        let stage = try RelayStage()
        let configuration = try stage.configuration()
        #expect {
            try RelayService(configuration, clock: .system, log: .silent)
        } throws: { error in
            (error as? Failure)?.message.contains("another relay is using") == true
        }
        #expect(try stage.status(of: "pk_page_key") == 202)
    }

    @Test func `says in plain words why it does not start`() throws {
        let folder = TemporaryFolder()
        let terminal = TestTerminal()
        let file = folder.file("relay.json5")
        func start(_ text: String) -> String {
            writeText(text, to: file)
            let report = ConfigurationReport(file: file)
            do {
                _ = try RelayService(try #require(report.configuration), clock: .system, log: .silent)
                return "it started"
            } catch {
                return (error as? Failure)?.message ?? "\(error)"
            }
        }
        _ = terminal
        let socket = folder.file("admin.sock")
        #expect(
            start("{ database: '/nowhere/at/all.sqlite', admin_socket: '\(socket)' }").contains("Does the folder exist")
        )
        writeText("not a database, but long enough to be looked at as one", to: folder.file("text"))
        #expect(
            start("{ database: '\(folder.file("text"))', admin_socket: '\(socket)' }").contains(
                "it is no SQLite database"))
        #expect(!Files.exists(folder.file("text.lock")))
        let database = folder.file("leads.sqlite")
        #expect(
            start("{ database: '\(database)', admin_socket: '/nowhere/admin.sock' }").contains(
                "admin socket cannot be opened"))
        #expect(
            start("{ database: '\(database)', admin_socket: '\(socket)', listen: 'no.such.host.invalid:1' }").contains(
                "no.such.host.invalid"))
    }
}

/// A relay of its own for one test, in a folder of its own. Its platform does not answer.
final class RelayStage {
    let folder = TemporaryFolder()
    let service: RelayService
    private let transfers = Transfers(userAgent: "test")
    private let extra: String

    private let environment: [String: String]

    /// `environment`: secrets by their names; all others are `token`.
    init(extra: String = "", environment: [String: String] = [:]) throws {
        self.extra = extra
        self.environment = environment
        service = try RelayService(
            try Self.configuration(folder, extra, environment, sources: Self.page, destinations: ["meta"]),
            clock: .system,
            log: .silent)
    }

    deinit {
        service.stop()
        transfers.stop()
    }

    private static let page =
        #"page: { keys: "pk_page_key", strict: true, rate: "unlimited", address_rate: "unlimited" }"#

    func configuration(sources: String = page, destinations: [String] = ["meta"]) throws -> Configuration {
        try Self.configuration(folder, extra, environment, sources: sources, destinations: destinations)
    }

    private static func configuration(
        _ folder: TemporaryFolder, _ extra: String, _ environment: [String: String], sources: String,
        destinations: [String]
    ) throws -> Configuration {
        let lanes = destinations.map { name in
            #"\#(name): { platform: "meta_ads", pixel: "1", access_token: { env: "T" }, endpoint: "http://127.0.0.1:9" },"#
        }
        let text = """
            { listen: "127.0.0.1:0", database: "\(folder.file("leads.sqlite"))", admin_socket: "\(folder.file("admin.sock"))", \(extra)
              limits: { drain: "1s" }, sources: { \(sources) }, destinations: { \(lanes.joined()) } }
            """
        let secrets = SecretReader(environment: { environment[$0] ?? "token" }, file: { _ in .missing("") })
        let report = ConfigurationReport(Array(text.utf8), secrets: secrets)
        return try #require(report.configuration, "\(report.mistakes)")
    }

    // MARK: HTTP

    private func send(_ transfer: Transfer) throws -> Answer { try transfers.perform(transfer).get() }
    private func url(_ path: String) -> String { "http://127.0.0.1:\(service.port)\(path)" }

    func get(_ path: String, _ fields: KeyValuePairs<String, String> = [:]) throws -> Answer {
        try send(Transfer("GET", url(path), fields: fields.map { ($0.key, $0.value) }))
    }

    /// Posts and answers the (first) id.
    func post(_ body: String, type: String = "application/json") throws -> String {
        let answer = try send(
            Transfer("POST", url("/v1/leads/pk_page_key"), fields: [("Content-Type", type)], body: Array(body.utf8)))
        #expect(answer.status == 202)
        let document = try JSON(parsing: answer.body)
        return try #require(document["id"]?.string ?? document["ids"]?[0]?.string)
    }

    func post(_ path: String, _ fields: [(name: String, value: String)], _ body: [UInt8]) throws -> Answer {
        try send(Transfer("POST", url(path), fields: fields, body: body))
    }

    func status(of key: String) throws -> Int {
        let event = Array(#"{"event_id":"reload"}"#.utf8)
        return try send(
            Transfer("POST", url("/v1/leads/\(key)"), fields: [("Content-Type", "application/json")], body: event)
        ).status
    }

    /// Waits until the validator has emptied the inbox.
    func settle() throws {
        for _ in 0..<2000 {
            let ledger = service.relay.ledger
            if ledger.books.total(.inbox) == 0, ledger.books.total(.received) > 0 { return }
            _ = ledger.inbox.waitForMore(after: ledger.inbox.serial, atMost: .milliseconds(5))
        }
        Issue.record("the inbox does not get empty")
    }

    // MARK: Commands

    func command(_ words: String..., input: String = "") throws -> (code: ExitCode, output: String, errors: String) {
        let terminal = TestTerminal(input: input, environment: ["LEADRELAY_SOCKET": folder.file("admin.sock")])
        let code = Command.run(words, terminal.terminal)
        return (code, terminal.output, terminal.errors)
    }
}
