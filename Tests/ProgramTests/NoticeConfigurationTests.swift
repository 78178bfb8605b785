import Domain
import Monitoring
import TestSupport
import Testing

@testable import Configuration
@testable import leadrelay

@Suite struct `The configuration of channels` {
    private static let secrets = SecretReader(
        environment: {
            [
                "BOT": "xoxb-1", "USER": "xoxp-1", "SIGN": "s", "KEY": String(repeating: "k", count: 32), "TOKEN": "t",
                "BOTFATHER": "1:abcdefghijklmnopqrstuvwx", "WHSEC": "whsec_bm90IGEgc2VjcmV0LCBmb3IgdGhlIHNhbmRib3g=",
                "HOOK": "https://hooks.slack.com/services/T/B/X", "PING": "https://hc-ping.com/uuid",
            ][$0]
        }, file: { _ in .missing("No such file or directory") })

    private func read(_ text: String) -> ConfigurationReport {
        ConfigurationReport(
            Array("{ clients: { acme: { name: \"Acme\" } }, sources: {}, destinations: {}, \(text) }".utf8),
            secrets: Self.secrets)
    }

    private static let all = """
        channels: {
          ops: { kind: "slack", token: { env: "BOT" }, signing_secret: { env: "SIGN" }, channel: "C0123ABCD", reads_history: true },
          hook: { kind: "slack_webhook", url: { env: "HOOK" } },
          mail: { kind: "email", server: "smtp.example.com:587", user: "relay", password: { env: "TOKEN" }, from: "relay@example.com", to: ["a@example.com", "b@example.com"] },
          sms: { kind: "sms", account: "AC00000000000000000000000000000000", token: { env: "TOKEN" }, from: "+15005550006", to: "+4915112345678" },
          pager: { kind: "pagerduty", routing_key: { env: "KEY" } },
          am: { kind: "alertmanager", url: "https://am.example.com/hook" },
          feed: { kind: "alertmanager_api", url: "https://am.example.com" },
          teams: { kind: "teams", url: { env: "HOOK" } },
          telegram: { kind: "telegram", token: { env: "BOTFATHER" }, chat: "-1001", topic: 7 },
          jira: { kind: "jira", key: { env: "TOKEN" }, team: "t1" },
          webhook: { kind: "webhook", url: "https://tools.example.com/alerts", secret: { env: "WHSEC" } },
        },
        contacts: {
          anna: { name: "Anna", slack: { user: "U0123ABCD", team: "T0123ABCD" }, email: "anna@example.com", phone: "+4915100000001" },
          ben: { email: "ben@example.com", may_act: false },
        },
        on_call: { night: { people: ["anna", "ben"], from: "2026-11-23", days: 7, handover: "09:00", time_zone: "UTC",
          substitutes: [{ person: "ben", from: "2026-12-24T09:00:00+01:00", to: "2026-12-27T09:00:00+01:00" }] } },
        routes: [
          { severity: "critical", clients: "acme", tell: ["ops", "pager"], escalate: ["sms/@night", ["sms/anna", "mail"]] },
          { kinds: ["storage"], tell: "mail/ben", quiet: { from: "22:00", to: "7:00", time_zone: "UTC" } },
        ],
        dead_mans_switch: { url: { env: "PING" }, every: "2m" },
        client_groups: { acme: "S0123ABCD" },
        """

    @Test func `says everything that can be said`() throws {
        let report = read(Self.all)
        #expect(report.mistakes.map(\.description) == [])
        let notices = try #require(report.configuration).notices
        #expect(
            notices.channels.map(\.name) == [
                "ops", "hook", "mail", "sms", "pager", "am", "feed", "teams", "telegram", "jira", "webhook",
            ])
        #expect(notices.channels.map(\.kind.word) == Channel.Kind.words)
        guard case .slack(let slack) = notices.channels[0].kind else { return #expect(Bool(false)) }
        #expect(slack.readsHistory && slack.signingSecret == Secret("s") && slack.endpoint == "https://slack.com/api")
        guard case .email(let email) = notices.channels[2].kind else { return #expect(Bool(false)) }
        #expect(email.port == 587 && email.security == .startTLS && email.to.count == 2)
        #expect(notices.contacts[0].slackTeam == "T0123ABCD" && !notices.contacts[1].mayAct)
        #expect(
            notices.turns[0].shifts == [.init(["anna", "ben"], firstDay: 20_780, zone: "UTC")]
                && notices.turns[0].substitutes.count == 1)
        #expect(notices.routes.count == 2 && notices.routes[0].escalation.map(\.count) == [1, 2])
        #expect(notices.routes[0].escalation[0] == [.init("sms", .onCall("night"))])
        #expect(notices.routes[1].quiet == .init(from: 1320, to: 420, zone: .utc))
        #expect(notices.deadMansSwitch == .init(url: Secret("https://hc-ping.com/uuid"), every: .minutes(2)))
        #expect(notices.clientGroups == ["acme": "S0123ABCD"])
    }

    @Test func `has usual routes where none are given, and tells nobody without channels`() throws {
        let one = try #require(
            read("channels: { am: { kind: \"alertmanager\", url: \"https://am.example.com\" } }").configuration)
        #expect(one.notices.routes == AlertRouting.usual(one.notices.channels))
        #expect(read("routes: []").warnings.contains { $0.path == "channels" })
        #expect(try #require(read("").configuration).notices == .init())
    }

    /// What has a mistake is there all the same: what refers to it is not wrong.
    static let single: [(text: String, path: String)] = [
        (
            """
            channels: { ops: { kind: "slack", token: { env: "NONE" }, channel: "C0123ABCD" } }, reports: ["ops"],
            routes: [{ tell: "ops", escalate: ["ops"] }]
            """, "channels.ops.token"
        ),
        (
            """
            channels: { ops: { kind: "slak" }, am: { kind: "alertmanager", url: "https://a.example" } },
            routes: [{ tell: ["ops", "am"] }]
            """, "channels.ops.kind"
        ),
        (
            """
            channels: { sms: { kind: "sms", account: "AC00000000000000000000000000000000", token: { env: "TOKEN" },
              from: "+15005550006", to: "+4915112345678" } }, contacts: { x: { phone: "0151" } },
            routes: [{ tell: "sms/x" }]
            """, "contacts.x.phone"
        ),
        (
            """
            channels: { am: { kind: "alertmanager", url: "https://a.example" } }, contacts: { x: {} },
            on_call: { n: { people: ["x"], from: "Monday" } }, routes: [{ tell: "am/@n" }]
            """, "on_call.n.from"
        ),
    ]

    @Test(arguments: single)
    func `names one mistake once`(_ one: (text: String, path: String)) {
        let report = read(one.text)
        #expect(report.mistakes.map(\.path) == [one.path])
        #expect(!report.warnings.contains { $0.path == "channels" })
    }

    static let mistakes: [(String, String)] = [
        (
            #"channels: { a: { url: "x" } }"#,
            #"channels.a.kind: is missing: one of "slack", "slack_webhook", "email", "sms", "pagerduty", "alertmanager", "alertmanager_api", "teams", "telegram", "jira", "webhook""#
        ),
        (#"channels: { a: { kind: "slak" } }"#, #"did you mean "slack"?"#),
        (
            #"channels: { a: { kind: "slack", token: { env: "BOT" }, channel: "alerts" } }"#,
            #"channels.a.channel: must be the channel's id"#
        ),
        (#"channels: { a: { kind: "slack", token: { env: "NONE" }, channel: "C0123ABCD" } }"#, "NONE is not set"),
        (#"channels: { a: { kind: "slack", token: { env: "USER" }, channel: "C0123ABCD" } }"#, "begins with xoxb-"),
        (
            #"channels: { a: { kind: "slack", token: "xoxb-1", channel: "C0123ABCD" } }"#,
            "secrets do not belong in this file"
        ),
        (#"channels: { a: { kind: "slack_webhook", url: { env: "TOKEN" } } }"#, "channels.a.url: the secret must"),
        (
            #"channels: { a: { kind: "email", server: "smtp", from: "a@b.de", to: "c@d.de" } }"#,
            "channels.a.server: must be HOST:PORT"
        ),
        (
            #"channels: { a: { kind: "email", server: "smtp.example.com:25", security: "none", from: "a@b.de", to: "c@d.de" } }"#,
            "is for a server on this machine only"
        ),
        (
            #"channels: { a: { kind: "email", server: "localhost:25", security: "none", user: "u", password: { env: "TOKEN" }, from: "a@b.de", to: "c@d.de" } }"#,
            "a password is not sent without TLS"
        ),
        (
            #"channels: { a: { kind: "email", server: "smtp.example.com:587", user: "u", from: "a@b.de", to: "c@d.de" } }"#,
            "channels.a.password: is missing"
        ),
        (
            #"channels: { a: { kind: "email", server: "s:587", from: "a@b.de", to: ["nobody"] } }"#,
            "channels.a.to[0]: must be an e-mail address"
        ),
        (
            #"channels: { a: { kind: "sms", account: "AC1", token: { env: "TOKEN" }, from: "+15005550006", to: "+4915112345678" } }"#,
            "channels.a.account: must be the account's SID"
        ),
        (
            #"channels: { a: { kind: "sms", account: "AC00000000000000000000000000000000", token: { env: "TOKEN" }, from: "015", to: "+4915112345678" } }"#,
            "channels.a.from: must be a number"
        ),
        (#"channels: { a: { kind: "pagerduty", routing_key: { env: "TOKEN" } } }"#, "must have 32 characters"),
        (#"channels: { a: { kind: "alertmanager", url: "am" } }"#, "channels.a.url: must"),
        (
            #"channels: { a: { kind: "alertmanager_api", url: "https://a.example/api/v2/alerts" } }"#,
            "channels.a.url: must be Alertmanager's own address"
        ),
        (#"channels: { a: { kind: "telegram", token: { env: "TOKEN" }, chat: "ops" } }"#, "channels.a.chat: must be"),
        (
            #"channels: { a: { kind: "telegram", token: { env: "TOKEN" }, chat: "-1001" } }"#,
            "channels.a.token: the secret"
        ),
        (#"channels: { a: { kind: "jira" } }"#, "channels.a.key: is missing"),
        (
            #"channels: { a: { kind: "webhook", url: "https://a.example", secret: { env: "TOKEN" } } }"#,
            "channels.a.secret: must be whsec_"
        ),
        (#"channels: { a: { kind: "teams", url: "https://a.example" } }"#, "channels.a.url: secrets do not belong"),
        (#"channels: { a: { kind: "alertmanager", url: "https://a.example", urls: 1 } }"#, "channels.a.urls: unknown"),
        (#"contacts: { a: { slack: { user: "anna" } } }"#, "contacts.a.slack.user: must be the person's id"),
        (#"contacts: { a: { phone: "0151" } }"#, "contacts.a.phone: must be a number"),
        (#"on_call: { n: { people: ["x"], from: "2026-11-23" } }"#, #"there is nobody "x" under contacts"#),
        (#"contacts: { x: {} }, on_call: { n: { people: ["x"], from: "Monday" } }"#, "on_call.n.from: must be a day"),
        (#"contacts: { x: {} }, on_call: { n: { people: [] } }"#, "on_call.n.people: is empty: in the order"),
        (#"on_call: { n: { shifts: [] } }"#, "on_call.n.shifts: must name at least one"),
        (#"contacts: { x: {}, y: {} }, on_call: { n: { people: ["x", "y"] } }"#, "on_call.n.from: is missing"),
        (
            #"contacts: { x: {} }, on_call: { n: { people: ["x"], days: 1, turn: "12h" } }"#,
            #"on_call.n.turn: says the same as "days""#
        ),
        (#"contacts: { x: {} }, on_call: { n: { people: ["x"], turn: "30m" } }"#, "on_call.n.turn: must lie between"),
        (#"contacts: { x: {} }, on_call: { n: { people: ["x"], hours: "9-17" } }"#, "on_call.n.hours: must be a part"),
        (
            #"contacts: { x: {} }, on_call: { n: { people: ["x"], weekdays: "fri-mon" } }"#,
            "on_call.n.weekdays: must be days"
        ),
        (
            #"contacts: { x: {} }, on_call: { n: { people: ["x"], time_zone: "Europe/Berlln" } }"#,
            #"on_call.n.time_zone: this machine knows no time zone "Europe/Berlln""#
        ),
        (
            #"contacts: { x: {} }, on_call: { n: { shifts: [{ people: ["y"] }] } }"#,
            #"on_call.n.shifts[0].people[0]: there is nobody "y""#
        ),
        (
            #"contacts: { x: {} }, on_call: { n: { hours: "09:00-17:00", shifts: [{ people: ["x"] }] } }"#,
            "on_call.n.hours: belongs into one of the shifts"
        ),
        (
            #"channels: { am: { kind: "alertmanager", url: "https://a.example" } }, routes: [{ tell: [] }]"#,
            "routes[0].tell: is empty: at least one channel"
        ),
        (
            #"channels: { am: { kind: "alertmanager", url: "https://a.example" } }, routes: [{ tell: "am", hours: "25:00-26:00" }]"#,
            "routes[0].hours: must be a part of the day"
        ),
        (#"channels: { a: { kind: "email", server: "s:587", from: "a@b.de", to: [] } }"#, "channels.a.to: is empty"),
        (#"routes: [{ tell: "ops" }]"#, #"there is no channel "ops" under channels"#),
        (#"routes: [{ }]"#, "routes[0].tell: is missing"),
        (
            #"channels: { am: { kind: "alertmanager", url: "https://a.example" } }, contacts: { x: {} }, routes: [{ tell: "am/x" }]"#,
            "x has nothing that alertmanager needs"
        ),
        (
            #"channels: { am: { kind: "alertmanager", url: "https://a.example" } }, routes: [{ tell: "am", kinds: ["storag"] }]"#,
            #"did you mean "storage"?"#
        ),
        (
            #"channels: { am: { kind: "alertmanager", url: "https://a.example" } }, routes: [{ tell: "am", quiet: { from: "22", to: "25:00" } }]"#,
            "routes[0].quiet.from: must be a time of day"
        ),
        (#"dead_mans_switch: { every: "1m" }"#, "dead_mans_switch.url: is missing"),
        (#"client_groups: { acme: "team" }"#, "client_groups.acme: must be the id of a user group"),
        (#"client_groups: { other: "S0123ABCD" }"#, #"there is no client "other" under clients"#),
    ]
    @Test(arguments: mistakes)
    func `names each mistake and its remedy`(_ text: String, _ words: String) {
        let said = read(text).mistakes.map(\.description)
        #expect(said.contains { $0.contains(words) }, "\(said)")
    }
}
