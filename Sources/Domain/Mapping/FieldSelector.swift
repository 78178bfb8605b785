/// Which value of another service's document a rule reads, and how.
package struct FieldSelector: Sendable, Equatable {
    package var source: Source
    /// Chooses an element of the list, or a member of the object, at the place: the first one of which all of this is
    /// true.
    package var conditions: [Condition] = []
    /// With conditions: where the chosen element has the value.
    package var taken = JSONPointer([])
    /// Whether a text on the way is itself JSON, so that the pointer goes on inside it.
    package var opensText = false
    package var form = Form.asItIs
    /// Whether a date that fits no format is left where it is, because the field may be something else.
    package var leavesUnfit = false

    package init(_ names: [String]) { source = .first(names) }
    package init(joining names: [String], with separator: String = " ") { source = .joined(names, with: separator) }

    /// Their flat field name, or a JSON pointer (starts with `/`) into their document. In a pointer `*` stands for the
    /// one element of a list.
    package enum Source: Sendable, Equatable {
        /// The first one that is present and not blank.
        case first([String])
        /// All that are present and not blank, one after the other.
        case joined([String], with: String)
    }

    package struct Condition: Sendable, Equatable {
        /// Where in the element: `column_id`, `/field/ref`.
        package var place: JSONPointer
        /// One of these stands there; numbers and truth values as they are spelled.
        package var values: [String]
        package init(_ place: JSONPointer, _ values: [String]) {
            self.place = place
            self.values = values
        }
    }

    package enum Form: Sendable, Equatable {
        case asItIs
        /// The parameter of that name in the query of an address.
        case parameter(String)
        /// By the first of the formats that fits. What fits none is handed on as it is: the contract's reader says what
        /// is wrong.
        case date([DateFormat])
        /// A part of a full name.
        case name(NamePart)
        /// The last so many characters of an id that may be longer than ours: there ids differ.
        case ending(Int)
    }

    package enum NamePart: String, Sendable, CaseIterable { case first, last }
}
