import Domain
import Monitoring
import TestSupport
import Testing

@testable import Configuration
@testable import leadrelay

@Suite struct `The configuration of the monitor` {
    private static func read(_ monitoring: String) -> ConfigurationReport {
        let secrets = SecretReader(environment: { _ in nil }, file: { _ in .missing("No such file or directory") })
        let text = """
            { clients: { acme: {} }, sources: { crm: { client: "acme", keys: ["pk_crm_12345"] } },
            destinations: {}, monitoring: { \(monitoring) } }
            """
        return ConfigurationReport(Array(text.utf8), secrets: secrets)
    }

    /// A text, and everything that is said about it.
    static let mistakes: [(String, [String])] = [
        (
            "rules: { backlog: 'of' }",
            [#"monitoring.rules.backlog: must be "off", "on", or the rule's settings in { … }, not "of""#]
        ),
        ("rules: { backlok: 'off' }", [#"monitoring.rules.backlok: unknown; did you mean "backlog"?"#]),
        (
            "rules: { backlog: { warning: '2h', critical: '1h' } }",
            ["monitoring.rules.backlog.critical: must not be below warning (2h)"]
        ),
        (
            "rules: { credential_ends: { warning: '2d', critical: '3d' } }",
            ["monitoring.rules.credential_ends.critical: must not be above warning (2d)"]
        ),
        (
            "rules: { quarantine_rate: { share: 20 } }",
            ["monitoring.rules.quarantine_rate.share: must be a number above 0, at most 1, not 20"]
        ),
        (
            "overrides: [{ client: 'acmee', rules: {} }, { client: 'acme' }]",
            [
                #"monitoring.overrides[0].client: there is no client "acmee" under clients; did you mean "acme"?"#,
                #"monitoring.overrides[1].rules: is missing: for example { click_id_share: "off" }"#,
            ]
        ),
        (
            "heartbeats: { import: { every: '25h', client: 'acne' } }",
            [#"monitoring.heartbeats.import.client: there is no client "acne" under clients; did you mean "acme"?"#]
        ),
        (
            "heartbeats: { import: { client: 'acme' } }",
            [#"monitoring.heartbeats.import.every: is missing: for example "25h""#]
        ),
        (
            "alerts: { escalate: { critical: ['45m', '15m'] } }",
            ["monitoring.alerts.escalate.critical[1]: must be longer than the one before it"]
        ),
        (
            "alerts: { remind: ['1s'] }", ["monitoring.alerts.remind[0]: must be a time from 5m to 30d"]
        ),
        (
            "alerts: { acknowledge: { critical: '30d' } }",
            ["monitoring.alerts.acknowledge.critical: must lie between 5m and 14d"]
        ),
    ]

    @Test(arguments: mistakes.indices)
    func `names every mistake with its place and its remedy`(index: Int) {
        let (text, complaints) = Self.mistakes[index]
        let said = Self.read(text).mistakes.map { $0.path + ": " + $0.message }
        #expect(said == complaints)
    }

    @Test func `has defaults for everything, and takes what differs for a client or a group`() throws {
        let plain = try #require(Self.read("").configuration)
        #expect(plain.monitoring == Configuration.Monitoring())
        let report = Self.read(
            """
            rules: { backlog: { warning: "5m", critical: "30m" }, consent_share: "off" },
            overrides: [
                { client: "acme", rules: { consent_share: "on", quarantine_rate: { share: 0.5 } } },
                { client: "acme", group: "heat", rules: { click_id_share: "off" } },
            ],
            heartbeats: { "nightly-import": { client: "acme", every: "25h", severity: "critical" } },
            alerts: { acknowledge: { critical: "1h" }, escalate: { critical: ["5m"] }, remind: [] },
            """)
        #expect(report.mistakes == [])
        let monitoring = try #require(report.configuration?.monitoring)
        #expect(monitoring.watching.common.backlog == .init(warning: .minutes(5), critical: .minutes(30)))
        #expect(monitoring.watching.common.off == [.consentShare])
        #expect(monitoring.watching.overrides.map(\.settings.off) == [[], [.consentShare, .clickIDShare]])
        #expect(monitoring.watching.overrides[0].settings.quarantine.share == 0.5)
        #expect(monitoring.watching.overrides[0].settings.backlog.warning == .minutes(5))
        #expect(
            monitoring.heartbeats == [
                .init(name: "nightly-import", client: "acme", every: .hours(25), severity: .critical)
            ])
        #expect(monitoring.alerts.acknowledgement.critical == .hours(1))
        #expect(monitoring.alerts.escalation.critical == [.init(after: .minutes(5))])
        #expect(monitoring.alerts.reminders == [])
    }
}
