import Crypto
import Curl
import Domain
import Service
import Store
import TestSupport
import Testing

@testable import API
@testable import CommandLine
@testable import Configuration
@testable import leadrelay

/// Alerts of other tools over the public listener, as those tools send them.
@Suite(.timeLimit(.minutes(Hanging.minutes))) struct `Other tools` {
    private static let extra = """
        contacts: { anna: { name: "Anna", email: "anna@example.com" } },
        channels: { hook: { kind: "alertmanager", url: "http://127.0.0.1:9/hook" } },
        routes: [{ tell: ["hook"], teams: ["Platform"] }],
        tools: {
          prometheus: { kind: "alertmanager", teams: { sre: "Platform" }, severities: { page: "critical" }, owners: { ana: "anna" } },
          shop: { kind: "json", each: "/items", fields: { key: "/id", title: "/name", status: "/state", client: "/for" }, client: "acme" },
          errors: { kind: "sentry", client: "acme", signing_secret: { env: "S" } },
        },
        """

    private static func stage() throws -> ConsoleStage { try ConsoleStage(extra: extra) }

    private static func example(_ name: String) throws -> String {
        String(
            decoding: try #require(Files.contents(of: "\(Files.root)/contracts/examples/tools/\(name).json")),
            as: UTF8.self)
    }

    private static let json = ("Content-Type", "application/json")

    @Test func `are understood, and what they report reads as people write`() throws {
        let stage = try Self.stage()
        stage.clock.withLock { $0 = Instant.start.milliseconds }
        let token = try stage.token("prometheus", [.reportAlerts])
        for _ in 0..<3 {
            let answer = try stage.send(
                "POST", "/api/alerts/from/prometheus", [("Authorization", "Bearer \(token)"), Self.json],
                try Self.example("alertmanager"))
            #expect(answer.status == 200, "\(answer.text)")
        }
        let reported = stage.service.relay.ledger.alerts.open.filter { $0.finding.kind == .external }
        let alert = try #require(reported.first)
        #expect(reported.count == 1)
        #expect(alert.finding.title == "Disk of db-7 is full" && alert.finding.sentence == "2 % of /var are free.")
        #expect(alert.severity == .critical && alert.team == "Platform")
        #expect(alert.finding.began == Instant(rfc3339: "2026-11-21T08:10:00.123Z"))
        #expect(alert.finding.evidence.first == .init("reported by", "Alertmanager (token prometheus)"))
        let shown = try stage.adminClient.call("GET", "/api/alerts/\(alert.id)")
        #expect(shown["text"] == "Disk of db-7 is full. 2 % of /var are free.")
        // It ends by the same key.
        let over = try Self.example("alertmanager").replacing(#""status": "firing""#, with: #""status": "resolved""#)
        _ = try stage.send(
            "POST", "/api/alerts/from/prometheus", [("Authorization", "Bearer \(token)"), Self.json], over)
        #expect(!stage.service.relay.ledger.alerts.open.contains { $0.id == alert.id })
    }

    /// Each tool can set something else.
    @Test func `may show their token in a header, as a password, in the address or by a signature`() throws {
        let stage = try Self.stage()
        let token = try stage.token("any", [.reportAlerts])
        let body = #"{"monitorID":1,"monitorFriendlyName":"Shop","alertType":1}"#
        let path = "/hooks/alerts/uptimerobot"
        let basic = Base64.plain.encode(Array("robot:\(token)".utf8))
        let ways: [(String, [(String, String)])] = [
            (path, [("Authorization", "Bearer \(token)")]), (path, [("Authorization", "Token \(token)")]),
            (path, [("Authorization", "Basic \(basic)")]), (path, [("X-Api-Key", token)]),
            (path, [("X-LeadRelay-Token", token)]), ("\(path)/\(token)", []), ("\(path)?token=\(token)", []),
            ("/api/alerts/from/uptimerobot", [("Authorization", "Basic \(basic)")]),
        ]
        for (path, fields) in ways {
            let answer = try stage.send("POST", path, fields + [Self.json], body)
            #expect(answer.status == 200 && answer.text.contains(#""id":"A1""#), "\(fields): \(answer.text)")
        }
        for (path, fields) in [(path, []), ("\(path)/lrt_wrong", []), (path, [("Authorization", "Basic AAAA")])] {
            #expect(try stage.send("POST", path, fields, body).status == 401)
        }
        // Its variables as a form and in the query.
        for (method, path, fields, body) in [
            (
                "POST", "\(path)/\(token)", [("Content-Type", "application/x-www-form-urlencoded")],
                "monitorID=1&alertType=1"
            ),
            ("GET", "\(path)/\(token)?monitorID=1&alertType=2", [], nil as String?),
        ] as [(String, String, [(String, String)], String?)] {
            #expect(try stage.send(method, path, fields, body).text.contains(#""id":"A1""#))
        }
        #expect(stage.service.relay.ledger.alerts.open.isEmpty)
        // Sentry signs instead.
        let sentry = try Self.example("sentry-issue-alert")
        let signature = Hex.encode(HMAC.sha256(key: Array("s3cr3t-t0ken".utf8), message: Array(sentry.utf8)))
        #expect(
            try stage.send("POST", "/hooks/alerts/errors", [("Sentry-Hook-Signature", signature), Self.json], sentry)
                .status
                == 200)
        #expect(
            try stage.send("POST", "/hooks/alerts/errors", [("Sentry-Hook-Signature", signature)], sentry + " ").status
                == 401)
        #expect(stage.service.relay.ledger.alerts.open.map(\.finding.client) == ["acme"])
        // No secret is kept of an address.
        let log = try stage.adminClient.call("GET", "/api/audit-log").text
        #expect(log.contains("/api/alerts/from/{tool}") && !log.contains(token) && !log.contains("lrt_"))
    }

    @Test func `report for their own client or team only`() throws {
        let stage = try Self.stage()
        func send(_ token: String, _ body: String) throws -> Answer {
            try stage.send("POST", "/api/alerts/events", [("Authorization", "Bearer \(token)"), Self.json], body)
        }
        let acme = try stage.token("acme", [.reportAlerts], clients: ["acme"])
        #expect(try send(acme, #"{"action":"open","key":"a","text":"x","client":"acme"}"#).status == 200)
        #expect(try send(acme, #"{"action":"open","key":"b","text":"x"}"#).status == 200)
        #expect(try send(acme, #"{"action":"open","key":"c","text":"x","client":"globex"}"#).status == 403)
        #expect(stage.service.relay.ledger.alerts.open.map(\.finding.client) == ["acme", "acme"])
        // Neither does a batch carry another client's alerts, and the rest of it is taken.
        let batch =
            #"{"items":[{"id":1,"name":"Mine","state":"bad","for":"acme"},{"id":2,"name":"Theirs","state":"bad","for":"globex"},{"id":3,"name":"Nobody's","state":"bad","for":"xyz"}]}"#
        let answer = try stage.send(
            "POST", "/api/alerts/from/shop", [("Authorization", "Bearer \(acme)"), Self.json], batch)
        #expect(answer.status == 200 && stage.service.relay.ledger.alerts.open.count == 3)
        let states = try JSON(parsing: answer.body)["events"]?.array ?? []
        #expect(states.map { $0["state"]?.string } == ["open", "refused", "refused"])
        // Whether there is such a client is not said.
        #expect(states[1]["detail"] == states[2]["detail"])

        let made = try stage.adminClient.call(
            "POST", "/api/tokens", ["name": "team", "scopes": ["alerts.report"], "team": "Platform"])
        let team = try #require(made["token"]?.string)
        #expect(try send(team, #"{"action":"open","key":"a","text":"x"}"#).status == 200)
        #expect(try send(team, #"{"action":"open","key":"b","text":"x","team":"sales"}"#).status == 403)
        #expect(stage.service.relay.ledger.alerts.open.last?.team == "Platform")
        #expect(throws: Failure.self) {
            try stage.adminClient.call(
                "POST", "/api/tokens",
                ["name": "two", "scopes": ["alerts.report", "alerts.write"], "team": "Platform"])
        }
        // A token that reports does nothing else.
        #expect(
            try stage.send("POST", "/api/alerts/A1/acknowledge", [("Authorization", "Bearer \(team)")], "{}").status
                == 403)
        #expect(try stage.send("GET", "/api/alerts", [("Authorization", "Bearer \(team)")]).status == 403)
    }

    @Test func `have a line an hour in the audit log, however often they report`() throws {
        let stage = try Self.stage()
        let token = try stage.token("ci", [.reportAlerts])
        func report(_ body: String) throws {
            _ = try stage.send("POST", "/api/alerts/events", [("Authorization", "Bearer \(token)"), Self.json], body)
        }
        for number in 0..<5 { try report(#"{"action":"open","key":"\#(number % 2)","text":"x"}"#) }
        for _ in 0..<3 { try report(#"{"action":"open"}"#) }
        let lines = try stage.auditLog.filter { $0.actor == "token ci" }
        #expect(lines.map(\.outcome) == ["refused: request-unusable", "done"])
        #expect(lines.map { $0.detail.prefix { $0 != " " } } == ["3", "5"])
        // What is done by people, or for them, has each its line.
        let person = try stage.token("ann", [.reportAlerts, .changeAlerts])
        for number in 0..<2 {
            let body = #"{"action":"open","key":"p\#(number)","text":"x"}"#
            _ = try stage.send("POST", "/api/alerts/events", [("Authorization", "Bearer \(person)"), Self.json], body)
        }
        #expect(try stage.auditLog.filter { $0.actor == "token ann" }.count == 2)
    }

    @Test func `cannot spoil figures by a clock that is wrong, and it is told`() throws {
        let stage = try Self.stage()
        let client = stage.adminClient
        _ = try client.call(
            "POST", "/api/alerts/events",
            [
                "action": "open", "key": "a", "text": "x", "at": "1999-01-01T00:00:00Z", "severity": "purple",
                "by": "tool",
            ])
        let alert = try #require(stage.service.relay.ledger.alerts.open.first)
        #expect(alert.finding.began == alert.opened && alert.severity == .warning)
        let evidence = alert.finding.evidence.map { "\($0.name): \($0.value)" }
        #expect(evidence.contains { $0.hasPrefix("beginning as told: 1999-01-01T00:00:00Z") })
        #expect(evidence.contains("severity as told: purple (not known, taken as warning)"))
    }

    @Test func `that go wild are stopped, and that is an alert until they have calmed down`() throws {
        let stage = try Self.stage()
        let token = try stage.token("wild", [.reportAlerts])
        func send(_ ids: Range<Int>, _ state: String) throws -> Answer {
            let items = ids.map { #"{"id":\#($0),"name":"n","state":"\#(state)"}"# }.joined(separator: ",")
            return try stage.send(
                "POST", "/api/alerts/from/shop", [("Authorization", "Bearer \(token)"), Self.json],
                #"{"items":[\#(items)]}"#)
        }
        let answer = try send(0..<300, "bad")
        #expect(answer.status == 429 && answer.field("retry-after") == "300")
        #expect(answer.text.contains("200 events were taken"))
        let open = stage.service.relay.ledger.alerts.open
        #expect(open.count == Reporting.mostOpen + 1)
        #expect(open.last?.finding.title == "shop (token wild) reports more than is taken")
        // Those that are open are still fed and ended.
        #expect(try send(0..<10, "bad").status == 200)
        #expect(try send(0..<250, "ok").status == 200)
        #expect(stage.service.relay.ledger.alerts.open.isEmpty)
    }

    @Test func `of no known name or form are refused in words`() throws {
        let stage = try Self.stage()
        let token = ("Authorization", "Bearer \(try stage.token("any", [.changeAlerts]))")
        let unknown = try stage.send("POST", "/api/alerts/from/promethes", [token, Self.json], "{}")
        #expect(unknown.status == 404 && unknown.text.contains("prometheus"))
        let wrong = try stage.send("POST", "/api/alerts/from/grafana", [token, Self.json], "{}")
        #expect(wrong.status == 400 && wrong.text.contains("list of alerts"))
        #expect(try stage.send("POST", "/hooks/alerts/grafana", [token, Self.json], "{").status == 400)
        #expect(try stage.send("DELETE", "/hooks/alerts/grafana", [token]).status == 405)
        #expect(try stage.send("POST", "/hooks/alerts/a/b/c", [token], "{}").status == 404)
        // Alertmanager and Grafana may have been pointed at our own form.
        #expect(
            try stage.send("POST", "/api/alerts/events", [token, Self.json], try Self.example("alertmanager")).status
                == 200)
    }
}

@Suite struct `The configuration of tools` {
    private static func mistakes(_ tools: String) -> [String] {
        let text = #"{ clients: { acme: {} }, contacts: { anna: {} }, tools: { t: \#(tools) } }"#
        let secrets = SecretReader(environment: { _ in "secret" }, file: { _ in .missing("") })
        return ConfigurationReport(Array(text.utf8), secrets: secrets).mistakes.map { "\($0.path) \($0.message)" }
    }

    static let cases: [(String, String)] = [
        (#"{}"#, "tools.t.kind"), (#"{ kind: "nagios" }"#, "tools.t.kind"),
        (#"{ kind: "sentry", client: "acne" }"#, "tools.t.client"),
        (#"{ kind: "sentry", owner: "ana" }"#, "did you mean \"anna\""),
        (#"{ kind: "sentry", severities: { page: "loud" } }"#, "tools.t.severities.page"),
        (#"{ kind: "grafana", signing_secret: { env: "S" } }"#, "only Sentry signs"),
        (#"{ kind: "json" }"#, "tools.t.fields"),
        (#"{ kind: "json", fields: { key: "id", title: "/t" } }"#, "JSON pointer"),
        (#"{ kind: "json", fields: { title: "/t" } }"#, "tools.t.fields.key"),
        (#"{ kind: "alertmanager", fields: { key: "/id" } }"#, "tools.t.fields"),
    ]
    @Test(arguments: cases)
    func `says what is wrong and where`(_ tools: String, _ words: String) {
        let mistakes = Self.mistakes(tools)
        #expect(mistakes.contains { $0.contains(words) }, "\(mistakes)")
    }

    @Test func `can be as short as a kind`() { #expect(Self.mistakes(#"{ kind: "datadog" }"#) == []) }
}
