extension Defect.Code {
    /// For sentences: what is wrong with most events.
    package var words: String {
        switch self {
        case .unreadable: "what cannot be read"
        case .notAnObject: "a document that is no object"
        case .missing: "a field that is missing"
        case .wrongType: "a field of the wrong type"
        case .empty: "an empty field"
        case .tooLong: "a field that is too long"
        case .malformed: "a malformed field"
        case .outOfRange: "a number out of its range"
        case .unknownValue: "a value that nobody knows"
        case .inFuture: "a time in the future"
        case .tooOld: "a time too long ago"
        case .repeated: "a name that stands twice"
        case .placeholder: "a template that nobody has filled in"
        case .notPublic: "an address that is not public"
        case .idReused: "an id that has been used before"
        case .crashed: "what stopped the relay when it was read"
        case .junk: "what looks like junk"
        case .manual: "what a person has put aside"
        }
    }

    /// The words of a reason as quarantine keeps it; anything else as it stands.
    package static func words(of reason: String) -> String { Self(rawValue: reason)?.words ?? reason }
}
