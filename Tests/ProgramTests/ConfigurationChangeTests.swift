import Domain
import Testing

@testable import Configuration
@testable import leadrelay

@Suite struct `A change of the configuration` {
    private static let base = """
        clients: { acme: {}, beta: {} },
        sources: {
          landing: { client: "acme", keys: "pk_landing", origins: ["https://www.acme.example"] },
          other: { client: "beta", keys: "pk_other" },
        },
        groups: [
          { group: "pumps", client: "acme", when: { utm_campaign: "pumps" } },
          { group: "roofs", client: "beta", when: { utm_campaign: "roofs" } },
          { group: "rest", when: { utm_campaign: "*" } },
        ],
        """

    /// What it is called beside alerts: whom it touches, and no more.
    @Test(arguments: [
        (#""pk_landing""#, #""pk_landing-new""#, ["sources.landing.keys changed"]),
        ("www.acme.example", "new.acme.example", ["sources.landing.origins changed"]),
        (#"keys: "pk_other""#, #"keys: "pk_other", rate: "unlimited""#, ["sources.other.rate changed"]),
        (
            #"keys: "pk_other""#, #"keys: "pk_other", address_rate: "unlimited", strict: true"#,
            ["sources.other.address_rate changed", "sources.other changed"]
        ),
        (
            #"keys: "pk_other""#, #"keys: "pk_other", mapping: [{ to: "/value", from: "event_id" }]"#,
            ["sources.other.mapping changed"]
        ),
        (#"utm_campaign: "pumps""#, #"utm_campaign: "pumps-2027""#, ["groups.acme changed"]),
        (#"utm_campaign: "*""#, #"utm_campaign: "r*""#, ["groups changed"]),
        ("acme: {}", #"acme: { landing_pages: ["https://www.acme.example/"] }"#, ["clients.acme changed"]),
        ("other: {", "another: {", ["sources.another added", "sources.other removed"]),
        ("", "", []),
    ])
    func `names what it touches`(_ old: String, _ new: String, _ expected: [String]) throws {
        let changed = old.isEmpty ? Self.base : Self.base.replacing(old, with: new)
        #expect(changed != Self.base || old.isEmpty)
        let found = try Self.read(changed).differences(from: try Self.read(Self.base))
        #expect(found.filter { !$0.hasPrefix("landing_pages") } == expected)
        #expect(found.contains("landing_pages.acme changed") == new.contains("landing_pages"))
    }

    private static func read(_ text: String) throws -> Configuration {
        let secrets = SecretReader(environment: { _ in nil }, file: { _ in .missing("") })
        let report = ConfigurationReport(Array("{ database: \"x.sqlite\", \(text) }".utf8), secrets: secrets)
        return try #require(report.configuration, "\(report.mistakes)")
    }
}
