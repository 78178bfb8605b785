import Domain
import Intake

extension APICall {
    /// The body as the operation takes it. A member that is `null` counts as one that is not there. What cannot be used
    /// is refused, with the member's name and what to do about it.
    func decoded<Body: RequestBody>(_ type: Body.Type = Body.self) throws(Problem) -> Body {
        let members = (body.object ?? []).filter { $0.value != .null }
        let properties = Shape.properties(of: type)
        if Body.isExact { try refuseUnknown(members, among: properties.map(\.name)) }
        do throws(DocumentMismatch) {
            return try DocumentDecoder.decode(type, from: .object(members))
        } catch {
            let property = properties.first { $0.name == error.member }
            let words = Body.remedies[error.member] ?? property.flatMap(choices) ?? "\(error)."
            throw Problem(.requestUnusable, words, invalid: error.member.isEmpty ? "body" : error.member)
        }
    }

    private func refuseUnknown(_ members: [JSON.Member], among known: [String]) throws(Problem) {
        guard let name = members.map(\.name).first(where: { !known.contains($0) }) else { return }
        let near = suggestion(for: name, among: known).map { " Did you mean \"\($0)\"?" } ?? ""
        throw Problem(.requestUnusable, "There is no \"\(name)\" here.\(near)", invalid: name)
    }

    /// Which words a member may be, and which of them may have been meant.
    private func choices(_ property: Shape.Property) -> String? {
        let words: [String]
        switch property.shape {
        case .choice(let choice), .list(.choice(let choice)): words = choice
        default: return nil
        }
        let given = body[property.name].map { [$0] + ($0.array ?? []) } ?? []
        let wrong = given.compactMap(\.string).first { !words.contains($0) }
        let near = wrong.flatMap { suggestion(for: $0, among: words) }.map { " Did you mean \"\($0)\"?" } ?? ""
        return "\"\(property.name)\" is one of \(words.joined(separator: ", ")).\(near)"
    }
}
