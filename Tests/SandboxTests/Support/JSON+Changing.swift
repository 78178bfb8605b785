import Domain

extension JSON {
    /// This value with another one at a place such as `events.0.currency`; `nil` takes it away.
    func changing(_ path: String, to value: JSON?) -> JSON {
        changing(path.split(separator: ".").map(String.init)[...], to: value) ?? .null
    }

    private func changing(_ path: ArraySlice<String>, to value: JSON?) -> JSON? {
        guard let step = path.first else { return value }
        switch self {
        case .array(var elements):
            let index = Int(step)!
            let inner = index < elements.count ? elements.remove(at: index) : .object([])
            if let inner = inner.changing(path.dropFirst(), to: value) { elements.insert(inner, at: index) }
            return .array(elements)
        case .object(var members):
            let index = members.firstIndex { $0.name == step } ?? members.endIndex
            let inner = index < members.count ? members.remove(at: index).value : .object([])
            if let inner = inner.changing(path.dropFirst(), to: value) {
                members.insert(Member(step, inner), at: index)
            }
            return .object(members)
        default: return JSON.object([]).changing(path, to: value)
        }
    }
}
