import Domain
import Store
import TestSupport
import Testing

@testable import API
@testable import CommandLine
@testable import leadrelay

/// Alerts as support and other tools see them: commands and API over the real admin socket.
@Suite(.timeLimit(.minutes(Hanging.minutes))) struct `Alerts on a terminal` {
    private static func client(_ stage: RelayStage) -> AdminClient {
        AdminClient(socket: stage.folder.file("admin.sock"))
    }

    private static func event(_ action: String, _ key: String = "disk-7", severity: String = "warning") -> JSON {
        [
            "action": .string(action), "key": .string(key), "text": "The disk of web-7 is full.",
            "severity": .string(severity), "evidence": ["free": "0 %"], "by": "grafana",
        ]
    }

    @Test func `are opened by another tool once, shown, taken, judged and closed`() throws {
        let stage = try RelayStage()
        let client = Self.client(stage)
        for _ in 0..<2 {
            let answer = try client.call("POST", "/api/alerts/events", Self.event("open"))
            #expect(answer["events"]?[0]?["id"]?.string == "A1")
        }
        let list = try stage.command("alert", "list")
        #expect(list.code == .good)
        #expect(list.output.contains("A1  warning   open"))
        #expect(try stage.command("alert", "ack", "A1", "--by", "maria").output == "A1 is acknowledged, owner maria\n")
        #expect(
            try stage.command("alert", "ack", "a1", "--by", "tom").output
                == "A1 was already acknowledged, owner maria\n")
        #expect(try stage.command("alert", "note", "A1", "looking", "--by", "maria").code == .good)
        #expect(try stage.command("alert", "owner", "A1", "tom", "--team", "support", "--by", "maria").code == .good)
        let page = try stage.command("alert", "show", "A1").output
        for word in ["The disk of web-7 is full.", "tom (support)", "looking", "maria", "free", "0 %"] {
            #expect(page.contains(word), "\(word)")
        }
        let closed = try client.call("POST", "/api/alerts/events", Self.event("resolve"))
        #expect(closed["events"]?[0]?["state"]?.string == "resolved")
        #expect(closed["events"]?[0]?["id"]?.string == "A1")
        let again = try client.call("POST", "/api/alerts/events", Self.event("resolve"))
        #expect(again["events"]?[0]?["state"]?.string == "none")
        #expect(try stage.command("alert", "list").output == "no alert is open\n")
        #expect(try stage.command("alert", "list", "--all").output.contains("resolved"))
        let verdict = try stage.command("alert", "verdict", "A1", "client", "--reason", "their disk", "--by", "tom")
        #expect(verdict.output == "A1 is resolved, owner tom\n")
        #expect(try stage.command("alert", "figures").output.contains("opened 1, resolved 1, side named for 1"))
        let late = try stage.command("alert", "ack", "A1")
        #expect(late.code == .notGood)
        #expect(late.errors.contains("A1 is resolved already."))
    }

    @Test func `of two tools under the same key are two`() throws {
        let stage = try RelayStage()
        let client = Self.client(stage)
        _ = try client.call("POST", "/api/alerts/events", Self.event("open"))
        var other = Self.event("open").object ?? []
        other.removeAll { $0.name == "by" }
        other.append(.init("by", "zabbix"))
        _ = try client.call("POST", "/api/alerts/events", .object(other))
        #expect(
            stage.service.relay.ledger.alerts.open.map(\.key) == [
                "external external:grafana/disk-7", "external external:zabbix/disk-7",
            ])
    }

    @Test(arguments: [
        (#"{"action":"opne","key":"a","text":"x"}"#, "Did you mean \"open\"?"),
        (#"{"action":"open","text":"x"}"#, "\"key\" names the matter"),
        (#"{"action":"open","key":"a"}"#, "\"text\" says in one sentence"),
        (#"{"action":"open","key":"a","text":"x","client":"nobody"}"#, "no client of this name"),
        (#"{"action":"update","key":"a","text":"x"}"#, "There is no open alert under this key"),
        (#"{"action":"open","key":"a","text":"x","at":"yesterday"}"#, "must be an RFC 3339 timestamp"),
        (#"{"events":[]}"#, "Send 1 to 100 events"),
    ])
    func `are not opened by what makes no sense, and the answer says why`(body: String, complaint: String) throws {
        let stage = try RelayStage()
        do {
            _ = try Self.client(stage).call("POST", "/api/alerts/events", JSON(parsing: Array(body.utf8)))
            Issue.record("it was taken")
        } catch let failure as Failure {
            #expect(failure.message.contains(complaint))
        }
        #expect(stage.service.relay.ledger.alerts.open.isEmpty)
    }

    @Test func `are silenced for a time or by the week, with a reason, until somebody ends it`() throws {
        let stage = try RelayStage()
        let silence = try stage.command(
            "alert", "silence", "relay", "--days", "sat,sun", "--from", "22:00", "--to", "06:00", "--zone", "UTC",
            "--reason", "backups")
        #expect(silence.output == "S1 silences relay; end it with: leadrelay alert unsilence S1\n")
        #expect(try stage.command("alert", "silence", "relay", "--for", "2h", "--reason", "rebuilt").code == .good)
        let list = try stage.command("alert", "silences").output
        #expect(list.contains("sat,sun 22:00–06:00 UTC") && list.contains("rebuilt"))
        _ = try Self.client(stage).call("POST", "/api/alerts/events", Self.event("open"))
        #expect(try stage.command("alert", "list").output.contains("silenced"))
        #expect(try stage.command("alert", "unsilence", "S2").output == "S2 has ended\n")
        #expect(try stage.command("alert", "unsilence", "S2").errors.contains("no silence S2"))
        #expect(try stage.command("alert", "silence", "planet", "--for", "2h", "--reason", "x").code == .notGood)
        #expect(
            try stage.command("alert", "silence", "relay", "--reason", "x").errors.contains("a silence needs an end"))
    }

    @Test func `of heartbeats end when the sign of life comes`() throws {
        let stage = try RelayStage(extra: #"monitoring: { heartbeats: { import: { every: "1h" } } },"#)
        let client = Self.client(stage)
        #expect(try client.call("POST", "/api/heartbeats/import")["name"]?.string == "import")
        #expect(throws: Failure.self) { try client.call("POST", "/api/heartbeats/other") }
        #expect(try stage.service.relay.ledger.reader().heartbeats().keys.sorted() == ["import"])
    }

    @Test func `need a number that can be one`() throws {
        let stage = try RelayStage()
        #expect(try stage.command("alert", "show", "B7").code == .wrongUsage)
        #expect(try stage.command("alert", "show", "A7").code == .notGood)
        #expect(try stage.command("alert", "snooze", "A7").code == .wrongUsage)
    }
}
