/// A place in another service's document where the fields of a form stand side by side.
package struct FieldGroup: Sendable, Equatable {
    /// The object or list; JSON that stands as text on the way is read.
    package var place: JSONPointer
    /// Where an element says what it is called, the best place first. Empty: the members of the object are called by
    /// their own names.
    package var names: [JSONPointer] = []
    /// Where an element has its value: the first place that is not blank. Empty: the element is the value.
    package var values: [JSONPointer] = []
    /// Only fields of these names, which may have a `*`. Empty: all.
    package var only: [String] = []
    /// What people read above a field, where it stands elsewhere in the document.
    package var titles: [Titles] = []
    /// Where an element says of what kind it is, and which kinds are one of our fields.
    package var kinds: Kinds?
    /// Where an element lists the choices, if its value is only their ids.
    package var choices: Choices?
    /// Whether the names are numbered, as in `q3_email`; others are no fields then.
    package var isNumbered = false

    package init(_ place: JSONPointer = JSONPointer([])) { self.place = place }

    /// Somewhere a list tells the title of each field.
    package struct Titles: Sendable, Equatable {
        /// The elements, with `*` for all of a list.
        package var place: JSONPointer
        /// In the element: what the fields are known by.
        package var key: JSONPointer
        package var title: JSONPointer
        /// In the field: by what it is known; `nil`: by its name.
        package var keyOfField: JSONPointer?
    }

    package struct Kinds: Sendable, Equatable {
        package var place: JSONPointer
        /// The kind and our field.
        package var targets: [String: JSONPointer]
    }

    package struct Choices: Sendable, Equatable {
        package var place: JSONPointer
        package var key: JSONPointer
        package var text: JSONPointer
    }
}
