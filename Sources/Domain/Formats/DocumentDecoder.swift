/// Reads what `DocumentEncoder` writes. Members that the document does not know are passed over, so that an older
/// reader understands a newer writer.
package enum DocumentDecoder {
    /// Throws where the first member is that is missing or of the wrong type.
    package static func decode<Document: Decodable>(
        _ type: Document.Type = Document.self, from json: JSON
    ) throws(DocumentMismatch) -> Document {
        do {
            return try read(type, json, at: [])
        } catch let mismatch as DocumentMismatch {
            throw mismatch
        } catch DecodingError.dataCorrupted(let context) {
            throw DocumentMismatch(context.codingPath, context.debugDescription)
        } catch {
            throw DocumentMismatch([], "cannot be read: \(error)")
        }
    }

    private static func read<Value: Decodable>(
        _ type: Value.Type, _ json: JSON, at path: [any CodingKey]
    ) throws -> Value {
        if let value = json as? Value { return value }
        if let members = type as? any Members.Type { return try members.read(json, at: path) as! Value }
        if let choices = (type as? any CaseIterable.Type).map({ rawValues($0) }), !choices.isEmpty,
            !choices.contains(json.string ?? "")
        {
            throw DocumentMismatch(path, ValueWording.oneOf(choices))
        }
        return try type.init(from: Reader(json: json, codingPath: path))
    }

    private static func rawValues<Choice: CaseIterable>(_ type: Choice.Type) -> [String] {
        Choice.allCases.compactMap { ($0 as? any RawRepresentable)?.rawValue as? String }
    }

    fileprivate protocol Members { static func read(_ json: JSON, at path: [any CodingKey]) throws -> Self }

    /// The members of an object, each read as `Value`.
    fileprivate static func members<Value: Decodable>(
        _ json: JSON, at path: [any CodingKey]
    ) throws -> [String: Value] {
        guard let members = json.object else { throw DocumentMismatch(path, ValueWording.object) }
        return try members.reduce(into: [:]) { found, member in
            found[member.name] = try read(
                Value.self, member.value, at: path + [DocumentKey(stringValue: member.name)])
        }
    }

    private struct Reader: Decoder {
        let json: JSON
        let codingPath: [any CodingKey]
        var userInfo: [CodingUserInfoKey: Any] { [:] }

        func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
            guard let members = json.object else { throw DocumentMismatch(codingPath, ValueWording.object) }
            return KeyedDecodingContainer(Object<Key>(members: members, codingPath: codingPath))
        }

        func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
            guard let elements = json.array else { throw DocumentMismatch(codingPath, "must be a list") }
            return List(elements: elements, codingPath: codingPath)
        }

        func singleValueContainer() -> any SingleValueDecodingContainer { Single(json: json, codingPath: codingPath) }
    }

    private struct Single: SingleValueDecodingContainer {
        let json: JSON
        let codingPath: [any CodingKey]

        func decodeNil() -> Bool { json == .null }
        func decode(_ type: Bool.Type) throws -> Bool { try expect(json.bool, "true or false") }
        func decode(_ type: String.Type) throws -> String { try expect(json.string, "a text") }
        func decode(_ type: Float.Type) throws -> Float { Float(try decode(Double.self)) }
        func decode(_ type: Double.Type) throws -> Double {
            guard case .number(let text) = json, let value = Double(text), value.isFinite else {
                return try expect(nil, "a number")
            }
            return value
        }
        func decode(_ type: Int.Type) throws -> Int { try whole() }
        func decode(_ type: Int8.Type) throws -> Int8 { try whole() }
        func decode(_ type: Int16.Type) throws -> Int16 { try whole() }
        func decode(_ type: Int32.Type) throws -> Int32 { try whole() }
        func decode(_ type: Int64.Type) throws -> Int64 { try whole() }
        func decode(_ type: UInt.Type) throws -> UInt { try whole() }
        func decode(_ type: UInt8.Type) throws -> UInt8 { try whole() }
        func decode(_ type: UInt16.Type) throws -> UInt16 { try whole() }
        func decode(_ type: UInt32.Type) throws -> UInt32 { try whole() }
        func decode(_ type: UInt64.Type) throws -> UInt64 { try whole() }
        func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try read(type, json, at: codingPath) }

        private func expect<Value>(_ value: Value?, _ expected: String) throws -> Value {
            guard let value else { throw DocumentMismatch(codingPath, "must be \(expected)") }
            return value
        }

        private func whole<Value: FixedWidthInteger>() throws -> Value {
            try expect(json.integer.flatMap { Value(exactly: $0) }, "a whole number")
        }
    }

    private struct Object<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let members: [JSON.Member]
        let codingPath: [any CodingKey]

        var allKeys: [Key] { members.compactMap { Key(stringValue: $0.name) } }

        private func value(_ key: Key) -> JSON? {
            let name = snakeCase(key.stringValue)
            return members.first { $0.name == name }?.value
        }

        private func required(_ key: Key) throws -> JSON {
            guard let value = value(key) else { throw DocumentMismatch(codingPath + [key], "is missing") }
            return value
        }

        func contains(_ key: Key) -> Bool { value(key) != nil }
        func decodeNil(forKey key: Key) throws -> Bool { try required(key) == .null }

        func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
            if value(key) == nil, let omittable = type as? any Omittable.Type { return omittable.absent as! Value }
            if type is any Flat.Type { return try type.init(from: superDecoder()) }
            return try read(type, try required(key), at: codingPath + [key])
        }

        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type, forKey key: Key
        ) throws -> KeyedDecodingContainer<Nested> { try reader(key).container(keyedBy: type) }

        func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
            try reader(key).unkeyedContainer()
        }

        func superDecoder() -> any Decoder { Reader(json: .object(members), codingPath: codingPath) }
        func superDecoder(forKey key: Key) throws -> any Decoder { try reader(key) }

        private func reader(_ key: Key) throws -> Reader {
            Reader(json: try required(key), codingPath: codingPath + [key])
        }
    }

    private struct List: UnkeyedDecodingContainer {
        let elements: [JSON]
        let codingPath: [any CodingKey]
        private(set) var currentIndex = 0

        init(elements: [JSON], codingPath: [any CodingKey]) {
            self.elements = elements
            self.codingPath = codingPath
        }

        var count: Int? { elements.count }
        var isAtEnd: Bool { currentIndex >= elements.count }

        private mutating func next() throws -> Reader {
            let path = codingPath + [DocumentKey(index: currentIndex)]
            guard currentIndex < elements.count else { throw DocumentMismatch(path, "is missing") }
            defer { currentIndex += 1 }
            return Reader(json: elements[currentIndex], codingPath: path)
        }

        mutating func decodeNil() -> Bool {
            guard !isAtEnd, elements[currentIndex] == .null else { return false }
            currentIndex += 1
            return true
        }

        mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
            let reader = try next()
            return try read(type, reader.json, at: reader.codingPath)
        }

        mutating func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type
        ) throws -> KeyedDecodingContainer<Nested> { try next().container(keyedBy: type) }

        mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
            try next().unkeyedContainer()
        }

        mutating func superDecoder() throws -> any Decoder { try next() }
    }
}

extension Dictionary: DocumentDecoder.Members where Key == String, Value: Decodable {
    fileprivate static func read(_ json: JSON, at path: [any CodingKey]) throws -> Self {
        try DocumentDecoder.members(json, at: path)
    }
}

/// Where a document is not what it should be.
package struct DocumentMismatch: Error, Equatable, CustomStringConvertible {
    /// `destinations[0].open`; empty: the document itself.
    package var path: String
    /// `must be a whole number`
    package var complaint: String

    init(_ path: [any CodingKey], _ complaint: String) {
        self.path = path.reduce(into: "") { text, key in
            if let index = key.intValue {
                text += "[\(index)]"
            } else {
                text += (text.isEmpty ? "" : ".") + snakeCase(key.stringValue)
            }
        }
        self.complaint = complaint
    }

    /// The outermost member that is meant; empty: the document itself.
    package var member: String { String(path.prefix { $0 != "." && $0 != "[" }) }

    package var description: String { path.isEmpty ? "it \(complaint)" : "\"\(path)\" \(complaint)" }
}
