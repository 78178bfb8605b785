import Domain

/// What a field of a Google message may hold. Stricter than Google's own reader where that is lenient (a number as
/// text, `null` for a missing field, a choice by its number): we want to hear of it.
enum FieldType: Sendable {
    case text, bool, number, timestamp
    /// 32 bits: a JSON number.
    case integer
    /// 64 bits: written as text, because a JSON number would lose digits.
    case bigInteger
    case choice(String, Set<String>)
    case message(MessageType)
    indirect case list(FieldType)
}

/// The fields of a Google message, as the API's JSON names them.
final class MessageType: Sendable {
    private let fields: NameTable<FieldType>
    /// The group's name, if at most one of the fields may be there.
    private let oneOf: String?

    init(_ fields: NameTable<FieldType>, oneOf: String? = nil) {
        self.fields = fields
        self.oneOf = oneOf
    }

    /// One thing in a message that Google's reader does not understand.
    struct Fault: Equatable {
        /// Where, in Google's spelling: snake case, relative to the message that was checked.
        var path: String
        var kind: Kind

        enum Kind: Equatable {
            case unknownName(String)
            case wrongValue(type: String)
        }
    }

    /// All faults of a value that should be such a message.
    func faults(in value: JSON) -> [Fault] {
        guard case .object(let members) = value else { return [Fault(path: "", kind: .wrongValue(type: "message"))] }
        var faults: [Fault] = []
        for member in members {
            guard let type = fields[member.name] else {
                faults.append(Fault(path: "", kind: .unknownName(member.name)))
                continue
            }
            Self.check(member.value, type) { inner in
                faults.append(Fault(path: Self.path(member.name, inner.path), kind: inner.kind))
            }
        }
        if let oneOf, members.count > 1 { faults.append(Fault(path: "", kind: .wrongValue(type: "oneof \(oneOf)"))) }
        return faults
    }

    private static func check(_ value: JSON, _ type: FieldType, _ report: (Fault) -> Void) {
        func expect(_ isRight: Bool, _ name: @autoclosure () -> String) {
            if !isRight { report(Fault(path: "", kind: .wrongValue(type: name()))) }
        }
        switch (type, value) {
        case (.text, .string), (.bool, .bool): break
        case (.number, .number(let text)): expect(Double(text)?.isFinite == true, "TYPE_DOUBLE")
        case (.integer, .number(let text)): expect(Int32(text) != nil, "TYPE_INT32")
        case (.bigInteger, .string(let text)): expect(Int64(text) != nil, "TYPE_INT64")
        case (.timestamp, .string(let text)): expect(Timestamp(text) != nil, "google.protobuf.Timestamp")
        case (.choice(let name, let values), .string(let text)): expect(values.contains(text), name)
        case (.message(let type), .object): for fault in type.faults(in: value) { report(fault) }
        case (.list(let type), .array(let elements)):
            for (index, element) in elements.enumerated() {
                check(element, type) { report(Fault(path: path("[\(index)]", $0.path), kind: $0.kind)) }
            }
        case (.choice(let name, _), _): expect(false, name)
        default: expect(false, "\(type)")
        }
    }

    private static func path(_ name: String, _ rest: String) -> String {
        let name = snakeCase(name)
        return rest.isEmpty ? name : rest.hasPrefix("[") ? name + rest : "\(name).\(rest)"
    }

    private static func snakeCase(_ name: String) -> String {
        var result = ""
        for character in name {
            if character.isUppercase { result += "_" }
            result += character.lowercased()
        }
        return result
    }
}

/// The time of an event as protobuf's JSON mapping wants it: capital T and Z, up to nine digits of a second, with an
/// offset.
struct Timestamp {
    let moment: Instant

    init?(_ text: String) {
        guard text.utf8.count <= "2026-11-21T09:00:00.123456789+00:00".utf8.count,
            text.utf8.allSatisfy({ $0 != UInt8(ascii: "t") && $0 != UInt8(ascii: "z") }),
            let moment = Instant(rfc3339: text)
        else { return nil }
        self.moment = moment
    }
}
