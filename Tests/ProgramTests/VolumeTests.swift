import Domain
import Monitoring
import Store
import TestSupport
import Testing

@testable import API
@testable import CommandLine
@testable import Configuration
@testable import leadrelay

@Suite struct `The configuration of missing leads` {
    private static func read(_ volume: String) -> ConfigurationReport {
        let secrets = SecretReader(environment: { _ in nil }, file: { _ in .missing("No such file or directory") })
        let text = """
            { clients: { acme: { time_zone: "Europe/Berlin", country: "DE" } }, sources: {}, destinations: {},
              volume: \(volume) }
            """
        return ConfigurationReport(Array(text.utf8), secrets: secrets)
    }

    @Test func `has groups, budgets and fixed rules`() throws {
        let report = Self.read(
            """
            { budget: 0.05, groups: [{ client: "acme", group: "solar", planned_daily: 40, critical_loss: 10, watch: false,
              rules: [{}, { fewer_than: 5, in: "24h", days: "mon-wed,sat", hours: "00:00-24:00", severity: "critical" }] }] }
            """)
        let settings = try #require(report.configuration, "\(report.mistakes)").volume
        #expect(settings.budget == 0.05)
        #expect(settings.clients["acme"]?.zone.name == "Europe/Berlin")
        let group = try #require(settings.groups[GroupKey(client: "acme", group: "solar")])
        #expect(group.plannedDaily == 40 && group.isUnwatched)
        #expect(
            group.rules == [
                FixedRule(),
                FixedRule(
                    fewerThan: 5, within: .hours(24), days: [1, 2, 3, 6], severity: .critical),
            ])
    }

    @Test func `has rules for all, for a client, and for a pattern of groups`() throws {
        let report = Self.read(
            """
            { rules: [
                { fewer_than: 1, in: "1h", least_daily: 100 },
                { client: "acme", group: "solar-*", hours: "09:00-18:00", days: "mon-fri", time_zone: "America/New_York" },
                { client: "acme", per: "client", fewer_than: 5, in: "6h", severity: "critical" },
                { per: "everything" },
              ],
              groups: [{ client: "acme", group: "test-*", watch: false }] }
            """)
        let settings = try #require(report.configuration, "\(report.mistakes)").volume
        #expect(
            settings.rules == [
                FixedRule(reach: FixedRule.Reach(leastDaily: 100)),
                FixedRule(
                    days: [1, 2, 3, 4, 5], minutes: 540..<1080, zone: ZoneDirectory.rules("America/New_York"),
                    reach: FixedRule.Reach(client: "acme", group: "solar-*")),
                FixedRule(
                    fewerThan: 5, within: .hours(6), severity: .critical,
                    reach: FixedRule.Reach(client: "acme", per: .client)),
                FixedRule(reach: FixedRule.Reach(per: .everything)),
            ])
        #expect(settings.group(GroupKey(client: "acme", group: "test-7"))?.isUnwatched == true)
        #expect(settings.group(GroupKey(client: "acme", group: "solar")) == nil)
    }

    static let mistakes = [
        ("{ rules: [{ client: 'acmee' }] }", "volume.rules[0].client"),
        ("{ rules: [{ groups: 'x' }] }", "volume.rules[0].groups"),
        ("{ rules: [{ per: 'client', group: 'x' }] }", "volume.rules[0].group"),
        ("{ rules: [{ per: 'everything', client: 'acme' }] }", "volume.rules[0].client"),
        ("{ rules: [{ time_zone: 'Europe/Berlim' }] }", "volume.rules[0].time_zone"),
        // It would be taken and never say anything.
        ("{ rules: [{ in: '24h', hours: '09:00-18:00' }] }", "volume.rules[0].in"),
        ("{ rules: [{ in: '6d', days: 'mon-fri' }] }", "volume.rules[0].in"),
        ("{ budget: 0 }", "volume.budget"), ("{ budgett: 1 }", "volume.budgett"),
        ("{ groups: [{ client: 'acmee', group: 'x' }] }", "volume.groups[0].client"),
        ("{ groups: [{ client: 'acme' }] }", "volume.groups[0].group"),
        ("{ groups: [{ client: 'acme', group: 'x', rules: [{ in: '7m' }] }] }", "volume.groups[0].rules[0].in"),
        (
            "{ groups: [{ client: 'acme', group: 'x', rules: [{ days: 'fri-mon' }] }] }",
            "volume.groups[0].rules[0].days"
        ),
        ("{ groups: [{ client: 'acme', group: 'x', rules: [{ hours: '9-5' }] }] }", "volume.groups[0].rules[0].hours"),
    ]

    @Test(arguments: mistakes)
    func `names its mistakes`(text: String, path: String) {
        #expect(Self.read(text).mistakes.map(\.path) == [path])
    }
}

@Suite(.timeLimit(.minutes(Hanging.minutes))) struct `The calendar on a terminal` {
    @Test func `takes events by the client's clock, lists and removes them`() throws {
        let stage = try RelayStage(extra: #"clients: { acme: { time_zone: "Europe/Berlin", country: "DE" } },"#)
        let added = try stage.command(
            "calendar", "add", "Christmas", "--start", "2026-12-24", "--end", "2026-12-26", "--multiplier", "0.4",
            "--scope",
            "client:acme")
        #expect(added.output == "event 1: from 2026-12-24T00:00:00+01:00 to 2026-12-27T00:00:00+01:00\n")
        let list = try stage.command("calendar", "list", "--all").output
        for word in ["Christmas", "client:acme", "Europe/Berlin", "0.4"] { #expect(list.contains(word), "\(list)") }
        #expect(try stage.command("calendar", "remove", "1").output == "event 1 is removed\n")
        #expect(try stage.command("calendar", "remove", "1").code == .notGood)
        #expect(try stage.command("calendar", "list", "--all").output == "the calendar is empty\n")
    }

    @Test func `takes an event that comes again, and says when next`() throws {
        let stage = try RelayStage(extra: #"clients: { acme: { time_zone: "Europe/Berlin", country: "DE" } },"#)
        let added = try stage.command(
            "calendar", "add", "Month's end", "--start", "2026-01-31", "--end", "2026-01-31", "--multiplier", "1.5",
            "--scope", "client:acme", "--repeats", "monthly", "--until", "2099-12-31")
        #expect(added.code == .good, "\(added)")
        let list = try stage.command("calendar", "list", "--all").output
        for word in ["Month's end", "monthly", "next"] { #expect(list.contains(word), "\(list)") }
        let reader = try stage.service.relay.ledger.reader()
        let event = try #require(try reader.calendarEvents(endingAfter: .start).first)
        #expect(event.repeats == .monthly)
        #expect(event.until == Instant(rfc3339: "2100-01-01T00:00:00+01:00"))
    }

    @Test(arguments: [
        ["--start", "2026-12-24", "--end", "2026-12-24", "--multiplier", "1", "--repeats", "hourly"],
        ["--start", "2026-12-24", "--end", "2027-01-24", "--multiplier", "1", "--repeats", "monthly"],
        ["--start", "2026-12-24", "--end", "2026-12-24", "--multiplier", "1", "--until", "2027-12-24"],
        [
            "--start", "2026-12-24", "--end", "2026-12-24", "--multiplier", "1", "--repeats", "yearly", "--until",
            "2026-12-01",
        ],
        ["--start", "2026-12-24", "--end", "2026-12-23", "--multiplier", "1"],
        ["--start", "tomorrow", "--end", "2026-12-23", "--multiplier", "1"],
        ["--start", "2026-12-24", "--end", "2026-12-25", "--multiplier", "-1"],
        ["--start", "2026-12-24", "--end", "2026-12-25", "--multiplier", "1", "--scope", "planet:earth"],
        ["--start", "2026-12-24", "--end", "2026-12-25", "--multiplier", "1", "--scope", "client:nobody"],
        ["--start", "2026-12-24", "--end", "2026-12-25", "--multiplier", "1", "--zone", "Europe/Bärlin"],
    ])
    func `refuses what cannot be`(options: [String]) throws {
        let stage = try RelayStage(extra: #"clients: { acme: { time_zone: "Europe/Berlin" } },"#)
        let terminal = TestTerminal(input: "", environment: ["LEADRELAY_SOCKET": stage.folder.file("admin.sock")])
        // A word that there is not for an option is a mistake of the line already.
        let code: ExitCode = options.contains("hourly") ? .wrongUsage : .notGood
        #expect(Command.run(["calendar", "add", "x"] + options, terminal.terminal) == code)
    }
}
