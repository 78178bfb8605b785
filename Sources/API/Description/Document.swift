package import Domain

/// A document of the API: what an operation answers, or takes as its body. Its properties are its members, under
/// `snakeCase` names and in the order of their declaration. What each means is said in `descriptions`, which stand in
/// the OpenAPI description; a test holds that there is one for each member.
package protocol Document: Codable, Equatable, Sendable {
    /// By the members' names as they are on the wire.
    static var descriptions: [String: PropertyDescription] { get }
}

extension Document {
    /// As it is on the wire.
    package func json() throws -> JSON { try DocumentEncoder.json(self) }
}

/// What a member means, and what it may be beyond its type.
package struct PropertyDescription: Sendable, ExpressibleByStringLiteral {
    package var sentence: String
    package var example: JSON?
    /// For numbers.
    package var minimum: Int?
    package var maximum: Int?
    /// In bytes, for texts; in elements, for lists.
    package var longest: Int?

    package init(stringLiteral sentence: String) { self.init(sentence) }

    package init(
        _ sentence: String, example: JSON? = nil, _ range: ClosedRange<Int>? = nil, longest: Int? = nil
    ) {
        self.sentence = sentence
        self.example = example
        minimum = range?.lowerBound
        maximum = range?.upperBound
        self.longest = longest
    }
}

/// Nothing is sent.
package struct NoBody: Document {
    package init() {}
    package static let descriptions: [String: PropertyDescription] = [:]
}
