import Domain
import Service
import TestSupport
import Testing

@testable import CommandLine
@testable import leadrelay

/// Whatever a command prints for people fits a terminal of 80 columns, however long and wide the names are that came
/// from outside.
@Suite(.timeLimit(.minutes(Hanging.minutes))) struct `Lines of commands` {
    static let columns = 80

    /// 200 characters, none of which can be left out.
    static let names = ["x", "広告", "👩‍👧🚀", "קבוצה", "e\u{301}", "two words "].map { part in
        String(String(repeating: part, count: 200).prefix(200))
    }

    /// They run until they are stopped.
    private static let endless: Set = ["serve", "sandbox"]
    /// They print what other programs read, or a document for a file.
    private static let forMachines: Set = ["openapi", "validate", "preview", "alert postmortem"]

    /// Every command has its lines here: one that is new is missed below.
    private static func lines(_ stage: HostileStage) -> [String: [[String]]] {
        let (lead, broken, alert, file) = (stage.lead, stage.broken, stage.alert, stage.folder.file)
        let name = names[0]
        let access = [
            "user add": [["tom", "--role", "viewer", "--client", "acme"]], "user list": [[]],
            "user role": [["tom", "--role", "support"]], "user password": [["tom"]],
            "token add": [["t-\(name.prefix(40))", "--scope", "metrics.read", "--scope", "admin"]], "token list": [[]],
            "token revoke": [["t-\(name.prefix(40))"]], "user remove": [["tom"]],
        ]
        let alerts = [
            "alert list": [[], ["--all"]], "alert show": [[alert]], "alert checklist": [[alert], [alert, "--run"]],
            "alert postmortem": [[alert]], "alert figures": [[]], "alert note": [[alert, names[1]]],
            "alert owner": [[alert, names[2]]], "alert ack": [[alert]], "alert snooze": [[alert, "--for", "2h"]],
            "alert silence": names.map { ["client:globex", "--for", "2h", "--reason", $0] }, "alert silences": [[]],
            "alert unsilence": [["S1"]], "alert verdict": [[alert, "client", "--reason", names[3]]],
            "alert resolve": [[alert, "--reason", names[4]]], "action list": [[]], "action try": [["hold", alert]],
            "channel list": [[]], "channel test": [["mail"]],
        ]
        let leads = [
            "lead show": [[lead], [broken], [stage.duplicate]], "lead junk": [[lead, "--note", names[1]]],
            "replay": [["--from", "2d", "--include-delivered"], [lead]],
            "quarantine list": [[], ["--each"]], "quarantine show": [[broken]],
            "quarantine fix": [[broken, "--set", "/currency=EUR"]],
            "quarantine release": [[broken]], "quarantine discard": [["--reason", "unreadable"]],
            "investigate": [["--from", "2d"], [alert]], "erase": [["--email", "nobody@example.org"]],
        ]
        let others = [
            "status": [[]], "audit": [[]], "check": [["--config", file("relay.json5")]], "settings": [[]],
            "preview": [["--destination", "acme-meta", "--config", file("relay.json5")]], "validate": [[]],
            "openapi": [[]], "destination list": [[]], "destination pause": [["acme-meta", "--reason", names[5]]],
            "destination resume": [["acme-meta"]], "destination forget": [["gone"]],
            "marker add": [[names[1]]], "facts ads": [["acme", "--status", "active"]],
            "report": [[], ["--client", "acme"]], "backtest": [["--groups", "-", "--trace", "-"]],
            "calendar list": [[]], "calendar remove": [["1"]],
            "calendar add": [
                [String(names[1].prefix(60)), "--start", "2026-12-24", "--end", "2026-12-24", "--multiplier", "1"]
            ],
            "rule try": [["--client", "acme"]], "spend add": [["acme", file("spend.csv"), "--currency", "EUR"]],
            "names add": [["acme", file("names.csv")]], "mapping list": [[]], "mapping try": [["elementor"]],
            "backup": [[file("backup.sqlite")]],
            "restore": [["--check", file("backup.sqlite"), "--config", file("relay.json5")]],
            "version": [[]], "help": [[]],
        ]
        return access.merging(alerts) { $1 }.merging(leads) { $1 }.merging(others) { $1 }
    }

    /// In this order, because they change what the others show; all others before them.
    private static let last = [
        "token revoke", "user remove", "alert verdict", "alert resolve", "alert unsilence", "calendar remove",
        "quarantine fix", "quarantine release", "quarantine discard", "restore",
    ]

    @Test func `fit a terminal of 80 columns`() throws {
        let stage = try HostileStage()
        let lines = Self.lines(stage)
        let known = Set(Command.all.map(\.name))
        #expect(Set(lines.keys).union(Self.endless) == known, "a command that is not looked at, or none any more")
        // What adds something comes first, so that there is something to list.
        let order = lines.keys.sorted { rank($0) < rank($1) }
        var shown: Set<String> = []
        for command in order {
            for line in lines[command] ?? [] {
                let words = command.split(separator: " ").map(String.init) + line
                let terminal = stage.terminal(input: command == "mapping try" ? stage.form : "")
                _ = Command.run(words, terminal.terminal)
                if Self.forMachines.contains(command) { continue }
                #expect(!terminal.output.isEmpty || !terminal.errors.isEmpty, "\(words) says nothing")
                if terminal.output.contains("xxxxxxxxxx") || terminal.output.contains("広告広告") { shown.insert(command) }
                for line in terminal.output.split(separator: "\n") where !line.contains("://") {
                    #expect(line.displayWidth <= Self.columns, "\(words.prefix(3)): \(line)")
                }
            }
        }
        // That nothing is too wide must not be for want of something wide.
        #expect(shown.count >= 12, "only \(shown.sorted()) show hostile names")
    }

    private func rank(_ command: String) -> (Int, String) {
        if let place = Self.last.firstIndex(of: command) { return (2 + place, command) }
        return (command.hasSuffix(" add") || command == "alert silence" ? 0 : 1, command)
    }

    @Test(arguments: Command.all.map(\.name))
    func `explain a command in 80 columns`(_ name: String) {
        let terminal = TestTerminal(columns: Self.columns)
        #expect(Command.run(["help"] + name.split(separator: " ").map(String.init), terminal.terminal) == .good)
        for line in terminal.output.split(separator: "\n") {
            #expect(line.displayWidth <= Self.columns, "\(line)")
        }
    }
}

/// A relay that knows hostile names of every kind.
private final class HostileStage {
    let stage: ConsoleStage
    let folder: TemporaryFolder
    let lead: String
    let duplicate: String
    let broken: String
    let alert: String

    /// A form builder's post.
    let form = "form_fields[email]=eva@example.org&form_fields[name]=" + String(repeating: "広告", count: 100)

    init() throws {
        stage = try ConsoleStage(
            sources: """
                "acme-form": { client: "acme", keys: "pk_form_key", rate: "unlimited", address_rate: "unlimited" },
                """,
            destinations: """
                "acme-\(String(repeating: "d", count: 40))": { client: "acme", platform: "meta_ads", pixel: "9",
                  access_token: { env: "T" }, endpoint: "http://127.0.0.1:9" },
                """)
        folder = stage.folder
        var ids: [String] = []
        for (number, name) in `Lines of commands`.names.enumerated() {
            let members = [
                "event_id": "e\(number)", "campaign_group": name, "campaign_id": name, "ad_id": name,
            ].map { JSON.Member($0.key, .string($0.value)) }
            let person = JSON.Member(
                "person", ["email": .string("\(number)@example.org"), "first_name": .string(name)])
            ids.append(try stage.post(JSON.object(members + [person]).text, key: "pk_form_key"))
        }
        lead = ids[1]
        try stage.settle()
        duplicate = try stage.post(#"{"event_id":"e1","person":{"email":"1@example.org"}}"#, key: "pk_form_key")
        let long = `Lines of commands`.names[0]
        broken = try stage.post(#"{"event_id":"b","value":"\#(long)","\#(long)":1}"#)
        _ = try stage.postBytes(Array("not json \(long)".utf8), "application/json")
        try stage.settle()
        let api = AdminClient(socket: folder.file("admin.sock"))
        var alerts: [String] = []
        for (number, name) in `Lines of commands`.names.enumerated() {
            let opened = try api.call(
                "POST", "/api/alerts/events",
                [
                    "action": "open", "key": .string("k\(number)"), "title": .string(name), "text": .string(name),
                    "owner": .string(name), "client": "acme", "evidence": .object([.init(name, .string(name))]),
                ])
            alerts.append(opened["events"]?[0]?["id"]?.string ?? "")
        }
        alert = alerts[1]
        writeText(
            """
            { database: "\(folder.file("leads.sqlite"))", clients: { acme: {} },
              sources: { "\(long.prefix(40))": { keys: "pk_page_key", client: "acme" } },
              destinations: { "acme-meta": { platform: "meta_ads", client: "acme", pixel: "77",
                access_token: { env: "PATH" } } } }
            """, to: folder.file("relay.json5"))
        writeText("date,campaign_id,cost\n2026-11-24,\(long),12.50\n", to: folder.file("spend.csv"))
        writeText("level,id,name\ngroup,a,\(`Lines of commands`.names[1])\n", to: folder.file("names.csv"))
    }

    func terminal(input: String) -> TestTerminal {
        TestTerminal(
            input: input, environment: ["LEADRELAY_SOCKET": folder.file("admin.sock"), "USER": "eva"],
            columns: `Lines of commands`.columns)
    }
}
