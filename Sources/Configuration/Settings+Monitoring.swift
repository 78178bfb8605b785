import Domain
import Monitoring

// What is watched, and how alerts behave.
extension Settings {
    static let volume: [Setting] =
        [
            Setting(
                "volume", .object, .absent, "Leads that do not come. Each group is watched by what is usual for it."),
            Setting(
                "volume.budget", .number(above: 0, atMost: 100), .value(.number("\(WatchedGroup.defaultBudget)")),
                "False alarms that a group may raise in 30 days: less means to wait longer."),
            Setting(
                "volume.critical_loss", .number(above: 0, atMost: 1e6), 20,
                "So many leads must be lost before somebody is woken."),
            Setting("volume.groups", .list, .absent, "What is different for a group."),
            Setting("volume.groups[].client", .text, .required, "Whose group it is."),
            Setting("volume.groups[].group", .text, .required, "Its name; * stands for any run of characters."),
            Setting(
                "volume.groups[].planned_daily", .number(above: 0, atMost: 1e7), .absent,
                "Leads a day that are expected of a new group; after a week its own past counts."),
            Setting(
                "volume.groups[].budget", .number(above: 0, atMost: 100), .depends("volume.budget"),
                "The same for this group."),
            Setting(
                "volume.groups[].critical_loss", .number(above: 0, atMost: 1e6), .depends("volume.critical_loss"),
                "The same for this group."),
            Setting("volume.groups[].watch", .flag, true, "Whether it is watched."),
            Setting(
                "volume.groups[].rules", .list, .absent,
                "Fixed rules beside that. leadrelay rule try says how often one would have fired."),
            Setting("volume.rules", .list, .absent, "Fixed rules for many groups."),
            Setting("volume.rules[].client", .text, .absent, "Only groups of this client."),
            Setting(
                "volume.rules[].group", .text, .absent,
                "Only groups whose names fit; * stands for any run of characters."),
            Setting(
                "volume.rules[].per", .choice(of: FixedRule.Reach.Per.self), "group",
                "Whether each group is counted by itself, or all of a client, or everything."),
            Setting(
                "volume.rules[].least_daily", .number(above: 0, atMost: 1e7), .absent,
                "Only groups of which so many leads a day are expected."),
        ]

    static let groupRules: [Setting] = fixedRule(at: "volume.groups[].rules[]")

    static let volumeRules: [Setting] = fixedRule(at: "volume.rules[]")

    private static func fixedRule(at path: String) -> [Setting] {
        [
            Setting(
                "\(path).fewer_than", .whole(from: 1, to: 1_000_000), 1, "It fires when fewer leads than that come …",
                since: next),
            Setting(
                "\(path).in", .duration(from: .minutes(5), to: .days(7)), "1h",
                "… in so long, in steps of five minutes.", since: next),
            Setting("\(path).days", .text, .absent, "Only these days count, for example \"mon-fri\".", since: next),
            Setting(
                "\(path).hours", .text, .absent, "Only these hours count, for example \"09:00-21:00\".", since: next),
            Setting("\(path).time_zone", .text, .depends("the client's"), "By whose clock.", since: next),
            Setting("\(path).severity", .choice(of: Severity.self), "warning", "How bad it is.", since: next),
        ]
    }

    static let monitoring: [Setting] = [
        Setting("monitoring", .object, .absent, "Everything else that is watched, and how alerts behave."),
        Setting(
            "monitoring.overrides", .list, .absent,
            "Rules that are different for a client or its groups; later ones win."),
        Setting("monitoring.overrides[].client", .text, .required, "For which client."),
        Setting(
            "monitoring.overrides[].group", .text, .absent,
            "For which of its groups; * stands for any run of characters. Without it for the client as a whole."),
        Setting("monitoring.overrides[].rules", .like("monitoring.rules"), .required, "What is different."),
        Setting("monitoring.alerts", .object, .absent, "How alerts behave."),
        Setting(
            "monitoring.alerts.acknowledge", .object, .absent, "When an acknowledged alert that nobody ends asks again."
        ),
        Setting(
            "monitoring.alerts.acknowledge.warning", .duration(from: .minutes(5), to: .days(14)), "24h", "Of a warning."
        ),
        Setting(
            "monitoring.alerts.acknowledge.critical", .duration(from: .minutes(5), to: .days(14)), "4h",
            "Of a critical one."),
        Setting(
            "monitoring.alerts.escalate", .object, .absent,
            "When the routes' next steps are told while nobody acknowledges it, counted from the beginning."),
        Setting(
            "monitoring.alerts.escalate.warning", .durations(from: .minutes(1), to: .days(7), most: 10), [],
            "Of a warning."),
        Setting(
            "monitoring.alerts.escalate.critical", .durations(from: .minutes(1), to: .days(7), most: 10),
            ["15m", "45m"],
            "Of a critical one."),
        Setting(
            "monitoring.alerts.remind", .durations(from: .minutes(5), to: .days(30), most: 30),
            ["1h", "4h", "1d", "2d", "3d", "5d", "7d"], "When people are reminded of what is open."),
        Setting(
            "monitoring.alerts.update_every", .duration(from: .minutes(1), to: .days(1)), "15m",
            "How often people hear at most that figures of an open alert have changed."),
        Setting(
            "monitoring.alerts.reopen_within", .duration(from: .zero, to: .days(1)), "2h",
            "What comes back within this time is the same alert again."),
        Setting(
            "monitoring.alerts.flaps_after", .whole(from: 1, to: 100), 1,
            "An alert that has come back so often is closed only after a calm."),
        Setting("monitoring.alerts.calm", .duration(from: .minutes(1), to: .days(1)), "1h", "How long that is."),
        Setting(
            "monitoring.alerts.quiet_after_resolve", .duration(from: .zero, to: .days(7)), "1h",
            "What a person resolved is not opened anew for so long, unless it gets worse."),
        Setting(
            "monitoring.alerts.quiet_after_verdict", .duration(from: .zero, to: .days(30)), "24h",
            "The same when the person said that it was planned or no problem."),
        Setting(
            "monitoring.heartbeats", .named, .absent,
            "Signs of life of your own machines: POST /api/heartbeats/NAME with an API token."),
        Setting(
            "monitoring.heartbeats.*.every", .duration(from: .minutes(1), to: .days(60)), .required,
            "So often they have to come."),
        Setting("monitoring.heartbeats.*.client", .text, .absent, "Whose matter it is."),
        Setting(
            "monitoring.heartbeats.*.severity", .choice(of: Severity.self), "warning",
            "How bad it is if they do not come."),
        Setting(
            "monitoring.rules", .object, .absent,
            "When the rules speak; \"off\" in place of a rule's settings switches it off."),
    ]

    static let rules: [Setting] = ruleSettings.flatMap { $0 }

    private static let ruleSettings: [[Setting]] = [
        rule(
            .forwardingFailing, "Attempts of the last quarter of an hour that fail.",
            [
                ("share", .share, 0.5, "The share that must fail …"),
                ("least", .whole(from: 1, to: 100_000), 10, "… of at least so many."),
                (
                    "breaker_open", .duration(from: .minutes(1), to: .days(1)), "10m",
                    "Also a destination that has been left alone for so long."
                ),
                (
                    "critical_age", .duration(from: .minutes(1), to: .days(7)), "1h",
                    "It is critical when leads have been waiting for so long."
                ),
            ]),
        rule(.backlog, "Leads that wait to be sent.", grades(.minutes(1), .days(7), "15m", "1h")),
        rule(
            .laneHeld, "A destination that a person has paused.",
            [
                ("paused_for", .duration(from: .minutes(1), to: .days(30)), "4h", "For longer than that.")
            ]),
        rule(
            .expiring, "Leads that a platform will soon not take any more.",
            [
                ("ahead", .duration(from: .minutes(10), to: .days(7)), "12h", "So soon.")
            ]),
        rule(
            .unclassifiedCode, "Answers of a platform that nobody has classified.",
            [
                ("least", .whole(from: 1, to: 100_000), 3, "At least so many.")
            ]),
        rule(
            .unconfirmed, "Leads of which Google does not say what became of them.",
            [
                ("after", .duration(from: .hours(1), to: .days(7)), "12h", "After so long.")
            ]),
        rule(.testMode, "Real leads that are sent as test events.", []),
        rule(.preflightFailed, "A destination that would not take leads.", []),
        rule(.quarantineRate, "Events put aside.", share(0.2, 20)),
        rule(.duplicateShare, "Duplicates.", share(0.3, 50)),
        rule(.clickIDShare, "Leads without a click id, against their own past.", least(20)),
        rule(.consentShare, "Leads without consent, against their own past.", least(20)),
        rule(.nothingAccepted, "A source of which nothing at all is accepted.", least(3)),
        rule(.skippedShare, "Leads skipped by a destination, or owed to none.", share(0.1, 3)),
        rule(.contactShare, "Leads without e-mail address and telephone number.", share(0.1, 3)),
        rule(.leftOutShare, "Fields left out.", share(0.1, 3)),
        rule(.reusedIDs, "Ids used twice.", share(0.05, 3)),
        rule(.refusedShare, "Requests refused because of their sender.", share(0.1, 3)),
        rule(.intakeErrors, "Requests refused because of the relay.", share(0.02, 5)),
        rule(
            .storage, "Disk, database and backups.",
            [
                ("free_warning", .share, 0.15, "It is a warning when less of the disk is free."),
                ("free_critical", .share, 0.05, "It is critical when less of the disk is free."),
                (
                    "full_in", .duration(from: .hours(1), to: .days(365)), "7d",
                    "Also when the disk will be full in so long."
                ),
                (
                    "log", .size(from: .mebibytes(8), to: .mebibytes(1 << 20)), "512MiB",
                    "Also when the database's write-ahead log is larger."
                ),
                (
                    "backup_age", .either([.duration(from: .hours(1), to: .days(400)), .word("off")]), "8d",
                    "Also when the last backup is older; \"off\": nobody asks."
                ),
            ]),
        rule(.configurationRefused, "A changed configuration that was not taken.", []),
        rule(.quarantineEnds, "Quarantined events that will soon be discarded.", []),
        rule(.idsAhead, "Ids that were given while the clock was ahead.", []),
        rule(.clockSkew, "A clock that is wrong.", grades(.seconds(2), .hours(24), "5s", "2m")),
        rule(.credentialEnds, "An access that ends.", grades(.hours(1), .days(90), "14d", "3d")),
        rule(.tooManyGroups, "More campaign groups than are watched by themselves.", []),
        rule(
            .channelFailing, "A channel that cannot be told.",
            [
                ("after", .duration(from: .minutes(1), to: .days(1)), "10m", "For so long.")
            ]),
    ]

    private typealias Row = (name: String, kind: Setting.Kind, usual: Setting.Usual, sentence: String)

    private static func rule(_ kind: AlertKind, _ sentence: String, _ rows: [Row]) -> [Setting] {
        let path = "monitoring.rules.\(kind.rawValue)"
        let head = Setting(path, .either([.object, .word("off"), .word("on")]), .absent, sentence, since: next)
        return [head] + rows.map { Setting("\(path).\($0.name)", $0.kind, $0.usual, $0.sentence, since: next) }
    }

    private static func share(_ share: Double, _ least: Int) -> [Row] {
        [
            ("share", .share, Setting.Usual(floatLiteral: share), "The share from which on it is told …"),
            (
                "least", .whole(from: 1, to: 1_000_000), Setting.Usual(integerLiteral: least),
                "… if there are at least so many."
            ),
        ]
    }

    private static func least(_ least: Int) -> [Row] {
        [
            (
                "least", .whole(from: 1, to: 100_000), Setting.Usual(integerLiteral: least),
                "If there are at least so many."
            )
        ]
    }

    private static func grades(_ from: Duration, _ to: Duration, _ warning: String, _ critical: String) -> [Row] {
        [
            (
                "warning", .duration(from: from, to: to), Setting.Usual(stringLiteral: warning),
                "From here on it is a warning."
            ),
            (
                "critical", .duration(from: from, to: to), Setting.Usual(stringLiteral: critical),
                "From here on it is critical."
            ),
        ]
    }
}
