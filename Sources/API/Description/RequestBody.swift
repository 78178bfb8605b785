/// A document that an operation takes as its body.
package protocol RequestBody: Document {
    /// What to do about a member that is missing or cannot be used, by its name, where its type does not say enough.
    static var remedies: [String: String] { get }
    /// Whether a member that nobody knows is refused: where it is a slip, more would be meant than was.
    static var isExact: Bool { get }
}

extension RequestBody {
    package static var remedies: [String: String] { [:] }
    package static var isExact: Bool { false }
}

extension NoBody: RequestBody {}
