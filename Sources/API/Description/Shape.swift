package import Domain

/// What a document looks like, read off its type: its own decoder is run with a reader that notes what is asked for.
package indirect enum Shape {
    case flag
    case wholeNumber
    case number
    /// With what else JSON Schema says about it: a format, a pattern, an example.
    case text(JSON.Facets)
    /// One of a few words.
    case choice([String])
    case anything
    case list(Shape)
    /// Members of any name.
    case map(Shape)
    case document(any Document.Type)
    case oneOf([any Document.Type])
    case nullable(Shape)

    package struct Property {
        package var name: String
        package var shape: Shape
        /// It is always there, even if it is `null`.
        package var isRequired: Bool
    }

    /// A value of the document with nothing in it: for tests, and for pages that are tried out.
    package static func sample<Content: Document>(_ type: Content.Type = Content.self) -> Content {
        ShapeReader.read(type).sample
    }

    /// The documents whose members stand among those of this one.
    static func flattened<Content: Document>(in type: Content.Type) -> [any Document.Type] {
        let notes = ShapeReader.Notes()
        _ = try? type.init(from: ShapeReader(notes: notes))
        return notes.flattened
    }

    /// The members of a document, in their order.
    package static func properties<Content: Document>(of type: Content.Type) -> [Property] {
        let notes = ShapeReader.Notes()
        _ = try? type.init(from: ShapeReader(notes: notes))
        return notes.properties
    }
}

extension JSON {
    /// Members of a schema.
    package typealias Facets = [Member]
}

/// A type of ours that is one value in a document.
protocol ValueShape: Decodable {
    static var shape: Shape { get }
    /// Any value of the type.
    static var sample: Self { get }
}

extension Instant: ValueShape {
    static var shape: Shape {
        .text([JSON.Member("format", "date-time"), JSON.Member("examples", ["2026-11-24T18:00:00Z"])])
    }
    static var sample: Instant { Instant(seconds: 0) }
}

extension PreciseInstant: ValueShape {
    static var shape: Shape {
        .text([JSON.Member("format", "date-time"), JSON.Member("examples", ["2026-11-24T18:00:00.123Z"])])
    }
    static var sample: PreciseInstant { PreciseInstant(Instant(seconds: 0)) }
}

extension LeadID: ValueShape {
    static var shape: Shape {
        .text([JSON.Member("pattern", "^[0-9A-Za-z]{13}$"), JSON.Member("examples", ["0m8wz4x9q2k7c"])])
    }
    static var sample: LeadID { LeadID(rawValue: 0) }
}

extension AlertID: ValueShape {
    static var shape: Shape { .text([JSON.Member("pattern", "^A[0-9]+$"), JSON.Member("examples", ["A17"])]) }
    static var sample: AlertID { AlertID(rawValue: 1) }
}

extension JSON: ValueShape {
    static var shape: Shape { .anything }
    static var sample: JSON { .null }
}

extension Bool: ValueShape {
    static var shape: Shape { .flag }
    static var sample: Bool { false }
}

extension String: ValueShape {
    static var shape: Shape { .text([]) }
    static var sample: String { "" }
}

extension Double: ValueShape {
    static var shape: Shape { .number }
    static var sample: Double { 0 }
}

extension Int: ValueShape {
    static var shape: Shape { .wholeNumber }
    static var sample: Int { 0 }
}

extension Int64: ValueShape {
    static var shape: Shape { .wholeNumber }
    static var sample: Int64 { 0 }
}

extension Array: ValueShape where Element: Decodable {
    static var shape: Shape { .list(ShapeReader.read(Element.self).shape) }
    static var sample: [Element] { [] }
}

extension Dictionary: ValueShape where Key == String, Value: Decodable {
    static var shape: Shape { .map(ShapeReader.read(Value.self).shape) }
    static var sample: [String: Value] { [:] }
}

extension Optional: ValueShape where Wrapped: Decodable {
    static var shape: Shape { .nullable(ShapeReader.read(Wrapped.self).shape) }
    static var sample: Wrapped? { nil }
}

/// A document that is one of several.
protocol Alternatives: Document {
    static var alternatives: [any Document.Type] { get }
    static var sample: Self { get }
}

/// Lets a type read itself, answers every question with a sample, and notes the question.
struct ShapeReader: Decoder {
    let notes: Notes
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    final class Notes {
        var properties: [Shape.Property] = []
        var flattened: [any Document.Type] = []
        /// The member that was asked whether it is there: it need not be.
        var optional: String?
    }

    /// The shape of a type, and a value of it. Traps on what no document may have: a type that is neither a document,
    /// nor a list of words, nor one of those above.
    static func read<Value: Decodable>(_ type: Value.Type) -> (shape: Shape, sample: Value) {
        if let value = type as? any ValueShape.Type { return (value.shape, value.sample as! Value) }
        if let choice = type as? any CaseIterable.Type, let (words, sample) = words(choice) {
            return (.choice(words), sample as! Value)
        }
        if let alternatives = type as? any Alternatives.Type {
            return (.oneOf(alternatives.alternatives), alternatives.sample as! Value)
        }
        if let document = type as? any Document.Type {
            guard let sample = try? type.init(from: ShapeReader(notes: Notes())) else {
                preconditionFailure("\(type) cannot be read from samples")
            }
            return (.document(document), sample)
        }
        preconditionFailure("\(type) is no part of a document")
    }

    private static func words<Choice: CaseIterable>(_ type: Choice.Type) -> (words: [String], sample: Any)? {
        let words = Choice.allCases.compactMap { ($0 as? any RawRepresentable)?.rawValue as? String }
        return Choice.allCases.first.flatMap { words.isEmpty ? nil : (words, $0) }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(Members<Key>(notes: notes))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw Unforeseen() }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { throw Unforeseen() }

    /// Nothing in a document asks for it.
    private struct Unforeseen: Error {}

    private struct Members<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let notes: Notes
        var codingPath: [any CodingKey] { [] }
        var allKeys: [Key] { [] }

        /// Whoever asks that goes on to read it only if it is there.
        func contains(_ key: Key) -> Bool {
            notes.optional = key.stringValue
            return true
        }

        func decodeNil(forKey key: Key) -> Bool { false }

        func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
            let name = snakeCase(key.stringValue)
            defer { notes.optional = nil }
            if let omittable = type as? any Omittable.Type {
                let content = read(omittable.content).shape
                notes.properties.append(Shape.Property(name: name, shape: content, isRequired: false))
                return omittable.absent as! Value
            }
            if let flat = type as? any Flat.Type {
                // The content's members are noted among these.
                let first = notes.properties.count
                if let document = flat.content as? any Document.Type { notes.flattened.append(document) }
                let content = try inner(flat.content)
                guard flat.mayBeMissing else { return flat.init(content: content) as! Value }
                for index in notes.properties.indices.dropFirst(first) { notes.properties[index].isRequired = false }
                return flat.init(content: nil) as! Value
            }
            let (shape, sample): (Shape, Value) = ShapeReader.read(type)
            let isOptional = notes.optional == key.stringValue
            notes.properties.append(
                Shape.Property(name: name, shape: isOptional ? .nullable(shape) : shape, isRequired: true))
            return sample
        }

        private func inner<Value: Decodable>(_ type: Value.Type) throws -> Value {
            try type.init(from: ShapeReader(notes: notes))
        }

        private func read<Value: Decodable>(_ type: Value.Type) -> (shape: Shape, sample: Any) {
            let (shape, sample): (Shape, Value) = ShapeReader.read(type)
            return (shape, sample)
        }

        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type, forKey key: Key
        ) throws -> KeyedDecodingContainer<Nested> { throw Unforeseen() }

        func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw Unforeseen() }
        func superDecoder() throws -> any Decoder { throw Unforeseen() }
        func superDecoder(forKey key: Key) throws -> any Decoder { throw Unforeseen() }
    }
}

extension ShapeReader {
    /// The shape of a document whose type is known at run time only.
    static func shape(of type: any Document.Type) -> Shape {
        func read<Content: Document>(_ type: Content.Type) -> Shape { ShapeReader.read(type).shape }
        return read(type)
    }
}
