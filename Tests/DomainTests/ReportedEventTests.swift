import TestSupport
import Testing

@testable import Domain

/// Each file `contracts/examples/tools/TOOL*.json` is a webhook as its tool sends it, with what is made of it in
/// `….events.json`.
@Suite struct `Webhooks of other tools` {
    static let examples = Files.matching("contracts/examples/tools/*.json").filter { !$0.hasSuffix(".events.json") }

    static func tool(_ path: String) -> ReportedTool? {
        let name = path.split(separator: "/").last.map { $0.prefix { $0 != "-" && $0 != "." } } ?? ""
        return ReportedTool.ready.first { $0.word == name }
    }

    private static func json(_ event: ReportedEvent) -> JSON {
        var members = [
            JSON.Member("state", event.state == .firing ? "firing" : "resolved"),
            JSON.Member("key", .string(event.key)),
            JSON.Member("title", .string(event.title)),
        ]
        func add(_ name: String, _ text: String) {
            if !text.isEmpty { members.append(JSON.Member(name, .string(text))) }
        }
        add("text", event.text)
        add("severity", event.severity)
        add("at", event.at?.rfc3339 ?? "")
        add("client", event.client)
        add("team", event.team)
        add("owner", event.owner)
        if !event.evidence.isEmpty {
            members.append(
                JSON.Member("evidence", .object(event.evidence.map { JSON.Member($0.name, .string($0.value)) })))
        }
        return .object(members)
    }

    @Test func `exist as examples for every tool`() {
        for tool in ReportedTool.ready {
            #expect(Self.examples.contains { Self.tool($0) == tool }, "\(tool.word)")
        }
    }

    @Test(arguments: examples)
    func `are read as their tools send them`(_ path: String) throws {
        let tool = try #require(Self.tool(path))
        let events = try tool.read(JSON(parsing: try #require(Files.contents(of: path))))
        let wanted = try JSON(parsing: try #require(Files.contents(of: path.replacing(".json", with: ".events.json"))))
        #expect(JSON.array(events.map(Self.json)) == wanted, "\(JSON.array(events.map(Self.json)).text)")
    }

    /// A matter has one key from its beginning to its end, or it never ends.
    @Test func `name the same matter the same at its beginning and at its end`() throws {
        func key(_ tool: ReportedTool, _ text: String) throws -> String? {
            try tool.read(JSON(parsing: Array(text.utf8))).first?.key
        }
        let pairs: [(ReportedTool, String, String)] = [
            (
                .datadog, #"{"title":"[Triggered on {host:a}] CPU","event_type":"x"}"#,
                #"{"title":"[Recovered on {host:a}] CPU","event_type":"x"}"#
            ),
            (
                .datadog, #"{"title":"[P3] [Re-Triggered] [TEST] CPU"}"#, #"{"title":"[P3] [Recovered] [TEST] CPU"}"#
            ),
            (
                .datadog, #"{"title":"[No Data on {host:a,role:b}] CPU","alert_id":1}"#,
                #"{"title":"[Recovered on {host:a,role:b}] CPU","alert_id":"1"}"#
            ),
            (.uptimeRobot, #"{"monitorID":1,"alertType":1}"#, #"{"monitorID":"1","alertType":"2"}"#),
            (.healthchecks, #"{"code":"a","status":"down"}"#, #"{"code":"a","status":"up","name":"x"}"#),
            (
                .sentry, #"{"action":"warning","data":{"metric_alert":{"id":"1","alert_rule":{"id":"9"}}}}"#,
                #"{"action":"resolved","data":{"metric_alert":{"id":"1","alert_rule":{"id":"9"}}}}"#
            ),
            (
                .alertmanager, #"{"alerts":[{"status":"firing","labels":{"a":"1","b":"2"}}]}"#,
                #"{"alerts":[{"status":"resolved","labels":{"b":"2","a":"1"}}]}"#
            ),
            (.grafana, #"{"ruleId":7,"state":"no_data"}"#, #"{"ruleId":7,"state":"ok"}"#),
        ]
        for (tool, beginning, end) in pairs {
            let (first, last) = (try key(tool, beginning), try key(tool, end))
            #expect(first != nil && first == last, "\(tool.word): \(first ?? "") \(last ?? "")")
        }
    }

    static let broken: [(ReportedTool, String, String)] = [
        (.alertmanager, "{}", "alerts"), (.alertmanager, #"{"alerts":[{"status":"firing"}]}"#, "alerts.0.labels"),
        (.alertmanager, #"{"alerts":[{"labels":{},"status":"up"}]}"#, "alerts.0.status"), (.grafana, "{}", "alerts"),
        (.grafana, #"{"ruleId":1,"state":"odd"}"#, "state"), (.sentry, "{}", "data"),
        (.sentry, #"{"data":{"event":{}}}"#, "data.event.issue_id"),
        (.sentry, #"{"action":"odd","data":{"metric_alert":{"id":1}}}"#, "action"), (.datadog, "{}", "title"),
        (.datadog, #"{"title":"x"}"#, "alert_transition"), (.uptimeRobot, "{}", "monitorID"),
        (.uptimeRobot, #"{"monitorID":1}"#, "alertType"), (.healthchecks, "{}", "code"),
        (.healthchecks, #"{"code":"a"}"#, "status"),
    ]
    @Test(arguments: broken)
    func `that are not theirs are refused by the name of what is missing`(
        _ tool: ReportedTool, _ body: String, _ field: String
    ) throws {
        let body = try JSON(parsing: Array(body.utf8))
        let error = #expect(throws: ReportUnreadable.self) { try tool.read(body) }
        #expect(error?.field == field && error?.message.hasSuffix(".") == true)
    }

    @Test func `that carry an alert of ours back are not taken as new, or they would go round for ever`() throws {
        let body = try JSON(
            parsing: Array(
                #"{"alerts":[{"status":"firing","labels":{"alertname":"backlog","relay":"leadrelay","alert":"leadrelay-A17"}}]}"#
                    .utf8))
        #expect(try ReportedTool.alertmanager.read(body).isEmpty && ReportedTool.grafana.read(body).isEmpty)
    }

    /// Whatever is cut out of a good webhook or put in its place: an answer or a refusal, and nothing longer than it
    /// may be.
    @Test func `may be damaged in any place`() throws {
        for path in Self.examples {
            let tool = try #require(Self.tool(path))
            let whole = try JSON(parsing: try #require(Files.contents(of: path)))
            for damaged in whole.damaged {
                guard let events = try? tool.read(damaged) else { continue }
                for event in events {
                    #expect(event == event.bounded && event.key.utf8.count <= ReportedEvent.longestKey)
                }
            }
        }
    }
}

@Suite struct `A mapping of reports` {
    private static func mapping(_ fields: [ReportMapping.Field: String], each: String? = nil) -> ReportMapping {
        ReportMapping(each: each.flatMap { JSONPointer($0) }, fields: fields.compactMapValues { JSONPointer($0) })
    }

    @Test func `finds what a tool that nobody knows says, alone or in a list`() throws {
        let fields: [ReportMapping.Field: String] = [
            .key: "/id", .title: "/name", .status: "/state", .severity: "/level", .at: "/time",
            .client: "/labels/customer",
        ]
        let one = try JSON(
            parsing: Array(
                #"{"id":7,"name":"Queue is long","state":"open","level":"P1","time":1795251600,"labels":{"customer":"acme"}}"#
                    .utf8))
        let event = try ReportedTool.json(Self.mapping(fields)).read(one)
        #expect(event.count == 1 && event[0].key == "7" && event[0].state == .firing && event[0].client == "acme")
        #expect(event[0].at == Instant(rfc3339: "2026-11-21T09:00:00Z") && event[0].severity == "P1")
        let list = try JSON(
            parsing: Array(
                #"{"items":[{"id":1,"name":"a","state":"OK"},{"id":2,"name":"b","state":"bad"}]}"#.utf8))
        let events = try ReportedTool.json(Self.mapping(fields, each: "/items")).read(list)
        #expect(events.map(\.state) == [.resolved, .firing])
        let error = #expect(throws: ReportUnreadable.self) {
            try ReportedTool.json(Self.mapping(fields, each: "/items")).read(["items": [["id": 1, "name": "a"]]])
        }
        #expect(error?.field == "items.0.state")
    }
}

@Suite struct `What a tool reports` {
    static let severities: [(String, Severity, Bool)] = [
        ("critical", .critical, true), ("PAGE", .critical, true), ("p1", .critical, true), ("warning", .warning, true),
        ("error", .warning, true), ("P3", .warning, true), ("none", .info, true), ("", .warning, true),
        ("purple", .warning, false), ("ticket", .info, true),
    ]
    @Test(arguments: severities)
    func `matters as much as its word says, here or in the configuration`(
        _ word: String, _ severity: Severity, _ isKnown: Bool
    ) {
        let (read, known) = ReportedSeverity(own: ["ticket": .info]).read(word)
        #expect(read == severity && known == isKnown)
    }

    static let moments: [(Duration, Duration, Bool)] = [
        (.zero, .zero, false), (.minutes(-30), .minutes(-30), false), (.days(-7), .days(-7), false),
        (.days(-8), .zero, true), (.minutes(4), .zero, false), (.minutes(6), .zero, true),
        (.days(-20_000), .zero, true),
    ]
    @Test(arguments: moments)
    func `began when it says, unless that cannot be`(_ told: Duration, _ taken: Duration, _ isDoubted: Bool) {
        var event = ReportedEvent(.firing, key: "a", title: "b")
        event.at = .start + told
        let moment = event.moment(at: .start)
        #expect(moment.at == .start + taken && moment.isDoubted == isDoubted)
    }

    @Test func `is short, on one line, and moves no terminal`() {
        var event = ReportedEvent(
            .firing, key: String(repeating: "ä", count: 300), title: "a\u{1B}[31m\u{202E}b\nc  d ")
        event.text = String(repeating: "x", count: 5000)
        event.evidence = (0..<50).map { .init("name \($0)", "value") } + [.init("", "x"), .init("y", "")]
        let bounded = event.bounded
        #expect(bounded.title == "a[31mb c d")
        #expect(bounded.key.utf8.count <= 200 && bounded.text.count == ReportedEvent.longestText)
        #expect(bounded.evidence.count == ReportedEvent.mostEvidence)
        event.key += "x"
        #expect(event.bounded.key != bounded.key)
    }

    static let instants: [(String, String?)] = [
        ("1795251600", "2026-11-21T09:00:00.000Z"), ("1795251600000", "2026-11-21T09:00:00.000Z"),
        ("2026-11-21T10:00:00+01:00", "2026-11-21T09:00:00.000Z"), ("0001-01-01T00:00:00Z", nil), ("0", nil),
        ("soon", nil),
        ("-5", nil), ("9223372036854775807", nil),
    ]
    @Test(arguments: instants)
    func `has moments in the forms that tools write`(_ text: String, _ moment: String?) {
        #expect(Instant(reported: text)?.rfc3339 == moment)
    }
}

extension JSON {
    /// The same document with each of its places once taken out and once replaced by something else.
    fileprivate var damaged: [JSON] {
        let others: [JSON] = [.null, "\u{202E}\n", 17, [], [:], .string(String(repeating: "y", count: 3000))]
        switch self {
        case .object(let members):
            return members.indices.flatMap { index -> [JSON] in
                func with(_ value: JSON?) -> JSON {
                    var members = members
                    if let value { members[index].value = value } else { members.remove(at: index) }
                    return .object(members)
                }
                return [with(nil)] + others.map(with) + members[index].value.damaged.map(with)
            }
        case .array(let elements):
            return elements.indices.flatMap { index -> [JSON] in
                func with(_ value: JSON) -> JSON {
                    var elements = elements
                    elements[index] = value
                    return .array(elements)
                }
                return others.map(with) + elements[index].damaged.map(with)
            }
        default: return []
        }
    }
}
