/// Writes a document as JSON: members in the order of their declaration under `snakeCase` names, an optional that is
/// `nil` as `null` (or not at all: `Omitted`), a dictionary's names as they are and sorted.
package enum DocumentEncoder {
    /// Throws what the document's own `encode(to:)` throws; the standard types throw nothing.
    package static func json(_ document: some Encodable) throws -> JSON {
        let node = Node()
        try node.write(document, at: [])
        return node.json
    }

    /// What has been written at a place so far.
    fileprivate final class Node {
        enum Content {
            case nothing
            case value(JSON)
            case object([(name: String, node: Node)])
            case array([Node])
        }

        var content = Content.nothing

        var json: JSON {
            switch content {
            // An empty structure asks for its container and writes nothing; whoever writes nothing at all is one too.
            case .nothing: .object([])
            case .value(let value): value
            case .object(let members): .object(members.map { JSON.Member($0.name, $0.node.json) })
            case .array(let elements): .array(elements.map(\.json))
            }
        }

        func member(_ name: String) -> Node {
            let node = Node()
            if case .object(let members) = content {
                content = .object(members + [(name, node)])
            } else {
                content = .object([(name, node)])
            }
            return node
        }

        func element() -> Node {
            let node = Node()
            if case .array(let elements) = content {
                content = .array(elements + [node])
            } else {
                content = .array([node])
            }
            return node
        }

        func write<Value: Encodable>(_ value: Value, at path: [any CodingKey]) throws {
            switch value {
            case let json as JSON: content = .value(json)
            case let members as any Members: try members.write(to: self, at: path)
            default: try value.encode(to: Writer(node: self, codingPath: path))
            }
        }
    }

    fileprivate protocol Members { func write(to node: Node, at path: [any CodingKey]) throws }

    private struct Writer: Encoder {
        let node: Node
        let codingPath: [any CodingKey]
        var userInfo: [CodingUserInfoKey: Any] { [:] }

        func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
            if case .object = node.content {} else { node.content = .object([]) }
            return KeyedEncodingContainer(Object<Key>(node: node, codingPath: codingPath))
        }

        func unkeyedContainer() -> any UnkeyedEncodingContainer {
            node.content = .array([])
            return List(node: node, codingPath: codingPath)
        }

        func singleValueContainer() -> any SingleValueEncodingContainer { Single(node: node, codingPath: codingPath) }
    }

    private struct Single: SingleValueEncodingContainer {
        let node: Node
        let codingPath: [any CodingKey]

        mutating func encodeNil() { node.content = .value(.null) }
        mutating func encode(_ value: Bool) { node.content = .value(.bool(value)) }
        mutating func encode(_ value: String) { node.content = .value(.string(value)) }
        mutating func encode(_ value: Double) { node.content = .value(number(value)) }
        mutating func encode(_ value: Float) { encode(Double(value)) }
        mutating func encode(_ value: Int) { whole(value) }
        mutating func encode(_ value: Int8) { whole(value) }
        mutating func encode(_ value: Int16) { whole(value) }
        mutating func encode(_ value: Int32) { whole(value) }
        mutating func encode(_ value: Int64) { whole(value) }
        mutating func encode(_ value: UInt) { whole(value) }
        mutating func encode(_ value: UInt8) { whole(value) }
        mutating func encode(_ value: UInt16) { whole(value) }
        mutating func encode(_ value: UInt32) { whole(value) }
        mutating func encode(_ value: UInt64) { whole(value) }
        mutating func encode<Value: Encodable>(_ value: Value) throws { try node.write(value, at: codingPath) }

        private func whole(_ value: some BinaryInteger) { node.content = .value(.number("\(value)")) }
    }

    /// JSON has no word for what is not finite.
    private static func number(_ value: Double) -> JSON { value.isFinite ? .number("\(value)") : .null }

    private struct Object<Key: CodingKey>: KeyedEncodingContainerProtocol {
        let node: Node
        let codingPath: [any CodingKey]

        private func single(_ key: Key) -> Single {
            Single(node: node.member(snakeCase(key.stringValue)), codingPath: codingPath + [key])
        }

        mutating func encodeNil(forKey key: Key) {
            var single = single(key)
            single.encodeNil()
        }

        mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
            if let omittable = value as? any Omittable, omittable.isAbsent { return }
            if let flat = value as? any Flat {
                return flat.isMissing ? () : try flat.encode(to: Writer(node: node, codingPath: codingPath))
            }
            try single(key).node.write(value, at: codingPath + [key])
        }

        /// What is not there is said, so that a reader need not guess whether the relay knows of it.
        mutating func encodeIfPresent<Value: Encodable>(_ value: Value?, forKey key: Key) throws {
            if let value { try encode(value, forKey: key) } else { encodeNil(forKey: key) }
        }
        mutating func encodeIfPresent(_ value: Bool?, forKey key: Key) throws { try optional(value, key) }
        mutating func encodeIfPresent(_ value: String?, forKey key: Key) throws { try optional(value, key) }
        mutating func encodeIfPresent(_ value: Double?, forKey key: Key) throws { try optional(value, key) }
        mutating func encodeIfPresent(_ value: Float?, forKey key: Key) throws { try optional(value, key) }
        mutating func encodeIfPresent(_ value: Int?, forKey key: Key) throws { try optional(value, key) }
        mutating func encodeIfPresent(_ value: Int64?, forKey key: Key) throws { try optional(value, key) }
        mutating func encodeIfPresent(_ value: UInt64?, forKey key: Key) throws { try optional(value, key) }

        private mutating func optional<Value: Encodable>(_ value: Value?, _ key: Key) throws {
            if let value { try encode(value, forKey: key) } else { encodeNil(forKey: key) }
        }

        mutating func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type, forKey key: Key
        ) -> KeyedEncodingContainer<Nested> { writer(key).container(keyedBy: type) }

        mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
            writer(key).unkeyedContainer()
        }

        mutating func superEncoder() -> any Encoder { Writer(node: node, codingPath: codingPath) }
        mutating func superEncoder(forKey key: Key) -> any Encoder { writer(key) }

        private func writer(_ key: Key) -> Writer { Writer(node: single(key).node, codingPath: codingPath + [key]) }
    }

    private struct List: UnkeyedEncodingContainer {
        let node: Node
        let codingPath: [any CodingKey]
        private(set) var count = 0

        init(node: Node, codingPath: [any CodingKey]) {
            self.node = node
            self.codingPath = codingPath
        }

        private mutating func next() -> Writer {
            defer { count += 1 }
            return Writer(node: node.element(), codingPath: codingPath + [DocumentKey(index: count)])
        }

        mutating func encodeNil() { next().node.content = .value(.null) }

        mutating func encode<Value: Encodable>(_ value: Value) throws {
            let writer = next()
            try writer.node.write(value, at: writer.codingPath)
        }

        mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
            next().container(keyedBy: type)
        }

        mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { next().unkeyedContainer() }
        mutating func superEncoder() -> any Encoder { next() }
    }
}

extension Dictionary: DocumentEncoder.Members where Key == String, Value: Encodable {
    fileprivate func write(to node: DocumentEncoder.Node, at path: [any CodingKey]) throws {
        node.content = .object([])
        for (name, value) in sorted(by: { $0.key < $1.key }) {
            try node.member(name).write(value, at: path + [DocumentKey(stringValue: name)])
        }
    }
}

/// A name or a place that is known at run time only.
struct DocumentKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(stringValue: String) { (self.stringValue, intValue) = (stringValue, nil) }
    init(intValue: Int) { self.init(index: intValue) }
    init(index: Int) { (stringValue, intValue) = ("\(index)", index) }
}
