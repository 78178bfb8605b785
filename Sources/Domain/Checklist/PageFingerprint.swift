/// What of a landing page must stay the same for leads to come: its forms and the tags that carry them. Texts and looks
/// may change.
package struct PageFingerprint: Equatable, Sendable {
    package var forms: [Form]
    /// Ids of tags: `GTM-…`, `G-…`, `AW-…`, `fbq:…` for a pixel of Meta, `relay.js` for our own snippet, `key …` for
    /// its key and `data-leadrelay` for the mark of a form that it sends. Sorted, each once.
    package var tags: [String]
    /// What the page's policies forbid our snippet, in plain words; see `SnippetPermission`.
    package var forbids: [String]

    package struct Form: Equatable, Sendable {
        /// Where it posts to, without query; empty: to the page itself.
        package var action: String
        /// Names of its fields, sorted, each once; without hidden fields, whose names may be random.
        package var fields: [String]
        package init(action: String, fields: [String]) {
            self.action = action
            self.fields = fields
        }
    }

    package init(forms: [Form] = [], tags: [String] = [], forbids: [String] = []) {
        self.forms = forms
        self.tags = tags
        self.forbids = forbids
    }

    /// What differs in the forms since `known`, in plain words; empty if nothing does.
    package func formChanges(since known: PageFingerprint) -> [String] {
        var found: [String] = []
        if forms.count < known.forms.count { found.append("a form is gone") }
        let fields = Set(forms.flatMap(\.fields)), before = Set(known.forms.flatMap(\.fields))
        let gone = before.subtracting(fields).sorted(), new = fields.subtracting(before).sorted()
        if !gone.isEmpty { found.append("fields gone: \(gone.joined(separator: ", "))") }
        if !new.isEmpty { found.append("fields new: \(new.joined(separator: ", "))") }
        let actions = Set(forms.map(\.action)), knownActions = Set(known.forms.map(\.action))
        if forms.count >= known.forms.count, actions != knownActions {
            found.append("a form posts to another address")
        }
        return found
    }

    /// Tags that were there in `known` and are not any more.
    package func missingTags(since known: PageFingerprint) -> [String] { known.tags.filter { !tags.contains($0) } }

    /// What is forbidden and was not in `known`.
    package func newlyForbidden(since known: PageFingerprint) -> [String] {
        forbids.filter { !known.forbids.contains($0) }
    }

    /// Whether the forms are the same, no tag is missing and no more is forbidden.
    package func isAsGood(as known: PageFingerprint) -> Bool {
        formChanges(since: known).isEmpty && missingTags(since: known).isEmpty
            && newlyForbidden(since: known).isEmpty
    }

    // MARK: As text in the store

    package var json: JSON {
        [
            "forms": .array(
                forms.map {
                    ["action": .string($0.action), "fields": .array($0.fields.map { .string($0) })]
                }),
            "tags": .array(tags.map { .string($0) }), "forbids": .array(forbids.map { .string($0) }),
        ]
    }

    package init?(json: JSON) {
        guard let forms = json["forms"]?.array, let tags = json["tags"]?.array else { return nil }
        self.init(
            forms: forms.map {
                Form(
                    action: $0["action"]?.string ?? "",
                    fields: ($0["fields"]?.array ?? []).compactMap(\.string))
            }, tags: tags.compactMap(\.string),
            forbids: (json["forbids"]?.array ?? []).compactMap(\.string))
    }
}
