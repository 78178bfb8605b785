import Domain

@testable import API

/// A document of these members; what they leave out is empty, zero, null or the first of a few words.
func filled<Content: Document>(_ members: JSON = [:]) -> Content {
    do {
        return try DocumentDecoder.decode(from: fill(members, .document(Content.self)))
    } catch {
        preconditionFailure("\(Content.self): \(error)")
    }
}

private func fill(_ given: JSON?, _ shape: Shape) -> JSON {
    switch shape {
    case .flag: given ?? false
    case .wholeNumber, .number: given ?? 0
    case .text(let facets): given ?? facets.first { $0.name == "examples" }?.value[0] ?? ""
    case .choice(let words): given ?? .string(words[0])
    case .anything: given ?? .null
    case .list(let element): .array((given?.array ?? []).map { fill($0, element) })
    case .map: given ?? [:]
    case .oneOf: given ?? .null
    case .nullable(let inner): given == nil || given == .null ? .null : fill(given, inner)
    case .document(let type): fill(given ?? [:], type)
    }
}

private func fill<Content: Document>(_ given: JSON, _ type: Content.Type) -> JSON {
    .object(
        Shape.properties(of: type).compactMap { property in
            guard property.isRequired || given[property.name] != nil else { return nil }
            return JSON.Member(property.name, fill(given[property.name], property.shape))
        })
}
