import Domain
import Service
import TestSupport
import Testing

@testable import CommandLine
@testable import Configuration
@testable import leadrelay

@Suite struct `The configuration` {
    private static let webhookSecret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    private static let secrets = SecretReader(
        environment: { ["TOKEN": " abc\n", "BLANK": "  \n", "WEBHOOK": webhookSecret][$0] },
        file: { path in
            switch path {
            case "token": .found("from-file\n", isPrivate: true)
            case "open": .found("seen-by-all", isPrivate: false)
            default: .missing("No such file or directory")
            }
        })

    private static func read(_ text: String) -> ConfigurationReport {
        ConfigurationReport(Array(text.utf8), secrets: secrets)
    }

    // MARK: Secrets

    /// Each place where a secret stands, in a configuration that is otherwise good.
    private static let secretPlaces: [(path: String, text: String)] = [
        ("destinations.m.access_token", #"destinations: { m: { platform: "meta_ads", pixel: "1", access_token: S } }"#),
        (
            "destinations.m.app_secret",
            #"destinations: { m: { platform: "meta_ads", pixel: "1", access_token: { env: "TOKEN" }, app_secret: S } }"#
        ),
        (
            "destinations.g.credential.client_secret",
            #"destinations: { g: { platform: "google_ads", account: "1234567890", conversion_actions: { lead: "1" }, credential: { client_id: "c", client_secret: S, refresh_token: { env: "TOKEN" } } } }"#
        ),
        (
            "destinations.g.credential.refresh_token",
            #"destinations: { g: { platform: "google_ads", account: "1234567890", conversion_actions: { lead: "1" }, credential: { client_id: "c", client_secret: { env: "TOKEN" }, refresh_token: S } } }"#
        ),
        (
            "destinations.w.secret",
            #"destinations: { w: { platform: "webhook", url: "https://a.example/", secret: S } }"#
        ),
        (
            "destinations.m.proxy.password",
            #"destinations: { m: { platform: "meta_ads", pixel: "1", access_token: { env: "TOKEN" }, proxy: { url: "http://p:1", user: "u", password: S } } }"#
        ),
        ("sources.s.signature_secret", #"sources: { s: { keys: ["pk_abcdefgh"], signature_secret: S } }"#),
        ("channels.c.token", #"channels: { c: { kind: "slack", token: S, channel: "C0123ABCD" } }"#),
        (
            "channels.c.signing_secret",
            #"channels: { c: { kind: "slack", token: { env: "SLACK" }, signing_secret: S, channel: "C0123ABCD" } }"#
        ),
        ("channels.c.url", #"channels: { c: { kind: "slack_webhook", url: S } }"#),
        (
            "channels.c.password",
            #"channels: { c: { kind: "email", server: "a.example:587", user: "u", password: S, from: "a@b.example", to: ["c@d.example"] } }"#
        ),
        (
            "channels.c.token",
            #"channels: { c: { kind: "sms", account: "AC00000000000000000000000000000000", token: S, from: "+15005550006", to: ["+15005550007"] } }"#
        ),
        ("channels.c.routing_key", #"channels: { c: { kind: "pagerduty", routing_key: S } }"#),
        (
            "channels.c.token",
            #"channels: { c: { kind: "alertmanager", url: "https://a.example/", token: S } }"#
        ),
        ("dead_mans_switch.url", #"dead_mans_switch: { url: S }"#),
    ]

    private static func report(_ text: String, secret: String) -> ConfigurationReport {
        let secrets = SecretReader(
            environment: { ["TOKEN": "abc", "SLACK": "xoxb-1"][$0] },
            file: { $0 == "odd" ? .found(secret, isPrivate: true) : .missing("no such file") })
        let text =
            "{ " + text.replacing("S }", with: #"{ file: "odd" } }"#).replacing("S,", with: #"{ file: "odd" },"#) + " }"
        return ConfigurationReport(Array(text.utf8), secrets: secrets)
    }

    @Test(arguments: secretPlaces.indices) func `takes no secret with a control character`(_ index: Int) {
        let (path, text) = Self.secretPlaces[index]
        for inner in ["\n", "\r\n", "\u{0}", "\u{1}", "\t", "\u{7F}", "\u{1B}"] {
            let report = Self.report(text, secret: "EAAfirst" + inner + "EAAsecond\n")
            let found = report.mistakes.filter { $0.path == path }.map(\.message)
            #expect(
                found.contains { $0.contains("the secret has a") && $0.contains("alone into its file") },
                "\(path): \(report.mistakes.map(\.description))")
            #expect(!report.mistakes.contains { $0.message.contains("EAA") }, "nothing of it is repeated")
        }
    }

    @Test(arguments: secretPlaces.indices) func `takes blanks in passwords only`(_ index: Int) {
        let (path, text) = Self.secretPlaces[index]
        let isPassword = path.hasSuffix("password") || path.hasSuffix("signature_secret")
        for secret in ["two words", "caf\u{E9}\u{200B}"] {
            let found = Self.report(text, secret: secret).mistakes.filter { $0.path == path }
            #expect(found.contains { $0.message.hasPrefix("the secret has a") } == !isPassword, "\(path) \(secret)")
        }
    }

    @Test func `takes no other text with a control character either`() {
        for text in [
            #"{ destinations: { m: { platform: "meta_ads", pixel: "1", access_token: { env: "TOKEN" }, crm: "a\nb" } } }"#,
            #"{ destinations: { m: { platform: "meta_ads", pixel: "1", access_token: { env: "TOKEN" }, groups: ["a\u0001b"] } } }"#,
        ] {
            #expect(Self.read(text).mistakes.contains { $0.message.contains("control character") })
        }
    }

    // MARK: Platforms

    private static func destination(_ rest: String, at day: String = "2026-11-30") -> ConfigurationReport {
        var secrets = Self.secrets
        secrets.now = { Instant(rfc3339: day + "T00:00:00Z") ?? .start }
        let text =
            #"{ destinations: { m: { platform: "meta_ads", pixel: "1", access_token: { env: "TOKEN" }, \#(rest) } } }"#
        return ConfigurationReport(Array(text.utf8), secrets: secrets)
    }

    @Test(arguments: [
        (#"event_names: { "*": "Lead" }"#, "event_names.*"),
        (#"event_names: { lead: "Lead", "*": "Lead" }"#, "event_names.*"),
        (#"version: "v21.0""#, "version"), (#"version: "v2.0""#, "version"), (#"version: "v99.9""#, "version"),
    ])
    func `is warned of`(_ text: String, _ place: String) {
        let report = Self.destination(text)
        #expect(report.mistakes.isEmpty && report.warnings.contains { $0.path == "destinations.m." + place })
    }

    @Test(arguments: [
        #"event_names: { lead: "Lead", sale: "Purchase" }"#, #"event_names: { "*": "Other" }"#, #"version: "v26.0""#,
        #"version: "v25.0""#, "visitor: { ip: false, user_agent: true }", #"proxy: "http://proxy.example:3128""#,
        #"proxy: { url: "https://proxy.example", user: "u", password: { env: "TOKEN" } }"#,
    ])
    func `is good`(_ text: String) {
        let report = Self.destination(text)
        #expect(report.mistakes.map(\.description) == [])
        #expect(!report.warnings.contains { $0.path.hasPrefix("destinations.m.") })
    }

    @Test(arguments: [
        (#"proxy: "proxy:3128""#, "must begin with http:// or https://"),
        (#"proxy: "socks5://p:1""#, "must begin with http:// or https://"),
        (#"proxy: "http://u:p@proxy:3128""#, "must be without a login"),
        (#"proxy: "http://proxy:3128/path""#, "must be a host and a port"),
        (#"proxy: { url: "http://p:1", user: "u" }"#, "is missing"), (#"ca: "nowhere.pem""#, "cannot be read"),
        (#"ca: "token""#, "has no certificate in PEM"),
        (#"client_certificate: { certificate: "token", key: { file: "token" } }"#, "has no certificate in PEM"),
        (#"client_certificate: { certificate: "token", key: { file: "token" } }"#, "must be a private key in PEM"),
        ("visitor: { ip: 1 }", "must be true or false"), ("visitor: { id: false }", "unknown"),
    ])
    func `says what is wrong with the way to a platform`(_ text: String, _ words: String) {
        let report = Self.destination(text)
        #expect(report.mistakes.contains { $0.message.contains(words) }, "\(report.mistakes.map(\.description))")
    }

    // MARK: Mistakes

    private static let google = """
        platform: "google_ads", account: "123-456-7890", conversion_actions: { lead: "1" },
        credential: { client_id: "c", client_secret: { env: "TOKEN" }, refresh_token: { env: "TOKEN" } }
        """

    /// A text, and everything that is said about it.
    static let mistakes: [(String, [String])] = [
        (
            #"{ destinations: { "meta-acme": { platform: "meta_ads", pixel: "12x", access_token: { env: "TOKEN" } } } }"#,
            [#"line 1: destinations.meta-acme.pixel: must be digits, for example "1234567890""#]
        ),
        (
            #"{ destinations: { m: { platform: "meta_ads", pixel: 123, access_token: { env: "TOKEN" } } } }"#,
            [#"line 1: destinations.m.pixel: must be a text: put it in quotation marks, "123""#]
        ),
        (
            #"{ destinations: { m: { platform: "meta", pixel: "1" } } }"#,
            [#"line 1: destinations.m.platform: must be one of "google_ads", "meta_ads", "webhook", not "meta""#]
        ),
        ("{ listn: 'a:1' }", [#"line 1: listn: unknown; did you mean "listen"?"#]),
        (
            "{\n  log: {\n    levle: 'info',\n    // a comment\n    colour: true\n  } }",
            [
                #"line 3: log.levle: unknown; did you mean "level"?"#,
                "line 5: log.colour: unknown; possible here: level",
            ]
        ),
        (
            "{ log: { level: 'inof' } }",
            [
                #"line 1: log.level: must be one of "debug", "info", "warning", "error", not "inof"; did you mean "info"?"#
            ]
        ),
        ("{ listen: '8080' }", [#"line 1: listen: must be HOST:PORT, for example "127.0.0.1:8080" or "[::1]:8080""#]),
        ("{ listen: ['127.0.0.1:1', '127.0.0.1:1'] }", [#"line 1: listen[1]: "127.0.0.1:1" is here twice"#]),
        (
            "{ trusted_proxies: ['10.0.0.0/40'] }",
            [
                #"line 1: trusted_proxies[0]: must be an address or a network, for example "127.0.0.1", "10.0.0.0/8", "::1""#
            ]
        ),
        ("{ loops: 0 }", ["line 1: loops: must be a whole number from 1 to 64, not 0"]),
        (
            "{ retention: { personal_data: '7 days' } }",
            [
                #"line 1: retention.personal_data: must be a time with its unit, for example "10s", "5m", "2h", "7d", not "7 days""#
            ]
        ),
        ("{ retention: { personal_data: '1m' } }", ["line 1: retention.personal_data: must lie between 1h and 3650d"]),
        (
            "{ limits: { body: '1MB' } }",
            [#"line 1: limits.body: must be a size, for example "256KiB" or "1MiB", not "1MB""#]
        ),
        ("{ limits: { body: 12 } }", ["line 1: limits.body: must lie between 1024 and 67108864 bytes"]),
        ("{ limits: { upload: '65MiB' } }", ["line 1: limits.upload: must lie between 1024 and 67108864 bytes"]),
        (
            "{ sources: { s: { keys: '12345678', answer: 303 } } }",
            ["line 1: sources.s.answer: must be a whole number from 200 to 299, not 303"]
        ),
        (
            "{ clients: { a: { time_zone: 'Europe/Berlim' } } }",
            [
                #"line 1: clients.a.time_zone: this machine knows no time zone "Europe/Berlim"; write for example "Europe/Berlin" (Debian package tzdata)"#
            ]
        ),
        (
            "{ clients: { a: { time_zone: '../../etc/passwd' } } }",
            [#"line 1: clients.a.time_zone: must be a time zone, for example "Europe/Berlin""#]
        ),
        (
            "{ clients: { Acme: { country: 'de' } } }",
            [
                "line 1: clients.Acme: a name has 1 to 64 of the characters a–z, 0–9, - and _",
                #"line 1: clients.Acme.country: must be two capital letters, for example "DE""#,
            ]
        ),
        ("{ sources: { s: {} } }", [#"line 1: sources.s.keys: is missing: at least one, for example ["pk_s_7f3kq2"]"#]),
        (
            "{ sources: { s: { keys: 'short' } } }",
            ["line 1: sources.s.keys: a key has 8 to 128 of the characters A–Z, a–z, 0–9, - and _"]
        ),
        (
            "{ clients: { acme: {} }, sources: { s: { keys: '12345678', client: 'amce' } } }",
            [#"line 1: sources.s.client: there is no client "amce" under clients; did you mean "acme"?"#]
        ),
        (
            "{ sources: { s: { keys: '12345678' }, t: { keys: '12345678' } } }",
            ["line 1: sources.t.keys: one of them is also a key of source s"]
        ),
        (
            "{ sources: { s: { keys: '12345678', origins: ['https://a.example/'] } } }",
            [
                #"line 1: sources.s.origins[0]: must be an origin, for example "https://www.acme.example", or "*" (without path; browsers send "https://a.example")"#
            ]
        ),
        (
            "{ sources: { s: { keys: '12345678', origins: 'a.example', redirects: '/thanks' } } }",
            [
                #"line 1: sources.s.origins: must be an origin, for example "https://www.acme.example", or "*""#,
                #"line 1: sources.s.redirects: must be an absolute address, for example "https://www.acme.example/thanks""#,
            ]
        ),
        (
            "{ sources: { s: { keys: '12345678', rate: 5 } } }",
            [#"line 1: sources.s.rate: must be { per_second: 200, burst: 1000 } or "unlimited", not 5"#]
        ),
        (
            "{ sources: { s: { keys: '12345678', mapping: [ { to: '/person/emial', from: 'e' } ] } } }",
            [
                #"line 1: sources.s.mapping[0].to: must be one of our fields as a JSON pointer, for example "/person/email" or "/custom/budget"; did you mean "/person/email"?"#
            ]
        ),
        (
            "{ sources: { s: { keys: '12345678', mapping: [ { to: '/event', from: 'e', constant: 1 } ] } } }",
            ["line 1: sources.s.mapping[0]: needs exactly one of from, join, constant, default"]
        ),
        (
            "{ sources: { s: { keys: '12345678', mapping: [ { to: '/occurred_at', from: 'e', date: 'dd.QQ' } ] } } }",
            [
                #"line 1: sources.s.mapping[0].date: must be "unix_seconds", "unix_milliseconds" or a pattern such as "dd.MM.yyyy HH:mm""#
            ]
        ),
        (
            "{ sources: { s: { keys: '12345678' } }, sources: {} }",
            ["line 1: sources: is a duplicate key; only one is used"]
        ),
        (
            "{ groups: [ { group: 'g', when: {} } ] }",
            ["line 1: groups[0].when: is empty: the rule would fit every lead"]
        ),
        (
            "{ groups: [ { group: 'g', when: { utm_campain: 'x', page: '*' } } ] }",
            [#"line 1: groups[0].when.utm_campain: unknown; did you mean "utm_campaign"?"#]
        ),
        (
            "{ destinations: { g: { \(google), endpoint: 'http://evil.example' } } }",
            [
                "line 2: destinations.g.endpoint: must begin with https://; plain http is for this machine only, because tokens are sent there"
            ]
        ),
        (
            "{ destinations: { g: { \(google), transport: 'upload_click_conversion', version: 'v26' } } }",
            [
                #"line 2: destinations.g.transport: must be one of "data_manager", "upload_click_conversions", not "upload_click_conversion"; did you mean "upload_click_conversions"?"#,
                #"line 2: destinations.g.version: belongs to the transport "upload_click_conversions"; the other has none"#,
            ]
        ),
        (
            "{ destinations: { g: { \(google), transport: 'upload_click_conversions', version: '26', confirm_after: '1h' } } }",
            [
                #"line 2: destinations.g.version: must be a version of the Google Ads API, for example "v26""#,
                #"line 2: destinations.g.confirm_after: belongs to the transport "data_manager"; an upload is answered at once"#,
            ]
        ),
        (
            "{ destinations: { g: { \(google), require: ['gclid', 'emial'], values: { Lead: 'as_sent', sale: 5, call: { times: 0, currency: 'EUR' }, x: { fixed: 1 }, y: {} } } } }",
            [
                "line 2: destinations.g.values.Lead: write event names in lower case, \"lead\"",
                "line 2: destinations.g.values.sale: must be \"as_sent\", \"none\", { fixed: 50, currency: \"EUR\" } or { times: 0.3 }",
                "line 2: destinations.g.values.call.times: must be a number above 0, at most 1000, not 0",
                "line 2: destinations.g.values.call.currency: goes with fixed; times keeps the sender's",
                "line 2: destinations.g.values.x.currency: is missing: \"EUR\"",
                "line 2: destinations.g.values.y: must hold either times, or fixed and currency",
                "line 2: destinations.g.require[0]: must be one of click_id, email, phone",
                "line 2: destinations.g.require[1]: must be one of click_id, email, phone; did you mean \"email\"?",
            ]
        ),
        (
            "{ destinations: { g: { \(google), transport: 'upload_click_conversions', custom_variables: { branch: 'store' } } } }",
            [
                "line 2: destinations.g.custom_variables.branch: an upload names a custom variable by its number, the id of the resource; the name will not do"
            ]
        ),
        (
            "{ destinations: { m: { platform: 'meta_ads', pixel: '1', access_token: { env: 'TOKEN' }, test_event_code: 'T', custom_data: { value: 'v' }, limited_data_use: { country: 7 } } } }",
            [
                "line 1: destinations.m.test_event_code: needs test_event_until, a time such as \"2026-11-25T18:00:00Z\": events with the code count like all others, so it must not be forgotten",
                "line 1: destinations.m.limited_data_use.country: must be a whole number from 0 to 1, not 7",
                "line 1: destinations.m.limited_data_use.whom: is missing: \"everybody\" or \"unless_granted\"",
                "line 1: destinations.m.custom_data.value: is filled by the relay itself; take another name",
            ]
        ),
        (
            "{ destinations: { g: { platform: 'google_ads', account: '1234567890', conversion_actions: { lead: '1' }, credential: { client_id: 'c', client_secret: { env: 'TOKEN' }, refresh_token: { env: 'TOKEN' }, project: 7, quota: { sending: { per_minute: 0 }, asking: { per_minute: 1, per_day: 1, per_hour: 1 } } } } } }",
            [
                #"line 1: destinations.g.credential.project: must be a text: put it in quotation marks, "7""#,
                "line 1: destinations.g.credential.quota.sending.per_day: is missing: 100000",
                "line 1: destinations.g.credential.quota.asking.per_hour: unknown; possible here: per_day, per_minute",
            ]
        ),
        (
            "{ destinations: { g: { \(google), sources: ['nobody'], pace: { batch: 5000 } } } }",
            [
                #"line 2: destinations.g.sources[0]: there is no source "nobody" under sources"#,
                "line 2: destinations.g.pace.batch: must be a whole number from 1 to 2000, not 5000",
            ]
        ),
        (
            "{ destinations: { m: { platform: 'meta_ads', pixel: '1', access_token: 'EAAB' } } }",
            [
                #"line 1: destinations.m.access_token: secrets do not belong in this file; write { env: "NAME" } or { file: "PATH" }"#
            ]
        ),
        (
            "{ destinations: { m: { platform: 'meta_ads', pixel: '1', access_token: { env: 'NONE' }, app_secret: { file: 'gone' } } } }",
            [
                "line 1: destinations.m.access_token: secret missing: the environment variable NONE is not set",
                "line 1: destinations.m.app_secret: secret missing: the file gone cannot be read: No such file or directory",
            ]
        ),
        (
            "{ destinations: { m: { platform: 'meta_ads', pixel: '1', access_token: { env: 'BLANK' } } } }",
            ["line 1: destinations.m.access_token: secret missing: BLANK is empty"]
        ),
        (
            "{ destinations: { m: { platform: 'meta_ads', pixel: '1', access_token: { env: 'TOKEN', file: 'token' } } } }",
            [#"line 1: destinations.m.access_token: must be { env: "NAME" } or { file: "PATH" }"#]
        ),
        (
            "{ destinations: { w: { platform: 'webhook', secret: { env: 'TOKEN' } } } }",
            [
                "line 1: destinations.w.url: is missing: a text",
                #"line 1: destinations.w.secret: must be whsec_ and 24 to 64 bytes in base 64; make one: echo "whsec_$(openssl rand -base64 32)""#,
            ]
        ),
        (
            "{ destinations: { w: { platform: 'webhook', url: 'http://crm.example', secret: { env: 'WEBHOOK' }, events: ['Sale'], pace: { batch: 2 } } } }",
            [
                "line 1: destinations.w.url: must begin with https://; plain http is for this machine only, because tokens are sent there",
                #"line 1: destinations.w.events[0]: write event names in lower case, "sale""#,
                "line 1: destinations.w.pace.batch: must be a whole number from 1 to 1, not 2",
            ]
        ),
        (
            "{ destinations: { w: { platform: 'webhook', url: 'crm', secret: { env: 'WEBHOOK' } } } }",
            [#"line 1: destinations.w.url: must be an address, for example "https://crm.acme.example/leads""#]
        ),
        ("[]", ["line 1: must be an object { … }, not a list"]),
    ]

    @Test(arguments: mistakes)
    func `names every mistake with its place`(_ text: String, _ expected: [String]) {
        let report = Self.read(text)
        #expect(report.mistakes.map(\.description) == expected)
        #expect(report.configuration == nil)
    }

    /// The grammar's own faults are in JSON5Tests; here is what becomes of one.
    @Test(arguments: [
        ("{\n  listen: '127.0.0.1:1'\n  loops: 1\n}", "relay.json5:2:24: a comma is missing here, before what follows"),
        (
            "{ sources: { acme-crm: {} } }",
            #"relay.json5:1:14: this name needs quotation marks, because it is not made of letters, digits, _ and $ alone: write "acme-crm""#
        ),
        ("", "relay.json5:1:1: nothing stands here; write at least { }"),
    ])
    func `is told with line and column where it is not JSON5`(_ text: String, _ expected: String) {
        let report = Self.read(text)
        #expect(report.mistakes.map { $0.located(in: "relay.json5") } == [expected])
        #expect(report.configuration == nil)
    }

    @Test func `is told with line and column what is wrong`() {
        let report = Self.read("{\n  loops: 0, log: {\n    level: 'info', levle: 1, level: 'debug' } }")
        #expect(
            report.mistakes.map { $0.located(in: "r") } == [
                "r:2:3: loops: must be a whole number from 1 to 64, not 0",
                "r:3:30: log.level: is a duplicate key; only one is used",
                "r:3:20: log.levle: unknown; possible here: level",
            ])
        #expect(
            report.warnings.first?.located(in: "r", "warning")
                == "r: warning: sources: no sources are configured; no leads can be received")
    }

    // MARK: What is read

    @Test func `has good defaults`() throws {
        let report = Self.read("{}")
        #expect(report.mistakes.isEmpty)
        #expect(report.warnings.map(\.path) == ["sources", "destinations"])
        let configuration = try #require(report.configuration)
        #expect(configuration == Configuration())
        #expect(configuration.listen.map(\.description) == ["127.0.0.1:8080"])
    }

    @Test func `reads secrets from the environment and from files, without the white space around them`() throws {
        let report = Self.read(
            """
            { destinations: { m: { platform: "meta_ads", pixel: "1", access_token: { env: "TOKEN" }, app_secret: { file: "open" } },
                              n: { platform: "meta_ads", pixel: "1", access_token: { file: "token" } } } }
            """)
        let destinations = try #require(report.configuration).destinations
        guard case .metaAds(let m) = destinations[0].platform, case .metaAds(let n) = destinations[1].platform else {
            Issue.record("not Meta")
            return
        }
        #expect(m.accessToken == Secret("abc"))
        #expect(n.accessToken == Secret("from-file"))
        #expect(report.warnings.map(\.description).contains { $0.contains("everybody on this machine can read open") })
        #expect(!"\(destinations)".contains("abc"))
    }

    @Test func `reads a webhook`() throws {
        let report = Self.read(
            """
            { destinations: { w: { platform: "webhook", url: "https://crm.example/hooks/7/?from=relay", events: ["lead", "sale"],
                secret: { env: "WEBHOOK" }, previous_secret: { env: "WEBHOOK" } },
              v: { platform: "webhook", url: "http://127.0.0.1:9/", secret: { env: "WEBHOOK" }, consent: { denied: "skip" } } } }
            """)
        #expect(report.mistakes.map(\.description) == [])
        let destinations = try #require(report.configuration).destinations
        guard case .webhook(let first) = destinations[0].platform, case .webhook(let second) = destinations[1].platform
        else { throw Failure("no webhooks") }
        #expect(first.url == "https://crm.example/hooks/7/?from=relay" && first.events == ["lead", "sale"])
        #expect(first.secrets == [Secret(Self.webhookSecret), Secret(Self.webhookSecret)])
        #expect(second.secrets.count == 1 && second.events == [])
        #expect(destinations[0].consent.denied == .send && destinations[1].consent.denied == .skip)
        #expect(!"\(destinations)".contains("whsec"))
    }

    // MARK: Service accounts

    private static func keyFile(_ change: (String, JSON?)? = nil) -> String {
        let members: [(String, JSON)] = [
            ("type", "service_account"), ("project_id", "p"), ("private_key_id", "key-1"),
            ("private_key", .string(RSAKeyPair.shared.privateKey)),
            ("client_email", "relay@p.iam.gserviceaccount.com"),
            ("token_uri", "https://oauth2.googleapis.com/token"),
        ]
        return JSON.object(
            members.compactMap { name, value in
                guard let change, change.0 == name else { return JSON.Member(name, value) }
                return change.1.map { JSON.Member(name, $0) }
            }
        ).text
    }

    private static func readWithKeyFile(
        _ text: String, _ more: String = "", isForgiving: Bool = false
    ) -> ConfigurationReport {
        let secrets = SecretReader(
            environment: { _ in "x" },
            file: { $0 == "key.json" ? .found(text, isPrivate: true) : .missing("No such file or directory") })
        let configuration = """
            { destinations: { g: { platform: "google_ads", account: "123-456-7890", conversion_actions: { lead: "1" },
                credential: { service_account: { file: "key.json" }\(more) } } } }
            """
        return ConfigurationReport(
            Array(configuration.utf8), secrets: isForgiving ? secrets.forgiving : secrets)
    }

    private static func credential(_ report: ConfigurationReport) throws -> Destination.Credential {
        guard case .googleAds(let google) = try #require(report.configuration).destinations[0].platform else {
            throw Failure("not Google")
        }
        return google.credential
    }

    @Test func `reads what a destination is told about values, identifiers and the sender's own fields`() throws {
        let report = Self.read(
            """
            { destinations: {
                g: { \(Self.google), require: ["click_id", "email"], custom_variables: { branch: "store" },
                    values: { lead: { fixed: 50, currency: "EUR" }, sale: { times: 0.3 }, call: "none", "*": "as_sent" } },
                m: { platform: "meta_ads", pixel: "1", access_token: { env: "TOKEN" }, custom_data: { branch: "store" },
                    crm: "HubSpot", limited_data_use: { whom: "unless_granted", country: 1, state: 1000 },
                    test_event_code: "TEST1", test_event_until: "2026-11-25T18:00:00+01:00" },
            } }
            """)
        #expect(report.mistakes.map(\.description) == [])
        #expect(
            report.warnings.filter { $0.path.hasPrefix("destinations") }.map(\.description) == [
                "line 7: destinations.m.test_event_code: is sent until 2026-11-25T17:00:00Z and not any more; events with it count like all others"
            ])
        let destinations = try #require(report.configuration).destinations
        #expect(destinations[0].required == [.clickID, .email])
        #expect(
            destinations[0].values == [
                "lead": .fixed(LeadEvent.Decimal(text: "50"), currency: "EUR"), "sale": .times(0.3), "call": .leftOut,
                "*": .asSent,
            ])
        guard case .googleAds(let google) = destinations[0].platform, case .metaAds(let meta) = destinations[1].platform
        else { throw Failure("other platforms") }
        #expect(google.customVariables == ["branch": "store"] && meta.customData == ["branch": "store"])
        #expect(meta.crm == "HubSpot" && meta.limitedDataUse?.whom == .unlessGranted)
        #expect(meta.limitedDataUse?.country == 1 && meta.limitedDataUse?.state == 1000)
        #expect(meta.testEvents?.code == "TEST1" && meta.testEvents?.until == Instant(rfc3339: "2026-11-25T17:00:00Z"))
    }

    @Test func `reads transport, project and quota of Google`() throws {
        func google(_ more: String, _ credential: String = "") throws -> Destination.GoogleAds {
            let report = Self.read(
                """
                { destinations: { g: { platform: "google_ads", account: "123-456-7890", conversion_actions: { lead: "1" }, \(more)
                    credential: { client_id: "77-c", client_secret: { env: "TOKEN" }, refresh_token: { env: "TOKEN" }, \(credential) } } } }
                """)
            #expect(report.mistakes.map(\.description) == [])
            guard case .googleAds(let google) = try #require(report.configuration).destinations[0].platform else {
                throw Failure("not Google")
            }
            return google
        }
        let usual = try google("")
        #expect(usual.transport == .dataManager && usual.endpoint == "https://datamanager.googleapis.com")
        #expect(usual.credential.projectName == "77" && usual.sendingRate == .init(perMinute: 300, perDay: 100_000))
        let upload = try google("transport: 'upload_click_conversions',", "project: 'p'")
        #expect(upload.transport == .clickConversionUpload(version: "v26"))
        #expect(upload.endpoint == "https://googleads.googleapis.com" && upload.credential.projectName == "p")
        #expect(upload.credential.scope == "https://www.googleapis.com/auth/adwords")
        let older = try google(
            "transport: 'upload_click_conversions', version: 'v25', endpoint: 'https://proxy.example',",
            "quota: { sending: { per_minute: 10, per_day: 200 } }")
        #expect(older.transport == .clickConversionUpload(version: "v25") && older.endpoint == "https://proxy.example")
        #expect(older.sendingRate == .init(perMinute: 10, perDay: 200))
        #expect(older.credential.quota.asking == .init(perMinute: 300, perDay: 50_000))
    }

    @Test func `reads a service account's key file`() throws {
        let report = Self.readWithKeyFile(Self.keyFile())
        #expect(report.mistakes.map(\.description) == [])
        let account = Destination.ServiceAccount(
            email: "relay@p.iam.gserviceaccount.com", keyID: "key-1",
            privateKey: Secret(RSAKeyPair.shared.privateKey), projectID: "p")
        #expect(try Self.credential(report) == Destination.Credential(account))
        #expect(!"\(try Self.credential(report))".contains("BEGIN"))
        let elsewhere = Self.readWithKeyFile(Self.keyFile(), ", token_endpoint: 'http://127.0.0.1:8090/token'")
        let credential = try Self.credential(elsewhere)
        #expect(credential.tokenEndpoint == "http://127.0.0.1:8090/token")
        #expect(credential.grant == .serviceAccount(account))
    }

    static let keyFiles: [(String, [String])] = [
        ("key", ["is not a JSON object; take it as Google's console hands it out"]),
        ("[]", ["is not a JSON object; take it as Google's console hands it out"]),
        (
            keyFile(("type", "authorized_user")),
            [#"is not of a service account: its type must be "service_account""#]
        ),
        (keyFile(("client_email", nil)), ["has no client_email"]),
        (keyFile(("private_key_id", "")), ["has no private_key_id"]),
        (keyFile(("private_key", 5)), ["has no private_key"]), (keyFile(("token_uri", nil)), ["has no token_uri"]),
        (
            #"{"type":"service_account"}"#,
            ["client_email", "private_key_id", "private_key", "token_uri"].map { "has no \($0)" }
        ),
        (
            keyFile(("token_uri", "http://oauth2.googleapis.com/token")),
            [
                "has a token_uri that must begin with https://; plain http is for this machine only, because tokens are sent there"
            ]
        ),
        (keyFile(("private_key", "AAAA")), ["has a private_key that is not a key in PEM form"]),
        (
            keyFile(("private_key", .string(RSAKeyPair(bits: 1024).privateKey))),
            ["has a private_key that has 1024 bits; at least 2048 are needed"]
        ),
        (
            keyFile(("private_key", .string(RSAKeyPair.ellipticKey))),
            ["has a private_key that is not an RSA key"]
        ),
    ]

    @Test(arguments: keyFiles)
    func `names what is wrong with a key file, and nothing that stands in it`(_ text: String, _ expected: [String]) {
        let report = Self.readWithKeyFile(text)
        #expect(
            report.mistakes.map(\.description)
                == expected.map { "line 2: destinations.g.credential.service_account: the key file \($0)" })
        #expect(!report.mistakes.contains { $0.message.contains("BEGIN") || $0.message.contains("AAAA") })
    }

    static let credentials: [(String, [String])] = [
        (
            "service_account: { file: 'gone' }",
            [
                "service_account: secret missing: the file gone cannot be read: No such file or directory"
            ]
        ),
        (
            "service_account: 'key.json'",
            [
                #"service_account: secrets do not belong in this file; write { env: "NAME" } or { file: "PATH" }"#
            ]
        ),
        (
            "servce_account: { file: 'key.json' }",
            [
                "client_id: is missing: a text",
                #"client_secret: is missing: a secret, written as { env: "NAME" } or { file: "PATH" }"#,
                #"refresh_token: is missing: a secret, written as { env: "NAME" } or { file: "PATH" }"#,
                #"servce_account: unknown; did you mean "service_account"?"#,
            ]
        ),
    ]

    @Test(arguments: credentials)
    func `names what is wrong with a credential`(_ text: String, _ expected: [String]) {
        let report = Self.read(
            "{ destinations: { g: { platform: 'google_ads', account: '1234567890', conversion_actions: { lead: '1' }, credential: { \(text) } } } }"
        )
        #expect(report.mistakes.map(\.description) == expected.map { "line 1: destinations.g.credential.\($0)" })
    }

    @Test func `takes one credential, not two`() {
        let report = Self.readWithKeyFile(Self.keyFile(), ", client_id: 'c'")
        #expect(
            report.mistakes.map(\.description) == [
                #"line 2: destinations.g.credential: must be { client_id, client_secret, refresh_token } or { service_account: { file: "PATH" } }, not both"#
            ])
    }

    @Test func `needs no key file to preview`() throws {
        #expect(Self.readWithKeyFile("broken", isForgiving: true).mistakes.isEmpty)
    }

    @Test func `keeps the order in which things were written`() throws {
        let report = Self.read(
            "{ sources: { z: { keys: '1234567z' }, a: { keys: '1234567a' }, m: { keys: '1234567m' } } }")
        #expect(try #require(report.configuration).sources.map(\.name) == ["z", "a", "m"])
    }

    @Test func `takes the country of a source from its client`() throws {
        let report = Self.read(
            "{ clients: { c: { country: 'AT' } }, sources: { a: { keys: '12345678', client: 'c' }, b: { keys: '12345679', client: 'c', country: 'CH' } } }"
        )
        #expect(try #require(report.configuration).sources.map(\.country) == ["AT", "CH"])
    }

    @Test func `reads a source's limits and mapping`() throws {
        let report = Self.read(
            """
            { sources: { s: { keys: ["12345678"], rate: { per_second: 2.5 }, address_rate: "unlimited", maximum_body: "4KiB",
                answer: 204, strict: true, origins: ["null"], mapping: { others: "custom", rules: [
                    { to: "/event", constant: "lead" }, { to: "/value", default: 12.5 },
                    { to: "/person/email", from: ["mail", "/a/b"] }, { to: "/custom/size", from: "s" },
                    { to: "/occurred_at", from: "at", date: "dd.MM.yyyy", offset: "-05:30" },
                    { to: "/click/landed_at", from: "t", date: "unix_seconds" } ] } } } }
            """)
        #expect(report.mistakes.isEmpty)
        let source = try #require(report.configuration).sources[0]
        #expect(source.rate == Source.Rate(perSecond: 2.5, burst: 12.5))
        #expect(source.addressRate == .unlimited)
        #expect(source.maximumBody == 4096)
        #expect(source.answer == 204 && source.isStrict && source.origins == ["null"])
        let usual = Source(name: "s")
        #expect(usual.answer == 202 && !usual.isStrict)
        #expect(source.mapping?.others == .custom)
        #expect(
            source.mapping?.rules == [
                .init("/event", .constant("lead")), .init("/value", .defaultValue(.number("12.5"))),
                .init("/person/email", .field(["mail", "/a/b"])), .init("/custom/size", .field(["s"])),
                .init(
                    "/occurred_at",
                    .date(["at"], .pattern(try #require(DatePattern("dd.MM.yyyy")), .offset(minutes: -330)))),
                .init("/click/landed_at", .date(["t"], .unixSeconds)),
            ])
    }

    @Test func `shows the one in README without a mistake or a warning`() throws {
        let text = readText(Files.root + "/README.md")
        let block = try #require(text.split(separator: "```json5\n").last?.split(separator: "```").first)
        let secrets = SecretReader(environment: { _ in nil }, file: { _ in .found("secret", isPrivate: true) })
        let report = ConfigurationReport(Array(block.utf8), secrets: secrets)
        #expect(report.mistakes.map(\.description) == [])
        #expect(report.warnings.map(\.description) == [])
        #expect(report.configuration?.destinations.count == 1)
    }

    @Test func `shows the example that is shipped without a mistake`() throws {
        let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
        let text = readText(root + "/deploy/relay.example.json5")
        #expect(!text.isEmpty)
        let known = [
            "SLACK_BOT_TOKEN": "xoxb-secret", "PAGERDUTY_ROUTING_KEY": String(repeating: "k", count: 32),
            "DEAD_MANS_SWITCH_URL": "https://hc-ping.com/7f2c",
        ]
        let secrets = SecretReader(
            environment: { known[$0] ?? "secret" }, file: { _ in .found("secret", isPrivate: true) })
        let report = ConfigurationReport(Array(text.utf8), secrets: secrets)
        #expect(report.mistakes.map(\.description) == [])
        #expect(report.warnings.map(\.description) == [])
        let configuration = try #require(report.configuration)
        #expect(configuration.sources.count == 3)
        #expect(configuration.groups.count == 3)
        #expect(configuration.destinations.count == 2)
        // Where the example writes down a default, it is the default.
        #expect(configuration.retention == Configuration.Retention())
        #expect(configuration.destinations[1].consent == Destination.ConsentPolicy())
        #expect(configuration.destinations[1].pace == Destination.Pace())
    }

    // MARK: Paths

    static let paths: [(String, String, String)] = [
        ("/etc/x/relay.json5", "a.db", "/etc/x/a.db"), ("/etc/x/relay.json5", "/b/a.db", "/b/a.db"),
        ("relay.json5", "a.db", "a.db"), ("x/relay.json5", "a.db", "x/a.db"), ("/relay.json5", "a.db", "/a.db"),
    ]

    @Test(arguments: paths)
    func `starts relative paths at its own folder`(_ file: String, _ path: String, _ result: String) {
        #expect(Files.path(path, in: Files.folder(of: file)) == result)
    }

    // MARK: Words

    static let durations: [(String, Duration?)] = [
        ("250ms", .milliseconds(250)), ("10s", .seconds(10)), ("5m", .seconds(300)), ("2h", .seconds(7200)),
        ("7d", .seconds(604_800)), ("0s", .zero), ("10", nil), ("s", nil), ("-1s", nil), ("1.5s", nil), ("1 s", nil),
        ("", nil), ("99999999999999999999s", nil), ("1w", nil),
    ]

    @Test(arguments: durations)
    func `reads durations`(_ text: String, _ duration: Duration?) {
        #expect(Duration(configured: text) == duration)
        if let duration, duration > .zero { #expect(duration.configured == text) }
    }

    static let addresses: [(String, String?)] = [
        ("127.0.0.1:80", "127.0.0.1:80"), ("[::1]:8080", "[::1]:8080"), ("localhost:0", "localhost:0"), ("::1:80", nil),
        (":80", nil), ("host", nil), ("host:", nil), ("host:70000", nil), ("host:-1", nil), ("[]:1", nil),
    ]

    @Test(arguments: addresses)
    func `reads where to listen`(_ text: String, _ printed: String?) {
        #expect(Configuration.ListenAddress(text)?.description == printed)
    }

    static let suggestions: [(String, String?)] = [
        ("listn", "listen"), ("lsiten", "listen"), ("Listen", "listen"), ("sorces", "sources"), ("xyz", nil), ("", nil),
    ]

    @Test(arguments: suggestions)
    func `suggests what was meant`(_ word: String, _ meant: String?) {
        #expect(suggestion(for: word, among: ["listen", "sources", "log"]) == meant)
    }
}
