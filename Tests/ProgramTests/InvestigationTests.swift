import Domain
import Monitoring
import Sandbox
import Service
import Store
import TestSupport
import Testing

@testable import CommandLine
@testable import leadrelay

@Suite(.serialized, .timeLimit(.minutes(Hanging.minutes))) struct `An investigation` {
    @Test func `tells what a platform refused, and how to send it again`() throws {
        let world = try ChecklistWorld(history: try ChecklistWorld.history.get())
        world.sandbox.faults {
            _ = $0.add(.init(.errorCode, on: .metaAds, code: "100/2804003", events: .init(id: "-")))
        }
        try world.post(world.leads(6))
        try world.post(world.leads(2) { $1.email = "nonsense" })
        try world.settle()
        try world.answers("meta-acme", atLeast: 6) { $0.ending == .rejected }
        let found = try world.command("investigate", "--from", "30m", "--client", "acme", "--group", "pumps")
        #expect(found.code == .good, "\(found.errors)")
        for words in [
            "6 leads came", "6 of 12 deliveries are affected", "Yes: the books balance",
            "6 deliveries can be sent again",
            "rejected", "100/2804003", "leadrelay replay --destination meta-acme",
        ] {
            #expect(found.output.contains(words), "\(words)\n\(found.output)")
        }
        // The line that it gives is one that can be typed.
        let line = try #require(found.output.split(separator: "\n").first { $0.contains("leadrelay replay") })
        let words = line.split(separator: " ").dropFirst().map { $0.filter { $0 != "'" } }
        let replay = try world.command(words)
        #expect(
            replay.code == .good && replay.output.contains("6 would go out again"), "\(replay.output)\(replay.errors)")
        let client = try world.command("investigate", "--from", "30m", "--client", "acme")
        #expect(client.output.contains("2 events are in quarantine"), "\(client.output)")
        #expect(try world.command("investigate").code == .wrongUsage)
        #expect(try world.command("investigate", "A99").errors.contains("no alert A99"))
    }

    @Test func `follows an alert from its proof to its post-mortem and the week's report`() throws {
        let world = try ChecklistWorld(history: try ChecklistWorld.history.get())
        world.move(.zero)
        let runner = world.service.checks.runner
        runner.watch()
        world.sandbox.landingPage.withLock { $0.status = 404 }
        try world.usual(except: ["pumps"])
        try world.settle()
        let marker = try world.command("marker", "add", "--kind", "deploy", "page", "4.2")
        #expect(marker.code == .good && marker.output.contains("page 4.2"))
        // A suspicion, and what is seen proves it: nobody waits for statistics.
        let scope = AlertScope.group(client: "acme", group: "pumps")
        let suspicion = Finding(
            .missingLeads, scope, .warning, began: world.now - .minutes(1), sentence: "A silence.", expected: 3,
            observed: 0)
        #expect(runner.examine(suspicion).cause?.item == .pageDown)
        // The monitor's own alerts stand beside it: the world's clock was moved by more than a day.
        let opened = { world.ledger.openAlerts.filter { $0.key == suspicion.key } }
        let alert = try #require(opened().first)
        #expect(alert.finding.sentence.contains("404"))
        // While it lasts, it stays one alert; when the page is back, the same look ends it.
        _ = runner.examine(alert.finding)
        #expect(opened().map(\.id) == [alert.id])
        let shown = try world.command("alert", "checklist", "\(alert.id)")
        #expect(
            shown.code == .good && shown.output.contains("3 landing page down (client)"),
            "\(shown.output)\(shown.errors)")
        _ = try world.ledger.command(.judge(.client, cause: "page_down"), alert.id, by: "eva")
        _ = try world.ledger.command(.resolve(reason: "The page is back."), alert.id, by: "eva")
        let text = try world.command("alert", "postmortem", "\(alert.id)").output
        for words in ["# \(alert.id): landing page down", "page 4.2", "client, landing page down", "The page is back."]
        {
            #expect(text.contains(words), "\(words)\n\(text)")
        }
        let today = "\(world.now.rfc3339.prefix(10))"
        let report = try world.command("report", "--client", "acme", "--week", today)
        #expect(report.code == .good, "\(report.errors)")
        // People have judged it, so it counts although the monitor may have found by now that it is part of a wider
        // silence.
        for words in [
            "It shows acme only.", "1 × landing page down (the client's): confirmed by a person",
            "No leads: pumps (acme).",
            "MTTA", "Alerts by tool (internal)",
        ] {
            #expect(report.output.contains(words), "\(words)\n\(report.output)")
        }
        let clients = try world.command(
            "report", "--client", "acme", "--week", today, "--for", "client")
        #expect(
            clients.code == .good && clients.output.contains("confirmed by a person")
                && !clients.output.contains("MTTA"))
        #expect(
            try world.command("report", "--week", today, "--for", "client").errors.contains(
                "is for none of them"))
        #expect(
            try world.command("report", "--week", today, "--html").output.hasPrefix("<!DOCTYPE html>"))
        #expect(try world.command("report", "--week", "soon").code == .notGood)
    }

    @Test func `ends an alert that a proof has opened when the fault is gone`() throws {
        let world = try ChecklistWorld(history: try ChecklistWorld.history.get())
        world.move(.zero)
        let runner = world.service.checks.runner
        runner.watch()
        world.sandbox.landingPage.withLock { $0.status = 503 }
        let scope = AlertScope.group(client: "acme", group: "pumps")
        let suspicion = Finding(
            .missingLeads, scope, .warning, began: world.now - .minutes(1), sentence: "A silence.", expected: 3,
            observed: 0)
        runner.examine(suspicion)
        let opened = { world.ledger.openAlerts.filter { $0.key == suspicion.key } }
        let alert = try #require(opened().first)
        world.sandbox.landingPage.withLock { $0.status = 200 }
        runner.examine(alert.finding)
        #expect(opened().isEmpty)
        let story = try #require(try world.ledger.reader().alertStory(alert.id))
        #expect(story.alert.resolution?.how == .evidence)
        #expect(story.events.contains { $0.kind == .investigated && $0.text.contains("landing page down") })
    }

    @Test func `takes what an ads account says`() throws {
        let world = try ChecklistWorld(history: nil)
        #expect(try world.command("facts", "ads", "acme", "--status", "paused", "--spend", "12.5").code == .good)
        let facts = try world.ledger.reader().ads(client: "acme", group: "pumps")
        #expect(facts?.status == .paused && facts?.spend == 12.5)
        #expect(
            try world.command("facts", "ads", "acne", "--status", "paused").errors.contains(
                "Did you mean \"acme\"?"))
        #expect(
            try world.command("facts", "ads", "acme", "--status", "fine").errors.contains(
                "must be one of"))
        // A question with a slip in it is not answered as another one.
        let client = AdminClient(socket: world.folder.file("admin.sock"))
        for (path, words) in [
            ("/api/leads?limt=5", "There is no query parameter \"limt\" here. Did you mean \"limit\"?"),
            ("/api/status?x=1", "There is no query parameter \"x\" here. None is possible."),
        ] {
            #expect(throws: (any Error).self) { try client.call("GET", path) }
            do { _ = try client.call("GET", path) } catch {
                #expect((error as? Failure)?.message.contains(words) == true, "\(error)")
            }
        }
        #expect(try client.call("GET", "/api/alerts?limit=5&state=all")["alerts"] != nil)
    }
}

@Suite struct `A test lead of the relay's own` {
    @Test func `takes the way of all leads and leaves nothing behind`() throws {
        let world = try ChecklistWorld(history: nil)
        let before = world.ledger.books
        let facts = world.service.checks.synthetic("landing")
        #expect(facts?.end == .judged)
        #expect(world.service.checks.synthetic("crm")?.end == .judged)
        // Who waits is told before the books are brought up to date.
        try world.settle()
        #expect(world.ledger.books.total(.received) == before.total(.received))
        #expect(try world.ledger.reader().audit().isBalanced)
        #expect(try world.ledger.reader().intake(.start - .days(9)..<world.now + .days(1)).isEmpty)
        #expect(try !world.command("status").output.contains("~"))
    }

    /// A field that makes leads vanish would be a way to harm a client.
    @Test(arguments: ["", "00", String(repeating: "a", count: 64), "zz"])
    func `cannot be pretended by anybody else`(value: String) throws {
        let world = try ChecklistWorld(history: nil)
        let status = try world.post(world.leads(1), fields: [(name: "X-LeadRelay-Synthetic", value: value)])
        #expect(status == 403)
        #expect(world.ledger.books.total(.received) == 0)
    }
}
