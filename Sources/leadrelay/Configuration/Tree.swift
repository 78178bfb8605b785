import FoundationEssentials

/// What a JSON5 text says, before anybody asks what it means.
enum Tree: Sendable, Equatable {
    case null
    case flag(Bool)
    case whole(Int64)
    case number(Double)
    case text(String)
    case list([Tree])
    case object([String: Tree])

    /// Why a text is not JSON5, in one line.
    struct Unreadable: Error, Equatable { let message: String }

    init(json5 bytes: [UInt8]) throws(Unreadable) {
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        do {
            self = try decoder.decode(Tree.self, from: Data(bytes))
        } catch let DecodingError.dataCorrupted(context) {
            var message = context.debugDescription
            if let cause = context.underlyingError { message = "\(cause)" }
            throw Unreadable(message: message)
        } catch {
            throw Unreadable(message: "\(error)")
        }
    }

    /// What it is, for complaints.
    var kind: String {
        switch self {
        case .null: "null"
        case .flag: "true or false"
        case .whole, .number: "a number"
        case .text: "a text"
        case .list: "a list"
        case .object: "an object"
        }
    }
}

extension Tree: Decodable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .flag(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .whole(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([Tree].self) {
            self = .list(value)
        } else {
            self = .object(try container.decode([String: Tree].self))
        }
    }
}
