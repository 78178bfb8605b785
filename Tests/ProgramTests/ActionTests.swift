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

/// What the relay does by itself, over its store and its API.
@Suite(.timeLimit(.minutes(Hanging.minutes))) struct `Actions` {
    private static let finding = Finding(
        .forwardingFailing, .destination("acme-meta"), .critical, began: .start, sentence: "nothing arrives",
        client: "acme")
    private static let over = Observation.recovered(
        key: finding.key, ended: .start + .minutes(5), reason: "it arrives again")

    private static func stage(_ actions: String) throws -> ConsoleStage {
        let stage = try ConsoleStage(extra: "actions: { \(actions) },")
        stage.clock.withLock { $0 = (Instant.start + .minutes(10)).milliseconds }
        return stage
    }

    private static func lane(_ stage: ConsoleStage) -> String? {
        stage.service.relay.ledger.deliveries.lane("acme-meta")?.state.rawValue
    }

    private static func notes(_ stage: ConsoleStage, _ id: AlertID) throws -> [String] {
        try stage.service.relay.ledger.reader().alertStory(id)?.events.filter { $0.kind == .noted }.map(\.text) ?? []
    }

    @Test func `pause when an alert opens and resume when it is over, each once, audited and told`() throws {
        let stage = try Self.stage(
            """
            hold: { on: "opened", kinds: "forwarding_failing", do: { pause: "acme-meta" } },
            go: { on: "closed", kinds: "forwarding_failing", do: { resume: "acme-meta" } }
            """)
        let ledger = stage.service.relay.ledger
        let id = try #require(try ledger.alerts.observe([.problem(Self.finding)]).changed.first?.id)
        for _ in 0..<3 { stage.service.actions.runAll() }
        #expect(Self.lane(stage) == "paused")
        #expect(try Self.notes(stage, id) == ["The action hold has paused acme-meta."])
        // Saying it again is no reason to do it again.
        _ = try ledger.alerts.observe([.problem(Self.finding)])
        stage.service.actions.runAll()
        _ = try ledger.alerts.observe([Self.over])
        stage.service.actions.runAll()
        #expect(Self.lane(stage) == "running")
        #expect(try Self.notes(stage, id).count == 2)
        let log = try stage.adminClient.call("GET", "/api/audit-log")
        let actors = (log["entries"]?.array ?? []).compactMap { $0["actor"]?.string }.filter { $0.hasPrefix("action") }
        #expect(actors.sorted() == ["action go", "action hold"])
        let list = try stage.adminClient.call("GET", "/api/actions")
        #expect(list["runs"]?.array?.compactMap { $0["state"]?.string } == ["done", "done"])
    }

    @Test func `resume nothing that somebody else has stopped`() throws {
        let stage = try Self.stage(#"go: { on: "closed", do: { resume: "acme-meta" } }"#)
        let ledger = stage.service.relay.ledger
        _ = try stage.adminClient.call("POST", "/api/destinations/acme-meta/pause", ["reason": "a new pixel"])
        let id = try #require(try ledger.alerts.observe([.problem(Self.finding)]).changed.first?.id)
        _ = try ledger.alerts.observe([Self.over])
        stage.service.actions.runAll()
        #expect(Self.lane(stage) == "paused")
        #expect(try Self.notes(stage, id) == ["The action go has left acme-meta paused, for no action has paused it."])
    }

    @Test func `that fail are tried again, then told, and stop`() throws {
        let stage = try Self.stage(
            """
            call: { on: "opened", do: { webhook: { url: "http://127.0.0.1:9/x", secret: { env: "W" } } } }
            """)
        let id = try #require(
            try stage.service.relay.ledger.alerts.observe([.problem(Self.finding)]).changed.first?.id)
        for _ in 0..<6 { stage.service.actions.runAll() }
        let notes = try Self.notes(stage, id)
        #expect(notes.count == 1 && notes[0].hasPrefix("The action call has failed 3 times: not reached"), "\(notes)")
        #expect(try stage.service.relay.ledger.reader().dueActions(limit: 10).isEmpty)
    }

    @Test func `call a signed webhook with the alert`() throws {
        let sandbox = Sandbox()
        let server = try sandbox.serve([.tcp(host: "127.0.0.1", port: 0)])
        defer { server.drain(within: .zero) }
        let stage = try Self.stage(
            """
            call: { on: ["opened", "acknowledged"],
              do: { webhook: { url: "http://127.0.0.1:\(server.port)/alert-webhook/x", secret: { env: "W" } } } }
            """)
        stage.clock.withLock { $0 = Clock.system.milliseconds() }
        let ledger = stage.service.relay.ledger
        let id = try #require(try ledger.alerts.observe([.problem(Self.finding)]).changed.first?.id)
        _ = try ledger.alerts.command(.acknowledge(), id, by: "eva")
        stage.service.actions.runAll()
        let types = sandbox.channels.webhooks.map { $0["type"]?.string }
        #expect(types == ["alert.opened", "alert.updated"])
        #expect(sandbox.channels.webhooks.first?["data"]?["alerts"]?[0]?["id"] == .string(id.description))
    }

    @Test func `are bounded, and that is told`() throws {
        let stage = try Self.stage(#"hold: { on: "acknowledged", at_most: 2, do: { pause: "acme-meta" } }"#)
        let ledger = stage.service.relay.ledger
        for number in 0..<4 {
            var finding = Self.finding
            finding.key += " \(number)"
            let id = try #require(try ledger.alerts.observe([.problem(finding)]).changed.first?.id)
            _ = try ledger.alerts.command(.acknowledge(), id, by: "eva")
        }
        stage.service.actions.runAll()
        let runs = try ledger.reader().actionRuns(since: .start)
        #expect(runs.map(\.state).filter { $0 == .done }.count == 2 && runs.filter { $0.state == .skipped }.count == 2)
        #expect(
            runs.filter { $0.state == .skipped }.allSatisfy { $0.detail == "it has been done 2 times within an hour" })
    }

    @Test func `can be tried, and then nothing is done`() throws {
        let stage = try Self.stage(
            """
            hold: { on: "opened", do: { pause: "acme-meta" } },
            again: { on: "closed", do: { replay: { destination: "acme-meta", limit: 10 } } },
            other: { on: "opened", clients: "globex", do: "probe" }
            """)
        // What is due stays due.
        stage.service.actions.stop()
        let id = try #require(
            try stage.service.relay.ledger.alerts.observe([.problem(Self.finding)]).changed.first?.id)
        let hold = try stage.adminClient.call("POST", "/api/actions/hold/try", ["alert": .string(id.description)])
        #expect(hold["would"] == true && hold["does"] == "paused acme-meta")
        let again = try stage.adminClient.call("POST", "/api/actions/again/try", ["alert": .string(id.description)])
        #expect(again["would"] == false && again["replay"]?["again"] == 0)
        let other = try stage.adminClient.call("POST", "/api/actions/other/try", ["alert": .string(id.description)])
        #expect(other["would"] == false)
        #expect(Self.lane(stage) == "running")
        #expect(throws: Failure.self) { try stage.adminClient.call("POST", "/api/actions/hodl/try", ["alert": "A1"]) }
    }

    static let mistakes: [(String, String)] = [
        (#"{ do: "probe" }"#, "actions.a.on"), (#"{ on: "opened" }"#, "actions.a.do"),
        (#"{ on: "open", do: "probe" }"#, "actions.a.on"),
        (#"{ on: "opened", do: { pause: "acme-mta" } }"#, "did you mean \"acme-meta\""),
        (#"{ on: "opened", do: { pause: "acme-meta", resume: "acme-meta" } }"#, "names one thing"),
        (#"{ on: "cause_found", do: "probe" }"#, "would cause the next one"),
        (#"{ on: "cause_found", causes: "page_dwn", do: { pause: "acme-meta" } }"#, "did you mean \"page_down\""),
        (#"{ on: "closed", do: { replay: { destination: "acme-meta", limit: 0 } } }"#, "actions.a.do.replay.limit"),
        (#"{ on: "opened", do: "probe", at_most: 0 }"#, "actions.a.at_most"),
    ]
    @Test(arguments: mistakes)
    func `with mistakes are refused by their place`(_ action: String, _ words: String) {
        let text = """
            { clients: { acme: {} }, destinations: { "acme-meta": { client: "acme", platform: "meta_ads", pixel: "1", access_token: { env: "T" } } },
              actions: { a: \(action) } }
            """
        let secrets = SecretReader(environment: { _ in "secret" }, file: { _ in .missing("") })
        let found = ConfigurationReport(Array(text.utf8), secrets: secrets).mistakes.map { "\($0.path) \($0.message)" }
        #expect(found.contains { $0.contains(words) }, "\(found)")
    }
}
