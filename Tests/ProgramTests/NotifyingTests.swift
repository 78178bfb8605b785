import Curl
import Domain
import HTTP
import Monitoring
import Sandbox
import Service
import Store
import TestSupport
import Testing

@testable import API
@testable import CommandLine
@testable import leadrelay

/// The whole program in this process, a Slack beside it.
@Suite(.timeLimit(.minutes(Hanging.minutes))) struct `People and the running relay` {
    @Test func `are told by a watcher outside when the relay falls silent, because it pings while all is well`() throws
    {
        let stage = try Stage()
        #expect(stage.wait { $0.pings.count == 1 })
        let ping = try #require(stage.sandbox.channels.pings.first)
        #expect(ping.path == "uuid" && ping.body.contains(#""notices_waiting":0"#))
        let service = stage.relay.service
        #expect(service.relay.notifying.watcher?.trouble == "")
        guard case .succeeded(let figures) = Self.end(of: service.relay)
        else { return #expect(Bool(false)) }
        #expect(figures["open_alerts"] == 0)
        service.relay.health.startDraining()
        #expect(Self.end(of: service.relay) == .failed(reason: "the relay is stopping"))
    }

    private static func end(of relay: RelayContext) -> DeadMansSwitch.Cycle {
        .report(
            relay.ledger, problems: relay.health.problems, pulse: relay.monitor.pulse, relay.notifying, at: relay.now)
    }

    @Test func `hear that a text did not reach its phone`() throws {
        let stage = try Stage(
            """
            sms: { kind: "sms", account: "AC00000000000000000000000000000000", token: { env: "T" }, from: "+15005550006",
              to: "+4915112345678", endpoint: "BASE/twilio" },
            """)
        let round = try stage.relay.service.relay.ledger.alerts.observe([.problem(Self.finding)])
        let id = try #require(round.changed.first?.id)
        #expect(stage.wait { $0.texts.count == 1 && $0.slack.count == 1 })
        let sent = try #require(stage.sandbox.received(.twilio).first)
        #expect(sent.account == "+4915112345678")
        func report(_ status: String, token: String = "token") throws -> Int {
            let fields = [(name: "MessageSid", value: sent.id), ("MessageStatus", status), ("ErrorCode", "30003")]
            let signature = TwilioSignature.make(
                url: "https://relay.test/hooks/twilio/sms?alert=\(id)", fields: fields, authToken: token)
            return try stage.relay.post(
                "/hooks/twilio/sms?alert=\(id)",
                [("Content-Type", "application/x-www-form-urlencoded"), ("X-Twilio-Signature", signature)],
                Array(FormWriting.encode(fields).utf8)
            ).status
        }
        #expect(try report("delivered") == 204)
        #expect(try report("undelivered", token: "other") == 403)
        #expect(try report("undelivered") == 204)
        #expect(stage.wait { $0.slack.contains { $0.text.contains("Twilio says undelivered, code 30003") } })
        // Only what could not be delivered, and perhaps what was found; nothing twice.
        let thread = stage.sandbox.channels.slack.filter { $0.thread != nil }.map(\.text)
        #expect(thread.count { $0.contains("code 30003") } == 1, "\(thread)")
        #expect(try stage.relay.post("/hooks/twilio/other", [], []).status == 404)
    }

    private static let finding = Finding(
        .forwardingFailing, .destination("meta"), .critical, began: .start,
        sentence: "nothing has arrived for 20 minutes")

    private final class Stage {
        let sandbox = Sandbox()
        let server: Server
        let relay: RelayStage

        /// `others`: further channels; BASE stands for the sandbox. `more`: further settings.
        init(_ others: String = "", _ more: String = "") throws {
            server = try sandbox.serve([.tcp(host: "127.0.0.1", port: 0)])
            let base = "http://127.0.0.1:\(server.port)"
            relay = try RelayStage(
                extra: """
                    public_url: "https://relay.test", \(more)
                    channels: { \(others.replacing("BASE", with: base)) ops: { kind: "slack", token: { env: "BOT" }, signing_secret: { env: "SIGN" }, channel: "C0123ABCD",
                      endpoint: "\(base)/slack/api" } },
                    contacts: { anna: { name: "Anna", slack: { user: "U0123ABCD", team: "T0123ABCD" } } },
                    dead_mans_switch: { url: { env: "PING" } },
                    """, environment: ["BOT": "xoxb-token", "PING": base + "/ping/uuid"])
        }

        deinit { server.drain(within: .zero) }

        var base: String { "http://127.0.0.1:\(server.port)" }

        func press(
            _ action: String, _ value: String, user: String = "U0123ABCD", secret: String = "token"
        ) -> SlackButtonPress {
            SlackButtonPress(
                action: action, value: value, user: user, team: "T0123ABCD",
                responseURL: base + "/slack/response/1", secret: secret,
                at: Instant(milliseconds: Clock.system.milliseconds()))
        }

        func send(_ press: SlackButtonPress) throws -> Answer {
            try relay.post("/hooks/slack", press.fields, press.body)
        }

        func wait(_ isSo: (ChannelMemory) -> Bool) -> Bool { sandbox.awaitChannels(atMost: .seconds(30), isSo) }
    }

    @Test func `tell each other of an alert, from its beginning to its end`() throws {
        let stage = try Stage()
        let ledger = stage.relay.service.relay.ledger
        let round = try ledger.alerts.observe([.problem(Self.finding)])
        let id = try #require(round.changed.first?.id).description
        #expect(stage.wait { $0.slack.count == 1 })
        #expect(stage.sandbox.channels.slack.first?.text == "CRITICAL: Leads are not delivered: meta")

        let press = stage.press("leadrelay_acknowledge", id)
        #expect(try stage.send(press).status == 200)
        #expect(stage.wait { $0.slack.first?.edits == 1 })
        #expect(ledger.alerts.open.first?.acknowledgement?.by == "Anna")
        #expect(stage.sandbox.channels.slack.first?.content.text.contains("Anna has acknowledged it until") == true)
        // Twice is as good as once; the same request again is not.
        #expect(try stage.send(stage.press("leadrelay_acknowledge", id)).status == 200)
        #expect(try stage.send(press).status == 403)

        #expect(try stage.send(stage.press("leadrelay_resolve", id)).status == 200)
        #expect(stage.wait { $0.slack.contains { $0.text.contains("Closed by Anna") } })
        #expect(ledger.alerts.open.isEmpty)
    }

    @Test func `answer privately whoever may not, and whoever blames the client too early`() throws {
        let stage = try Stage()
        let round = try stage.relay.service.relay.ledger.alerts.observe([.problem(Self.finding)])
        let id = try #require(round.changed.first?.id).description
        #expect(try stage.send(stage.press("leadrelay_resolve", id, user: "U9")).status == 200)
        #expect(stage.wait { $0.privateReplies.count == 1 })
        #expect(try stage.send(stage.press("leadrelay_client", id)).status == 200)
        #expect(stage.wait { $0.privateReplies.count == 2 })
        let replies = stage.sandbox.channels.privateReplies.compactMap { $0["text"]?.string }
        #expect(replies[0].contains("not linked") && replies[1].contains("say how you know"))
        #expect(stage.relay.service.relay.ledger.alerts.open.first?.verdict == nil)
        #expect(try stage.send(stage.press("leadrelay_client_tested", id)).status == 200)
        #expect(stage.wait { $0.slack.contains { $0.text.contains("we have tested it ourselves") } })
        #expect(stage.relay.service.relay.ledger.alerts.open.first?.verdict?.side == .client)
    }

    @Test func `see in the status what they have not been told yet`() throws {
        let stage = try Stage()
        // It pings after its first whole cycle.
        #expect(stage.wait { $0.pings.count == 1 })
        #expect(try stage.relay.command("status").output.contains("0 groups watched, no alert is open\n"))
        stage.sandbox.faults { _ = $0.add(Fault(.expiredToken, on: .slack)) }
        _ = try stage.relay.service.relay.ledger.alerts.observe([.problem(Self.finding)])
        let never = Locked(())
        var status: JSON?
        for _ in 0..<500 {
            status = try JSON(parsing: Array(try stage.relay.command("status", "--json").output.utf8))
            if status?["channels"]?[0]?["state"] == "broken" { break }
            _ = never.wait(atMost: .milliseconds(20)) { _ in nil as Void? }
        }
        #expect(status?["channels"]?[0]?["state"] == "broken" && status?["alerts"]?["critical"] == 1)
        // The beginning, and perhaps its cause.
        let owed = status?["monitor"]?["notices_owed"]?.integer ?? 0
        #expect((1...2).contains(owed) && status?["monitor"]?["oldest_notice"]?.string != nil)
        let text = try stage.relay.command("status").output
        #expect(
            text.contains("open alerts: 1 critical\n") && text.contains(" about alerts still to be sent"))
        #expect(text.contains("! ops is broken"))
    }

    @Test func `see which channels work, and why Slack's buttons do not`() throws {
        let stage = try Stage()
        let tested = try stage.relay.command("channel", "test", "ops")
        #expect(tested.code == .good && tested.output == "ops has taken the message\n")
        #expect(stage.sandbox.channels.slack.first?.text == "Test: the channel ops works")
        #expect(try stage.send(stage.press("leadrelay_resolve", "A1", secret: "other")).status == 403)
        let list = try stage.relay.command("channel", "list").output
        #expect(
            list.contains("ops") && list.contains("works") && list.contains("signing_secret is not that of the app"))
        let status = try JSON(parsing: Array(try stage.relay.command("status", "--json").output.utf8))
        #expect(status["channels"]?[0]?["name"] == "ops" && status["slack_buttons"]?["refusals"]?.integer == 1)
        let metrics = String(decoding: try stage.relay.get("/metrics").body, as: UTF8.self)
        #expect(metrics.contains(#"leadrelay_notifications_total{channel="ops",outcome="sent"}"#))
        let missing = try stage.relay.command("channel", "test", "opps")
        #expect(missing.code == .notGood && missing.errors.contains("Did you mean \"ops\"?"))
        stage.sandbox.faults { _ = $0.add(Fault(.expiredToken, on: .slack)) }
        let broken = try stage.relay.command("channel", "test", "ops")
        #expect(broken.code == .notGood && broken.errors.contains("Slack says token_revoked"))
    }

    /// The whole way: another tool reports over the API, a person acts, and Jira is told by requests over loopback.
    @Test func `see in Jira what became worse, who has it, that it ended and that it came back`() throws {
        // Without a route a channel that rings hears of critical alerts only.
        let stage = try Stage(
            #"jira: { kind: "jira", key: { env: "T" }, endpoint: "BASE/jira" },"#, #"routes: [{ tell: ["jira"] }],"#)
        let api = AdminClient(socket: stage.relay.folder.file("admin.sock"))
        func report(_ action: String, _ severity: String) throws -> String {
            let answer = try api.call(
                "POST", "/api/alerts/events",
                [
                    "action": .string(action), "key": "disk-7", "text": "The disk of web-7 is full.",
                    "severity": .string(severity), "by": "zabbix",
                ])
            return try #require(answer["events"]?[0]?["id"]?.string)
        }
        func alerts(_ memory: ChannelMemory) -> [String] {
            memory.jira.map {
                "\($0.priority) \($0.isOpen ? "open" : "closed")\($0.isAcknowledged ? " acknowledged" : "")"
            }
        }
        let id = try report("open", "warning")
        #expect(stage.wait { alerts($0) == ["P3 open"] })
        // A key of an integration cannot change a priority: the worse one is open before the other is closed.
        #expect(try report("open", "critical") == id)
        #expect(stage.wait { alerts($0) == ["P3 closed", "P1 open"] })
        #expect(try stage.relay.command("alert", "ack", id, "--by", "eva").code == .good)
        #expect(stage.wait { alerts($0) == ["P3 closed", "P1 open acknowledged"] })
        _ = try report("resolve", "critical")
        #expect(stage.wait { alerts($0) == ["P3 closed", "P1 closed acknowledged"] })
        // Soon after its end it is the same alert again, and in Jira the same alias anew.
        #expect(try report("open", "critical") == id)
        #expect(stage.wait { alerts($0).last == "P1 open" })
        let opened = stage.sandbox.channels.jira
        #expect(opened.map(\.alias) == ["leadrelay-\(id)", "leadrelay-\(id)-critical", "leadrelay-\(id)-critical"])
        #expect(try stage.relay.command("alert", "resolve", id, "--reason", "swapped", "--by", "eva").code == .good)
        #expect(stage.wait { $0.jira.allSatisfy { !$0.isOpen } && $0.jira.last?.notes.isEmpty == false })
    }

    @Test func `have no address for Slack without a signing secret`() throws {
        let stage = try RelayStage()
        #expect(try stage.post("/hooks/slack", [], []).status == 404)
    }
}
