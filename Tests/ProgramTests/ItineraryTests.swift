import Domain
import TestSupport
import Testing

@testable import Configuration
@testable import leadrelay

/// What `check` says of a configuration: by following a lead of each source.
@Suite struct `A lead of each source` {
    private static func read(_ text: String) -> ConfigurationReport {
        ConfigurationReport(
            Array(text.utf8),
            secrets: SecretReader(
                environment: { _ in "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=" }, file: { _ in .missing("") })
        )
    }

    private static func google(_ actions: String = #"lead: "1", sale: "2""#, _ more: String = #"client: "acme","#)
        -> String
    {
        """
        google: { platform: "google_ads", \(more) account: "123-456-7890", conversion_actions: { \(actions) },
            credential: { client_id: "c", client_secret: { env: "T" }, refresh_token: { env: "T" } } },
        """
    }

    private static func meta(_ names: String = #"lead: "Lead""#, _ more: String = #"client: "acme","#) -> String {
        """
        meta: { platform: "meta_ads", \(more) pixel: "1", access_token: { env: "T" }, event_names: { \(names) } },
        """
    }

    private static let page = #"page: { client: "acme", keys: "pk_acme_1", origins: "https://www.acme.example" },"#

    private static func text(
        clients: String = "acme: {}", sources: String = page, destinations: String, groups: String = "",
        top: String = #"trusted_proxies: "127.0.0.1","#
    ) -> String {
        "{ \(top) clients: { \(clients) }, sources: { \(sources) }, groups: [\(groups)], destinations: { \(destinations) } }"
    }

    private static let lines: [(String, [String])] = [
        (
            text(destinations: google() + meta()),
            ["page: lead -> google, meta; sale -> google (meta: not mapped)"]
        ),
        (
            text(destinations: google("lead: \"1\"") + meta("\"*\": \"Lead\"", "")), ["page: lead -> google, meta"]
        ),
        (
            text(
                sources: page
                    + #"forms: { client: "acme", keys: "pk_acme_2", mapping: [{ to: "/event", constant: "sale" }, { to: "/person/email", from: "mail" }] },"#,
                destinations: google() + meta()),
            [
                "page: lead -> google, meta; sale -> google (meta: not mapped)",
                "forms: sale -> google (meta: not mapped)",
            ]
        ),
        // Without identifiers nothing can be matched; a webhook takes it all the same.
        (
            text(
                sources:
                    #"crm: { client: "acme", keys: "pk_acme_3", mapping: [{ to: "/event_id", from: "id" }, { to: "/event", default: "sale" }] },"#,
                destinations: google()
                    + #"hook: { platform: "webhook", url: "https://crm.acme.example", secret: { env: "T" } },"#),
            ["crm: sale -> hook (google: no identifier); lead -> hook (google: no identifier)"]
        ),
        (
            text(clients: "acme: {}, globex: {}", destinations: google("lead: \"1\"", #"client: "globex","#)),
            ["page: lead -> nowhere"]
        ),
    ]

    @Test(arguments: lines.indices)
    func `is followed to its destinations`(index: Int) throws {
        let (text, expected) = Self.lines[index]
        let report = Self.read(text)
        let configuration = try #require(report.configuration, "\(report.mistakes)")
        #expect(configuration.itineraries.map { $0.line() } == expected)
    }

    @Test(arguments: [20, 40, 60, 79, 80, 81, 200])
    func `has a line of its own that fits`(columns: Int) {
        let destinations = (0..<30).map { index in
            Self.google("lead: \"1\"").replacing("google:", with: "\"google-of-acme-\(index)\":")
        }.joined()
        let events = (0..<40).map { "event_\($0): \"\($0)\"" }.joined(separator: ", ")
        let report = Self.read(Self.text(destinations: destinations + Self.google("lead: \"1\", " + events)))
        let line = report.configuration?.itineraries.first?.line(columns: columns) ?? ""
        #expect(line.count <= columns && line.hasPrefix("page: "), "\(line)")
    }

    /// The path of each warning and some of its words.
    private static let warnings: [(String, [(path: String, words: String)])] = [
        (text(destinations: google() + meta()), []),
        (
            text(sources: page.replacing(#"client: "acme","#, with: ""), destinations: google()),
            [
                ("sources.page", "no destination takes its event lead: it has no client"),
                ("destinations.google", "gets no lead: no source belongs to client acme"),
            ]
        ),
        (
            text(destinations: google("leads: \"1\"")),
            [("sources.page", "google: not_mapped. They name leads; did you mean lead?")]
        ),
        (
            text(destinations: google("leads: \"1\"") + meta()),
            [("destinations.google", "names leads, and source page sends lead")]
        ),
        (
            text(destinations: meta("sale: \"Purchase\"")),
            [("sources.page", "meta: not_mapped. Name it in conversion_actions or event_names.")]
        ),
        (
            text(
                sources: #"forms: { client: "acme", keys: "pk_acme_2", mapping: [{ to: "/custom/a", from: "a" }] },"#,
                destinations: google()),
            [
                ("sources.forms.mapping", "sets nothing that a platform can match a person by"),
                ("sources.forms", "google: no_identifier"),
            ]
        ),
        (
            text(
                sources:
                    #"forms: { client: "acme", keys: "pk_acme_2", mapping: [{ to: "/event", constant: "lead" }] },"#,
                destinations: google()),
            [
                ("sources.forms.mapping", "all of them will be put aside"), ("sources.forms", "google: no_identifier"),
            ]
        ),
        (
            text(
                sources:
                    #"forms: { client: "acme", keys: "pk_acme_2", mapping: [{ to: "/person/email", from: "m" }, { to: "/event", constant: "quote" }] },"#,
                destinations: google()),
            [("sources.forms", "no destination takes its event quote: google: not_mapped")]
        ),
        (
            text(
                sources:
                    #"forms: { client: "acme", keys: "pk_acme_2", mapping: [{ to: "/person/email", from: "m" }] },"#,
                destinations: google(#"lead: "1""#, #"client: "acme", consent: { unspecified: "skip" },"#)),
            [("sources.forms.mapping", "says nothing of consent, and google skips leads that do not")]
        ),
        (
            text(sources: #"page: { client: "acme", keys: "pk_acme_1" },"#, destinations: google()),
            [("sources.page", "has neither origins nor signature_secret")]
        ),
        (
            text(
                destinations: google("lead: \"1\"", #"client: "acme", groups: ["solra"],"#),
                groups: #"{ group: "solar", when: { utm_campaign: "s*" } }"#),
            [("destinations.google.groups", "no group rule leads to \"solra\"")]
        ),
        (
            text(destinations: google(), top: ""),
            [("trusted_proxies", "the relay listens on this machine only, so a proxy stands before it")]
        ),
        (
            text(destinations: google(), top: #"listen: "0.0.0.0:80", public_url: "https://leads.acme.example","#),
            [("trusted_proxies", "public_url is https, so a proxy stands before it")]
        ),
        (text(destinations: google(), top: #"listen: "0.0.0.0:80","#), []),
    ]

    @Test(arguments: warnings.indices)
    func `that goes nowhere is a warning with its remedy`(index: Int) {
        let (text, expected) = Self.warnings[index]
        let report = Self.read(text)
        #expect(report.mistakes == [])
        #expect(Set(report.warnings.map(\.path)) == Set(expected.map(\.path)), "\(report.warnings)")
        for (path, words) in expected {
            #expect(
                report.warnings.contains { $0.path == path && $0.message.contains(words) },
                "\(path) \(words): \(report.warnings)")
        }
    }

    private static let rules: [(String, String?)] = [
        (#"{ group: "a", when: { page: "https://www.acme.example/catering*" } }"#, nil),
        (#"{ group: "a", when: { page: "*/catering" } }"#, nil), (#"{ group: "a", when: { page: "http*://x" } }"#, nil),
        (
            #"{ group: "a", when: { page: "/catering" } }"#,
            #"write "https://www.acme.example/catering" or "*/catering""#
        ),
        (#"{ group: "a", when: { page: "www.acme.example/*" } }"#, "a page is a whole address"),
        (#"{ group: "a", when: { page: "https://x/?utm_campaign=a" } }"#, "compared without what follows"),
        (#"{ group: "a", when: { source: "pages*" } }"#, #"no source is called "pages*""#),
        (#"{ group: "a", client: "globex", when: { utm_source: "x" } }"#, "no source belongs to client globex"),
        (
            #"{ group: "wide", when: { utm_campaign: "wedding*" } }, { group: "a", when: { utm_campaign: "wedding-spring" } }"#,
            #"fits the rule of group "wide" before it"#
        ),
        (
            #"{ group: "wide", when: { utm_campaign: "Wedding*" } }, { group: "a", when: { utm_campaign: "wedding-*-spring", page: "*" } }"#,
            #"fits the rule of group "wide" before it"#
        ),
        (
            #"{ group: "wide", when: { utm_campaign: "wedding-spring" } }, { group: "a", when: { utm_campaign: "wedding*" } }"#,
            nil
        ),
        (
            #"{ group: "wide", client: "acme", when: { utm_campaign: "w*" } }, { group: "a", when: { utm_campaign: "wa" } }"#,
            nil
        ),
        (#"{ group: "a", when: { utm_campaign: "w*" } }, { group: "a", when: { utm_campaign: "wa" } }"#, nil),
        (
            #"{ group: "b", when: { utm_campaign: "w*", utm_source: "x" } }, { group: "a", when: { utm_campaign: "wa" } }"#,
            nil
        ),
    ]

    @Test(arguments: rules.indices)
    func `group rules that can never match are named`(index: Int) {
        let (groups, expected) = Self.rules[index]
        let report = Self.read(
            Self.text(clients: "acme: {}, globex: {}", destinations: Self.google(), groups: groups))
        #expect(report.mistakes == [])
        let found = report.warnings.filter { $0.path.hasPrefix("groups") }
        #expect(found.count == (expected == nil ? 0 : 1), "\(found)")
        if let expected { #expect(found.first?.message.contains(expected) == true, "\(found)") }
    }
}
