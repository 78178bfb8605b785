/// The mapping of a well-known sender, chosen by its name.
package struct ReadyMapping: Sendable {
    /// As in the configuration: `elementor`.
    package let name: String
    /// Which sender's posts it reads, in a few words.
    package let sender: String
    /// The clock is for dates that come without an offset.
    let make: @Sendable (DateFormat.WallClock) -> FieldMapping

    package func mapping(clock: DateFormat.WallClock) -> FieldMapping {
        var mapping = make(clock)
        mapping.like = name
        return mapping
    }

    /// In the order of their names.
    package static let all: [ReadyMapping] = (wordPress + formBuilders + marketing).sorted { $0.name < $1.name }

    package static func named(_ name: String) -> ReadyMapping? { all.first { $0.name == name } }

    /// A group of fields whose names are free, read by what people call them.
    static func labelled(
        rules: [FieldMapping.Rule], groups: [FieldGroup], without: [String] = []
    ) -> FieldMapping {
        var mapping = FieldMapping()
        mapping.rules = rules
        mapping.groups = groups
        mapping.without = without
        mapping.others = .labels
        return mapping
    }
}

extension FieldMapping.Rule {
    /// The first of some names.
    static func from(_ target: String, _ names: String...) -> Self { Self(target, .field(names)) }

    /// The value at a place that may lie in JSON that stands as text.
    static func inside(_ target: String, _ names: String...) -> Self {
        var selector = FieldSelector(names)
        selector.opensText = true
        return Self(target, .read(selector))
    }

    /// The element of a list of which something is true.
    static func element(
        _ target: String, of list: String, where place: String, _ values: [String], take: String,
        form: FieldSelector.Form = .asItIs
    ) -> Self {
        var selector = FieldSelector([list])
        selector.conditions = [FieldSelector.Condition(JSONPointer([place]), values)]
        selector.taken = JSONPointer([take])
        selector.form = form
        return Self(target, .read(selector))
    }

    static func joined(_ target: String, _ names: [String], with separator: String) -> Self {
        Self(target, .read(FieldSelector(joining: names, with: separator)))
    }

    /// What the platforms' redirects add to the address of a page.
    static func clickIDs(in addresses: String..., opensText: Bool = false) -> [Self] {
        let parameters = [
            ("gclid", "gclid"), ("gbraid", "gbraid"), ("wbraid", "wbraid"), ("fbclid", "fbclid"),
            ("gad_source", "gad_source"), ("gad_campaignid", "gad_campaign_id"),
        ]
        return parameters.map { parameter, field in
            var selector = FieldSelector(addresses)
            selector.opensText = opensText
            selector.form = .parameter(parameter)
            return Self("/click/" + field, .read(selector))
        }
    }
}

extension DatePattern {
    /// A pattern that is written here and therefore right.
    static func known(_ pattern: String) -> DatePattern {
        guard let known = DatePattern(pattern) else { preconditionFailure("\(pattern) is no date pattern") }
        return known
    }
}
