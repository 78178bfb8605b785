/// Where the reader is: a name, perhaps inside one of the contract's objects.
struct Place {
    let name: String
    let parent: String?

    init(_ name: String, in parent: String? = nil) {
        self.name = name
        self.parent = parent
    }

    init(_ pointer: JSONPointer) {
        self.init(pointer.names.last ?? "", in: pointer.names.count > 1 ? pointer.names[0] : nil)
    }

    var pointer: String { JSONPointer(names).text }
    var path: String { JSONPointer(names).path }
    var isIdentifying: Bool { LeadContract.identifying.contains(parent ?? name) }
    private var names: [String] { parent.map { [$0, name] } ?? [name] }
}

extension Place {
    /// A person or a click is recognised by it.
    var isIdentifier: Bool {
        switch (parent, name) {
        case ("person", "email"), ("person", "phone"), ("person", "external_id"): true
        case ("click", "gclid"), ("click", "gbraid"), ("click", "wbraid"), ("click", "fbclid"), ("click", "fbc"),
            ("click", "meta_lead_id"), ("click", "google_lead_id"):
            true
        case (nil, "person"), (nil, "click"): true
        default: false
        }
    }

    /// A program fills it, so that `null` and `undefined` are no names.
    var isMachineMade: Bool { parent != "person" || name == "external_id" || name == "postal_code" }
    var isPageAddress: Bool { parent == "page" && name == "url" }
    var isFacebookCookie: Bool { parent == "click" && name == "fbc" }
}
