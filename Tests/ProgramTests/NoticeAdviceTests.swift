import Domain
import Monitoring
import TestSupport
import Testing

@testable import Configuration
@testable import leadrelay

/// What is allowed and leads nowhere, told by `leadrelay check` with what to write instead.
@Suite struct `The advice on who is told` {
    private static let secrets = SecretReader(
        environment: { ["TOKEN": "t", "KEY": String(repeating: "k", count: 32)][$0] },
        file: { _ in .missing("No such file or directory") })

    private static let channels = """
        channels: {
          mail: { kind: "email", server: "smtp.example.com:587", from: "a@b.de", to: "team@example.com" },
          sms: { kind: "sms", account: "AC00000000000000000000000000000000", token: { env: "TOKEN" }, from: "+15005550006", to: "+4915112345678" },
          pager: { kind: "pagerduty", routing_key: { env: "KEY" } },
        },
        contacts: {
          anna: { email: "anna@example.com", phone: "+4915100000001" }, ben: { email: "ben@example.com" },
          carl: { phone: "+12125550100" },
        },
        """
    private static let everything = #"{ severity: "warning", tell: ["mail", "sms", "pager"] }"#

    private func advice(_ text: String) throws -> [String] {
        let channels =
            text.contains("#dora")
            ? Self.channels.replacing("carl:", with: "dora: { name: \"Dora\" }, carl:") : Self.channels
        let report = ConfigurationReport(
            Array(
                """
                { clients: { acme: {}, beta: {} }, sources: {}, destinations: {}, \(channels) \(text.replacing(", #dora", with: "")) }
                """.utf8), secrets: Self.secrets, now: .start)
        #expect(report.mistakes.map(\.description) == [])
        return report.warnings.filter { !["sources", "destinations"].contains($0.path) }
            .map { "\($0.path): \($0.message)" }
    }

    private static let good = [
        "routes: [\(everything)]",
        // Steps as many as one likes.
        """
        on_call: { night: { people: ["anna", "carl"], from: "2026-11-23", turn: "12h", time_zone: "Europe/Berlin" } },
        routes: [{ severity: "critical", tell: ["mail"], escalate: ["sms/@night", "pager", "sms"] }, \(everything)]
        """,
        // Around the world without a hole, whatever the clocks do.
        """
        on_call: { world: { shifts: [
          { people: ["anna"], time_zone: "Europe/Berlin", hours: "08:00-18:00" },
          { people: ["carl"], time_zone: "America/New_York", hours: "09:00-21:00" },
          { people: ["anna", "carl"], from: "2026-11-23", days: 1 },
        ] } },
        routes: [{ severity: "critical", tell: "sms/@world" }, \(everything)]
        """,
        // Two routes share the day.
        """
        routes: [
          { tell: ["mail", "pager"], hours: "08:00-20:00", time_zone: "Europe/Berlin" },
          { tell: ["sms"], hours: "20:00-08:00", time_zone: "Europe/Berlin" },
        ]
        """,
        // Each client has its own.
        """
        routes: [{ clients: "acme", tell: ["mail"] }, { clients: "beta", tell: "sms" }, { tell: "pager" }]
        """,
    ]

    @Test(arguments: good)
    func `is none where everybody is reached`(_ text: String) throws {
        #expect(try advice(text) == [])
    }

    /// A text, and everything that is said about it, by its beginning or a part of it.
    private static let bad: [(String, [String])] = [
        (
            "routes: [\(everything)], #dora",
            ["contacts.dora: cannot be reached by anything"]
        ),
        (
            "on_call: { night: { people: [\"anna\"] } }, routes: [\(everything)]",
            [#"on_call.night: no route calls whoever is on call here. Write "CHANNEL/@night" in a route."#]
        ),
        (
            """
            on_call: { office: { people: ["anna"], weekdays: "mon-fri", hours: "09:00-17:00", time_zone: "Europe/Berlin" } },
            routes: [{ severity: "critical", tell: ["sms/@office"] }, \(everything)]
            """,
            [
                "on_call.office: nobody is on call from 2026-11-23 17:00 CET to 2026-11-24 09:00 CET, and 260 more times within a year"
            ]
        ),
        // Only while New York and Berlin have not both changed their clocks.
        (
            """
            on_call: { two: { shifts: [
              { people: ["anna"], time_zone: "Europe/Berlin", hours: "02:00-15:00" },
              { people: ["carl"], time_zone: "America/New_York", hours: "09:00-20:00" },
            ] } },
            routes: [{ severity: "critical", tell: ["sms/@two"] }, \(everything)]
            """,
            [
                "on_call.two: nobody is on call from 2027-03-15 01:00 CET to 2027-03-15 02:00 CET, and 20 more times within a year"
            ]
        ),
        (
            """
            on_call: { night: { people: ["anna", "ben"], from: "2026-11-23" } },
            routes: [{ severity: "critical", tell: ["sms/@night", "pager/@night"] }, \(everything)]
            """,
            [
                #"routes[0].tell: "sms/@night" tells the channel's own recipients when it is the turn of ben, who has no phone under contacts."#,
                #"routes[0].tell: "pager/@night" tells the channel's own recipients: pagerduty cannot address a person. Write "pager"."#,
            ]
        ),
        (
            #"routes: [{ tell: ["mail", "sms"] }]"#,
            [#"channels.pager: no route tells it. Write "pager" in a route, or take it out."#]
        ),
        (
            "routes: [\(everything), { severity: \"critical\", clients: \"acme\", tell: \"sms\" }]",
            ["routes[1]: never decides: routes[0] takes everything that it would take"]
        ),
        (
            "routes: [{ severity: \"warning\", clients: \"acme\", tell: \"sms\", escalate: [\"mail\"] }, \(everything)]",
            []
        ),
        (
            """
            routes: [{ severity: "critical", tell: ["mail"] },
              { severity: "warning", tell: ["sms", "pager"], escalate: ["mail"] }]
            """,
            [
                #"routes[1].escalate: is never reached: monitoring.alerts.escalate has no times for warning. Write monitoring: { alerts: { escalate: { warning: ["15m", "45m"] } } }."#
            ]
        ),
        (
            """
            routes: [{ severity: "critical", tell: ["mail"], escalate: [[], "mail"] }, \(everything)]
            """,
            ["routes[0].escalate[0]: calls nobody", "routes[0].escalate[1]: adds nobody"]
        ),
        (
            #"routes: [{ severity: "critical", tell: ["mail", "sms", "pager"] }]"#,
            [
                #"routes: no route takes warning alerts: nobody would be told. Add a last route without clients, kinds, teams and hours, for example { severity: "warning", tell: ["mail"] }."#
            ]
        ),
        (
            #"routes: [{ clients: "acme", tell: ["mail", "sms", "pager"] }]"#,
            [
                "routes: no route takes critical alerts of client beta, or that are no client's, such as a full disk: nobody",
                "routes: no route takes warning alerts of client beta, or that are no client's",
            ]
        ),
        (
            #"routes: [{ kinds: ["storage"], tell: "mail" }, { clients: ["acme", "beta"], tell: ["mail", "sms", "pager"] }]"#,
            [
                "routes: no route takes critical alerts of the kinds missing_leads, low_leads",
                "routes: no route takes warning alerts of the kinds missing_leads, low_leads",
            ]
        ),
        (
            """
            routes: [{ tell: ["mail", "sms", "pager"], weekdays: "mon-fri", hours: "09:00-17:00", time_zone: "Europe/Berlin" }]
            """,
            [
                "routes: no route takes critical alerts from 2026-11-23 17:00 CET to 2026-11-24 09:00 CET, and 260 more times within a year: nobody",
                "routes: no route takes warning alerts from 2026-11-23 17:00 CET",
            ]
        ),
    ]

    @Test(arguments: bad.indices)
    func `names what leads nowhere, and its remedy`(row: Int) throws {
        let (text, expected) = Self.bad[row]
        let said = try advice(text)
        #expect(said.count == expected.count, "\(said)")
        for (one, part) in zip(said.sorted(), expected.sorted()) { #expect(one.contains(part), "\(said)") }
    }

    @Test func `gives every step of a route its time`() throws {
        let report = ConfigurationReport(
            Array(
                """
                { clients: {}, sources: {}, destinations: {}, \(Self.channels)
                  routes: [{ severity: "critical", tell: "mail", escalate: ["sms", "pager", "sms/anna", "sms/carl"] }, \(Self.everything)] }
                """.utf8), secrets: Self.secrets, now: .start)
        let configuration = try #require(report.configuration)
        #expect(
            configuration.monitoring.alerts.escalation.critical.map(\.after) == [15, 45, 75, 105].map { .minutes($0) })
        #expect(configuration.alertRouting.commonSteps.critical == 2)
    }
}
