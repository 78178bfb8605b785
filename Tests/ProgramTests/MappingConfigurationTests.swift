import Domain
import Testing

@testable import CommandLine
@testable import Configuration
@testable import leadrelay

@Suite struct `A mapping in the configuration` {
    private static func report(_ mapping: String, zone: String? = nil) -> ConfigurationReport {
        let zone = zone.map { "time_zone: '\($0)'" } ?? ""
        return ConfigurationReport(
            Array(
                "{ clients: { c: { \(zone) } }, sources: { s: { client: 'c', keys: '12345678', mapping: \(mapping) } } }"
                    .utf8),
            secrets: SecretReader(environment: { _ in nil }, file: { _ in .missing("none") }))
    }

    private static func mapping(_ text: String, zone: String? = nil) throws -> FieldMapping {
        let report = report(text, zone: zone)
        #expect(report.mistakes.map(\.description) == [])
        return try #require(report.configuration?.sources.first?.mapping)
    }

    private static func selector(_ rule: String, zone: String? = nil) throws -> FieldSelector {
        let read = try mapping("[ { to: '/custom/x', \(rule) } ]", zone: zone)
        guard case .read(let selector)? = read.rules.first?.value else { throw Failure("no rule was read") }
        return selector
    }

    @Test func `knows each word of a rule`() throws {
        var chosen = FieldSelector(["/a/list"])
        chosen.conditions = [
            .init(JSONPointer(["field", "ref"]), ["mail", "email"]), .init(JSONPointer(["id"]), ["7"]),
            .init(JSONPointer(["on"]), ["true"]),
        ]
        chosen.taken = JSONPointer(["value"])
        chosen.opensText = true
        #expect(
            try Self.selector(
                "from: '/a/list', where: { '/field/ref': ['mail', 'email'], id: 7, on: true }, take: 'value', json: true"
            )
                == chosen)
        #expect(
            try Self.selector("join: ['Date', 'Time'], with: '-'")
                == FieldSelector(joining: ["Date", "Time"], with: "-"))
        #expect(try Self.selector("from: 'u', query: 'gclid'").form == .parameter("gclid"))
        #expect(try Self.selector("from: 'n', name: 'last'").form == .name(.last))
        let pattern = try #require(DatePattern("d.M.yyyy H:mm"))
        let berlin = try #require(ZoneDirectory.rules("Europe/Berlin")),
            vienna = try #require(ZoneDirectory.rules("Europe/Vienna"))
        func date(_ clock: DateFormat.WallClock) -> FieldSelector.Form { .date([.pattern(pattern, clock)]) }
        // The rule's own, the client's, and UTC.
        let rule = "from: 'd', date: 'd.M.yyyy H:mm'"
        #expect(try Self.selector(rule + ", zone: 'Europe/Berlin'", zone: "Europe/Vienna").form == date(.zone(berlin)))
        #expect(
            try Self.selector(rule + ", offset: '-05:30'", zone: "Europe/Vienna").form == date(.offset(minutes: -330)))
        #expect(try Self.selector(rule, zone: "Europe/Vienna").form == date(.zone(vienna)))
        #expect(try Self.selector(rule).form == date(.utc))
        #expect(
            try Self.selector("from: 'd', date: ['unix_seconds', 'd.M.yyyy H:mm']").form
                == .date([.unixSeconds, .pattern(pattern, .utc)]))
    }

    @Test func `knows each word of a mapping`() throws {
        let mapping = try Self.mapping(
            """
            { each: '/entry/*/changes/*', brackets: true, others: 'labels', without: ['key', 'utm_*'],
              fields: ['/payload/data', { at: '/list', name: ['/field/ref', 'label'], value: 'value', only: 'q*' }, { only: 'x' }] }
            """)
        #expect(mapping.each == JSONPointer(["entry", "*", "changes", "*"]))
        #expect(mapping.isBracketed && mapping.others == .labels && mapping.without == ["key", "utm_*"])
        var list = FieldGroup(JSONPointer(["list"])), top = FieldGroup()
        list.names = [JSONPointer(["field", "ref"]), JSONPointer(["label"])]
        list.values = [JSONPointer(["value"])]
        list.only = ["q*"]
        top.only = ["x"]
        #expect(mapping.groups == [FieldGroup(JSONPointer(["payload", "data"])), list, top])
        #expect(mapping.like == nil)
    }

    @Test(arguments: ReadyMapping.all.map(\.name))
    func `can be a ready one`(name: String) throws {
        let ready = try #require(ReadyMapping.named(name)).mapping(clock: .utc)
        #expect(try Self.mapping("'\(name)'") == ready)
        #expect(Self.report("'\(name)'").warnings.allSatisfy { !$0.path.hasSuffix("mapping") })
        // Own rules come first, the rest stays.
        let own = try Self.mapping("{ like: '\(name)', rules: [ { to: '/person/email', from: '2' } ], without: 'x' }")
        #expect(own.rules == [.init("/person/email", .field(["2"]))] + ready.rules)
        #expect(own.each == ready.each && own.groups == ready.groups && own.others == ready.others)
        #expect(own.like == name && own.without == ready.without + ["x"])
    }

    @Test func `reads a ready one's dates by the client's clock`() throws {
        let berlin = try #require(ZoneDirectory.rules("Europe/Berlin"))
        #expect(
            try Self.mapping("'wufoo'", zone: "Europe/Berlin")
                == (try #require(ReadyMapping.named("wufoo")).mapping(clock: .zone(berlin))))
    }

    static let wrong: [(mapping: String, mistakes: [String])] = [
        ("'elementer'", [#"mapping: there is no ready mapping "elementer"; did you mean "elementor"?"#]),
        ("{ like: 'tallly' }", [#"mapping.like: there is no ready mapping "tallly"; did you mean "tally"?"#]),
        ("{ eech: '/a/*' }", [#"mapping.eech: unknown; did you mean "each"?"#]),
        (
            "{ each: '/entry/changes' }",
            [#"mapping.each: must be a path with * for every element of a list, for example "/entry/*/changes/*""#]
        ),
        (
            "{ others: 'label' }",
            [
                #"mapping.others: must be one of "ignored", "custom", "flat_names", "labels", not "label"; did you mean "labels"?"#
            ]
        ),
        (
            "{ fields: 'payload' }",
            [#"mapping.fields: must be a JSON pointer to the object or list, for example "/payload/data""#]
        ),
        (
            "{ fields: [{ at: '/a', name: 'label' }] }",
            [#"mapping.fields[0].value: is missing: where an element has its value"#]
        ),
        ("{ fields: 7 }", ["mapping.fields: must be a JSON pointer or { at, name, value, only }, not 7"]),
        (
            "[{ to: '/event', form: 'e' }]",
            [
                "mapping[0]: needs exactly one of from, join, constant, default",
                #"mapping[0].form: unknown; did you mean "from"?"#,
            ]
        ),
        (
            "[{ to: '/event', from: 'l', wehre: { id: 'x' }, take: 'v' }]",
            [
                "mapping[0].take: goes with where only; without it, write the whole place into from",
                #"mapping[0].wehre: unknown; did you mean "where"?"#,
            ]
        ),
        (
            "[{ to: '/event', from: 'l', where: { id: 'x' } }]",
            [#"mapping[0].take: is missing: which member of the element is meant, for example "value""#]
        ),
        (
            "[{ to: '/event', from: 'l', where: { id: {} }, take: 'v' }]",
            ["mapping[0].where.id: must be a text, a number, true or false, or a list of these, not an object"]
        ),
        (
            "[{ to: '/event', from: 'l', where: {}, take: 'v' }]",
            [#"mapping[0].where: is empty: say what tells the element, for example { type: "email" }"#]
        ),
        ("[{ to: '/event', join: ['a'], where: { id: 'x' }, take: 'v' }]", ["mapping[0].where: goes with from only"]),
        ("[{ to: '/event', constant: 'x', query: 'y' }]", ["mapping[0].query: goes with from only"]),
        (
            "[{ to: '/event', from: 'x', with: 'y' }]",
            ["mapping[0].with: goes with join only: what stands between the parts"]
        ),
        (
            "[{ to: '/event', from: 'x', query: 'y', date: 'yyyy' }]",
            ["mapping[0].date: does not go with query: a rule reads one thing"]
        ),
        (
            "[{ to: '/event', from: 'x', name: 'middle' }]",
            [#"mapping[0].name: must be one of "first", "last", not "middle""#]
        ),
        ("[{ to: '/event', from: 'x', json: 1 }]", ["mapping[0].json: must be true or false, not 1"]),
        ("[{ to: '/event', from: 'x', zone: 'Europe/Berlin' }]", ["mapping[0].zone: goes with date only"]),
        (
            "[{ to: '/event', from: 'x', date: 'yyyy', zone: 'Europe/Bärlin' }]",
            [#"mapping[0].zone: must be a time zone, for example "Europe/Berlin""#]
        ),
        (
            "[{ to: '/event', from: 'x', date: 'yyyy', zone: 'UTC', offset: '+01:00' }]",
            ["mapping[0].offset: does not go with zone, which knows its offset in summer and winter"]
        ),
        (
            "[{ to: '/event', from: 'x', date: ['yyyy', 'dd.MM.yy'] }]",
            [
                #"mapping[0].date[1]: must be "unix_seconds", "unix_milliseconds" or a pattern such as "dd.MM.yyyy HH:mm""#
            ]
        ),
    ]

    @Test(arguments: wrong)
    func `is refused with the field and the remedy`(mapping: String, mistakes: [String]) {
        #expect(Self.report(mapping).mistakes.map(\.description) == mistakes.map { "line 1: sources.s.\($0)" })
    }
}
