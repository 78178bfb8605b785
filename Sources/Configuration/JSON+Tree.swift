package import Domain

extension JSON {
    package init(_ tree: Tree) {
        switch tree {
        case .null: self = .null
        case .flag(let value): self = .bool(value)
        case .whole(let number): self = JSON(number)
        case .number(let number): self = number.isFinite ? .number("\(number)") : .null
        case .text(let text): self = .string(text)
        case .list(let elements): self = .array(elements.map { JSON($0) })
        case .object(let members):
            self = .object(members.sorted { $0.key < $1.key }.map { Member($0.key, JSON($0.value)) })
        }
    }
}
