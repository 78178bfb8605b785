/// How another service's field names become ours, so that page builders fit without code.
package struct FieldMapping: Sendable, Equatable {
    /// In order; a later rule does not overwrite what an earlier one has set.
    package var rules: [Rule] = []
    package var others: Others = .ignored
    package init() {}

    /// What happens to their fields that no rule asks for.
    package enum Others: String, Sendable, CaseIterable {
        /// They are counted in a note.
        case ignored
        /// Texts, numbers and truth values are kept in `custom` under their own names.
        case custom
        /// They are read as those of a plain form post: `email`, `gclid`, `page_url` …
        case flatNames = "flat_names"
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
        /// Their flat field name, or a JSON pointer (starts with `/`) into their document; several names: the first one that
        /// is present and not blank.
        case field([String])
        /// Their field, read as a date in the given format.
        case date([String], DateFormat)
        /// Always this.
        case constant(JSON)
        /// Only if nothing else has set the target.
        case defaultValue(JSON)
    }

    package enum DateFormat: Sendable, Equatable {
        case unixSeconds
        case unixMilliseconds
        /// `yyyy`, `MM`, `dd`, `HH`, `mm`, `ss` and literal characters; the time is taken as UTC plus the offset in minutes.
        /// What the pattern leaves out is the first of its kind: January, the 1st, midnight. See ``DatePattern``.
        case pattern(String, offsetMinutes: Int)
    }
}
