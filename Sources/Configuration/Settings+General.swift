import Domain
import Monitoring
import Service

// The relay itself.
extension Settings {
    static let general: [Setting] = [
        Setting(
            "$schema", .text, .absent,
            """
            The address of the JSON Schema, for editors, which then complete names and explain them. The relay \
            does not read it.
            """,
            since: next),
        Setting(
            "listen", .texts, ["127.0.0.1:8080"],
            """
            Where leads come in and the console is: HOST:PORT, one or several. TLS is the business of a reverse \
            proxy.
            """,
            takesEffect: .onRestart,
            field: Setting.Field(\.listen) { $0.map(\.description).joined(separator: ", ") }),
        Setting(
            "loops", .whole(from: 1, to: 64), 1,
            "Threads that serve HTTP. One is enough for some ten thousand leads a second.",
            takesEffect: .onRestart, field: Setting.Field(\.loops)),
        Setting(
            "trusted_proxies", .texts, [],
            "Addresses and networks of proxies whose X-Forwarded-For is believed.",
            field: Setting.Field(\.trustedProxies)),
        Setting(
            "observers", .texts, ["127.0.0.0/8", "::1"],
            "Addresses and networks that may read /metrics without a token.", field: Setting.Field(\.observers)),
        Setting(
            "public_url", .text, .absent,
            "Where people reach the console, without a path, for links in messages. Without it messages have no links.",
            field: Setting.Field(\.publicURL)),
        Setting(
            "database", .text, "/var/lib/leadrelay/leads.sqlite",
            "The database's file. A relative path starts at the folder of the configuration.",
            takesEffect: .onRestart, field: Setting.Field(\.database)),
        Setting(
            "admin_socket", .text, .value(.string(Configuration.defaultAdminSocket)),
            "The socket that commands talk to, at most 100 bytes.", takesEffect: .onRestart,
            field: Setting.Field(\.adminSocket)),
        Setting(
            "admin_socket_group", .text, .absent,
            "A group whose members may use the socket, beside root and the relay's own user, who must be in it, too.",
            takesEffect: .onRestart, field: Setting.Field(\.adminSocketGroup)),
        Setting("log", .object, .absent, "What is written to the log."),
        Setting(
            "log.level", .choice(["debug", "info", "warning", "error"]), "info", "The least level that is written.",
            field: Setting.Field(\.logLevel) { "\($0)" }),
    ]

    static let retention: [Setting] = [
        Setting("retention", .object, .absent, "How long things are kept."),
        Setting(
            "retention.personal_data", .duration(from: .hours(1), to: .days(3650)), "7d",
            "Clear personal data goes so long after a lead has settled. Hashes and counts stay.",
            takesEffect: .onRestart, field: Setting.Field(\.retention.personalData)),
        Setting(
            "retention.quarantine", .duration(from: .hours(1), to: .days(36_500)), "90d",
            "What nobody decides about in quarantine is discarded after so long. An alert says so a week before.",
            takesEffect: .onRestart, since: next, field: Setting.Field(\.retention.quarantine)),
        Setting(
            "retention.idempotency", .duration(from: .minutes(1), to: .days(30)), "24h",
            "The same Idempotency-Key gets the same answer for so long.",
            takesEffect: .onRestart, field: Setting.Field(\.retention.idempotency)),
        Setting(
            "retention.history", .duration(from: .days(120), to: .days(36_500)), "800d",
            "Single leads, hourly sums and the audit log go after so long. The sums of days and months stay.",
            takesEffect: .onRestart, field: Setting.Field(\.retention.history)),
    ]

    static let limits: [Setting] = [
        Setting("limits", .object, .absent, "What one sender, or all together, may ask of the relay."),
        Setting(
            "limits.body", .size(from: 1024, to: .mebibytes(64)), "1MiB",
            "The largest body that is read; no source's maximum_body can be above it.",
            takesEffect: .onRestart, field: .bytes(\.limits.body)),
        Setting(
            "limits.upload", .size(from: 1024, to: .mebibytes(64)), "10MiB",
            "The same for multipart forms, which may bring files along. The files are dropped.",
            takesEffect: .onRestart, field: .bytes(\.limits.upload)),
        Setting(
            "limits.unfinished_bodies", .size(from: .mebibytes(1), to: .mebibytes(1 << 20)), "64MiB",
            "All bodies together that have begun and not ended, without the first 16 KiB of each; beyond that 503.",
            takesEffect: .onRestart, field: .bytes(\.limits.unfinishedBodies)),
        Setting(
            "limits.watched_groups", .whole(from: 1, to: 100_000), 2000,
            "Campaign groups of one client that are watched by themselves; all others are counted together.",
            field: Setting.Field(\.limits.watchedGroups)),
        Setting(
            "limits.connections_per_address", .whole(from: 1, to: 1_000_000), 1000,
            "Open connections of one address (a /64 of IPv6); this machine and trusted proxies do not count.",
            takesEffect: .onRestart, field: Setting.Field(\.limits.connectionsPerAddress)),
        Setting(
            "limits.batch", .whole(from: 1, to: 100_000), 1000, "Events in one request.",
            field: Setting.Field(\.limits.batch)),
        Setting(
            "limits.connections", .whole(from: 16, to: 1_000_000), 10_000, "Open connections of all addresses.",
            takesEffect: .onRestart, field: Setting.Field(\.limits.connections)),
        Setting(
            "limits.head_timeout", .duration(from: .milliseconds(100), to: .minutes(10)), "10s",
            "How long the head of a request may take to come.",
            takesEffect: .onRestart, field: Setting.Field(\.limits.headTimeout)),
        Setting(
            "limits.body_timeout", .duration(from: .milliseconds(100), to: .minutes(60)), "30s",
            "How long the body of a request may take to come.",
            takesEffect: .onRestart, field: Setting.Field(\.limits.bodyTimeout)),
        Setting(
            "limits.idle_timeout", .duration(from: .milliseconds(100), to: .minutes(60)), "75s",
            "How long a connection may be idle between two requests.",
            takesEffect: .onRestart, field: Setting.Field(\.limits.idleTimeout)),
        Setting(
            "limits.drain", .duration(from: .milliseconds(100), to: .minutes(10)), "15s",
            "How long a stop waits for what is under way.",
            takesEffect: .onRestart, field: Setting.Field(\.limits.drain)),
    ]

    /// What the relay looks at by itself.
    static let looking: [Setting] = [
        Setting("preflight", .object, .absent, "Asking destinations whether they would take leads."),
        Setting(
            "preflight.every", .either([.duration(from: .minutes(10), to: .days(7)), .word("off")]), "6h",
            """
            How often each destination is asked: token, account, permissions. \"off\": only by `leadrelay check \
            --online`.
            """
        ),
        Setting("checks", .object, .absent, "Looking for causes when leads stop."),
        Setting(
            "checks.public_address", .text, .absent,
            """
            Where the relay is reached from outside, without a path; its own test leads go there. Without it they \
            go to the first listener.
            """
        ),
        Setting(
            "checks.control_hosts", .texts, [],
            "Addresses that always answer, to tell a page's fault from one of the relay's own network."),
        Setting(
            "checks.pages", .duration(from: .minutes(5), to: .days(7)), "1h",
            "How often landing pages are visited while nothing is wrong, so that there is something to compare with."),
        Setting(
            "checks.test_leads", .duration(from: .minutes(1), to: .days(1)), .absent,
            "How often a test lead is sent for each source. Without it only when something may be wrong."),
        Setting("reports", .texts, [], "Channels that get the weekly report of all clients together.", since: next),
        Setting(
            "dead_mans_switch", .object, .absent,
            "Raises an alarm elsewhere when this relay falls silent: Healthchecks' protocol."),
        Setting(
            "dead_mans_switch.url", .secret, .required,
            "The address that is called; whoever knows it can feign a sign of life."),
        Setting(
            "dead_mans_switch.every", .duration(from: .seconds(15), to: .hours(1)), "1m", "How often it is called."),
    ]

    static let clients: [Setting] = [
        Setting("clients", .named, .absent, "Advertisers, by their short names."),
        Setting("clients.*.name", .text, .depends("its short name"), "What pages and reports call it."),
        Setting(
            "clients.*.time_zone", .text, "UTC",
            "By whose clock its days and office hours are counted, for example \"Europe/Berlin\"."),
        Setting(
            "clients.*.country", .text, .absent,
            "Two capital letters, ISO 3166-1: the country of telephone numbers without one, and of public holidays."),
        Setting("clients.*.landing_pages", .texts, [], "Where the ads of all its groups lead to."),
        Setting(
            "clients.*.reports", .texts, [], "Channels that get its weekly report, on Monday at seven by its clock.",
            since: next),
        Setting(
            "clients.*.reports_for", .choice(of: WeeklyReport.Audience.self), "team",
            "\"client\" leaves out what is internal: who was how fast, tools and teams, destinations, open work.",
            since: next),
    ]
}

extension Int {
    static func mebibytes(_ count: Int) -> Int { count << 20 }
}
