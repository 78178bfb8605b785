package import Domain

/// What a JSON5 text says, before anybody asks what it means.
package enum Tree: Sendable, Equatable {
    case null
    case flag(Bool)
    case whole(Int64)
    case number(Double)
    case text(String)
    case list([Tree])
    case object([String: Tree])

    /// Of names that stand twice in an object the first one counts; `Outline` knows the others.
    package init(_ json5: JSON5) {
        switch json5.value {
        case .null: self = .null
        case .flag(let flag): self = .flag(flag)
        case .whole(let number): self = .whole(number)
        case .number(let number): self = .number(number)
        case .text(let text): self = .text(text)
        case .list(let elements): self = .list(elements.map { Tree($0) })
        case .object(let members):
            self = .object(
                Dictionary(members.map { ($0.name, Tree($0.value)) }, uniquingKeysWith: { first, _ in first }))
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
