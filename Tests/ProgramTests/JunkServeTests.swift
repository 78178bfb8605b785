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
@testable import Intake
@testable import leadrelay

/// Junk, from the post to the page, with the providers' imitations.
@Suite(.timeLimit(.minutes(Hanging.minutes))) struct `Junk at a running relay` {
    private final class World {
        let stage: ConsoleStage
        let server: Server
        init(_ junk: String) throws {
            let sandbox = Sandbox()
            server = try sandbox.serve([.tcp(host: "127.0.0.1", port: 0)])
            let place = "http://127.0.0.1:\(server.port)"
            stage = try ConsoleStage(source: "junk: \(junk.replacing("SANDBOX", with: place)),")
        }
        deinit { server.drain(within: .seconds(1)) }

        func lead(_ signals: String) throws -> String {
            try stage.post("{\"person\":{\"email\":\"j@example.com\"},\"signals\":{\(signals)}}")
        }

        /// Waits until the event has left the inbox, and answers its document.
        func judged(_ id: String) throws -> JSON {
            try stage.settle()
            return try stage.adminClient.call("GET", "/api/leads/\(id)")
        }
    }

    private static let turnstile =
        "{ action: \"ACTION\", turnstile: { secret: { env: \"T\" }, endpoint: \"SANDBOX/turnstile/v0/siteverify\" } }"

    @Test func `tokens are asked about after the acknowledgement`() throws {
        let world = try World(Self.turnstile.replacing("ACTION", with: "mark"))
        let person = try world.judged(try world.lead("\"turnstile\":\"person-1\""))
        #expect(person["state"] == "lead" && person["junk"] == .null)
        let program = try world.judged(try world.lead("\"turnstile\":\"bot-1\""))
        #expect(program["junk"]?["signs"] == ["turnstile"])
        #expect(
            !program.text.contains("\"turnstile\":\"bot-1\"") || program["payload"]?.text.contains("bot-1") == false)
        let without = try world.judged(try world.lead(""))
        #expect(without["junk"]?["signs"] == ["turnstile"])
        let list = world.stage.command("status").output
        #expect(list.contains("acme-page: of 3 leads in 7 days: 67 % look like junk"), "\(list)")
    }

    @Test func `a source may hold it for a click, and a person's release counts`() throws {
        let world = try World(Self.turnstile.replacing("ACTION", with: "hold"))
        let id = try world.lead("\"turnstile\":\"bot-1\"")
        let held = try world.judged(id)
        #expect(held["state"] == "open" && held["reason"] == "junk")
        #expect(world.stage.command("quarantine", "release", id).code == .good)
        let released = try world.judged(id)
        #expect(released["state"] == "lead" && released["junk"] == .null)
    }

    @Test func `a provider that does not answer keeps no lead longer than it may`() throws {
        let world = try World(Self.turnstile.replacing("ACTION", with: "discard"))
        let id = try world.lead("\"turnstile\":\"broken-1\"")
        // The lead waits in the inbox; then its patience is over.
        let waiting = try world.stage.adminClient.call("GET", "/api/leads/\(id)")
        #expect(waiting["state"] == "inbox")
        world.stage.pass(TokenChecks.patience + .seconds(1))
        #expect(try world.judged(id)["state"] == "lead")
    }

    @Test func `a person tells a lead to be junk on its page, by command and by API`() throws {
        let world = try World("\"off\"")
        let id = try world.lead("\"honeypot\":\"x\"")
        #expect(try world.judged(id)["junk"] == .null)
        let browser = try world.stage.browser("ann")
        let page = try browser.get("/lead/\(id)").text
        #expect(page.contains("action=\"/lead/\(id)/junk\""))
        #expect(try browser.post("/lead/\(id)/junk", [("note", "wrong number")]).status == 303)
        let told = try browser.get("/lead/\(id)").text
        #expect(told.contains("Told to be junk") && told.contains("wrong number") && told.contains("No junk after all"))
        let undone = world.stage.command("lead", "junk", id, "--undo")
        #expect(undone.output == "\(id) is no longer marked as junk\n")
        #expect(try world.judged(id)["junk"] == .null)
        #expect(world.stage.command("lead", "junk", id, "--note", "again").code == .good)
        #expect(world.stage.command("lead", "show", id).output.contains("told to be junk"))
        // Who may only look may not.
        let viewer = try world.stage.browser("vic")
        #expect(try viewer.post("/lead/\(id)/junk").status == 403)
    }

    @Test func `the sources' page and the API show what is unusual`() throws {
        let world = try World("{ honeypot: \"website\" }")
        _ = try world.judged(try world.lead("\"honeypot\":\"x\""))
        _ = try world.stage.post(#"{"click":{"gclid":"EAIaIQob"}}"#)
        try world.stage.settle()
        let figures = try world.stage.adminClient.call("GET", "/api/sources")
        let source = figures["sources"]?.array?.first { $0["name"] == "acme-page" }
        #expect(source?["junk"]?["count"]?.integer == 1)
        #expect(source?["without_contact"]?["share"] == .number("0.5"), "\(figures)")
        let browser = try world.stage.browser("ann")
        let page = try browser.get("/sources").text
        for words in [
            "acme-page", "Leads without e-mail address and telephone number", "50 %", "Events that look like junk",
        ] {
            #expect(page.contains(words), "\(page)")
        }
        #expect(try browser.get("/sources?days=0").status == 400)
        // A viewer sees the sources of its own client.
        let viewer = try world.stage.browser("vic")
        #expect(try !viewer.get("/sources").text.contains("globex-page"))
    }
}
