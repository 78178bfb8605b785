/// A member that is left out when there is nothing to say; a plain optional is written as `null`.
@propertyWrapper
package struct Omitted<Value: Codable & Equatable & Sendable>: Codable, Equatable, Sendable {
    package var wrappedValue: Value?

    package init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }

    package init(from decoder: any Decoder) throws {
        wrappedValue = try decoder.singleValueContainer().decode(Value.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(wrappedValue)
    }
}

/// What the coders ask of a member before they write it, or when it is not there.
package protocol Omittable: Codable {
    /// What it is when it is there.
    static var content: any Decodable.Type { get }
    static var absent: Self { get }
    var isAbsent: Bool { get }
}

extension Omitted: Omittable {
    package static var content: any Decodable.Type { Value.self }
    package static var absent: Self { Omitted(wrappedValue: nil) }
    package var isAbsent: Bool { wrappedValue == nil }
}

/// A document whose members stand among those of the one that has it, in its place. One that may be missing is
/// missing as a whole.
@propertyWrapper
package struct Flattened<Value: Codable & Equatable & Sendable>: Codable, Equatable, Sendable {
    package var wrappedValue: Value

    package init(wrappedValue: Value) { self.wrappedValue = wrappedValue }

    package init(from decoder: any Decoder) throws {
        if let absent = (Value.self as? any Missable.Type)?.missing as? Value {
            wrappedValue = (try? Value(from: decoder)) ?? absent
        } else {
            wrappedValue = try Value(from: decoder)
        }
    }

    package func encode(to encoder: any Encoder) throws { try wrappedValue.encode(to: encoder) }
}

/// What the coders ask of a member that has no name of its own.
package protocol Flat: Codable {
    static var content: any Decodable.Type { get }
    /// Made of its content; `nil` where that may be missing and is. Traps on anything else.
    init(content: (any Decodable)?)
    static var mayBeMissing: Bool { get }
    var isMissing: Bool { get }
}

extension Flattened: Flat {
    package static var content: any Decodable.Type { (Value.self as? any Missable.Type)?.present ?? Value.self }
    package static var mayBeMissing: Bool { Value.self is any Missable.Type }
    package var isMissing: Bool { (wrappedValue as? any Missable)?.isMissing ?? false }

    package init(content: (any Decodable)?) {
        self.init(wrappedValue: content.map { $0 as! Value } ?? (Value.self as! any Missable.Type).missing as! Value)
    }
}

/// An optional, for those who do not know of what.
private protocol Missable {
    static var present: any Decodable.Type { get }
    static var missing: Self { get }
    var isMissing: Bool { get }
}

extension Optional: Missable where Wrapped: Decodable {
    fileprivate static var present: any Decodable.Type { Wrapped.self }
    fileprivate static var missing: Self { nil }
    fileprivate var isMissing: Bool { if case .none = self { true } else { false } }
}
