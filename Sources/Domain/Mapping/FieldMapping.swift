/// How another service's document becomes ours, so that page builders and CRMs fit without code.
///
/// `contracts/mappings.md` describes the same as it is written in the configuration.
package struct FieldMapping: Sendable, Equatable {
    /// The ready mapping that this one is, or begins from; `nil` if it is all its own.
    package var like: String?
    /// A path with `*` for every element of a list: one lead is made of each. `nil`: the document is one lead.
    package var each: JSONPointer?
    /// Whether names such as `contact[email]` stand for an object `contact` with a member `email`, as PHP reads them.
    package var isBracketed = false
    /// In order; a later rule does not overwrite what an earlier one has set.
    package var rules: [Rule] = []
    /// Where the fields stand that `others` is about.
    package var groups = [FieldGroup()]
    /// What happens to their fields that no rule asks for.
    package var others: Others = .ignored
    /// Names, or patterns with `*`, of fields that are nobody's data: keys, counters, credits.
    package var without: [String] = []

    package init() {}

    package enum Others: String, Sendable, CaseIterable {
        /// They are counted in a note.
        case ignored
        /// They are kept in `custom` under their own names.
        case custom
        /// They are read as those of a plain form post: `email`, `gclid`, `page_url` …
        case flatNames = "flat_names"
        /// They are read by what people call them, as `E-Mail-Adresse` or `phone number` (see ``FieldLabel``); the rest
        /// goes to `custom`.
        case labels

        /// Whether a field may reach a place of ours that no rule names.
        package var findsPlaces: Bool { self == .flatNames || self == .labels }
    }

    package struct Rule: Sendable, Equatable {
        /// Our field as a JSON pointer, for example `/person/email` or `/custom/budget`.
        package var target: String
        package var value: Value
        package init(_ target: String, _ value: Value) {
            self.target = target
            self.value = value
        }
    }

    package enum Value: Sendable, Equatable {
        /// What stands in their document.
        case read(FieldSelector)
        /// Always this.
        case constant(JSON)
        /// Only if nothing else has set the target.
        case defaultValue(JSON)

        /// The first of the named fields that is present and not blank.
        package static func field(_ names: [String]) -> Value { .read(FieldSelector(names)) }

        /// The same, read as a date by the first of the formats that fits.
        package static func date(_ names: [String], _ formats: DateFormat...) -> Value {
            var selector = FieldSelector(names)
            selector.form = .date(formats)
            return .read(selector)
        }
    }
}
