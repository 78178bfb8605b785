/// Which field of the contract a sender may have meant by a name that is not in it.
enum NameHint {
    /// The field's path, such as `person.email`; `nil` if nothing is near.
    static func hint(for place: Place) -> String? {
        guard place.name.utf8.count <= maximumLength else { return nil }
        let name = letters(place.name)
        if let parent = place.parent, let near = nearest(to: name, among: siblings[parent] ?? []) { return near }
        return nearest(to: name, among: everything)
    }

    /// Longer names are not compared.
    private static let maximumLength = 32

    private struct Candidate: Sendable {
        let letters: [UInt8]
        let path: String
    }

    private static let siblings: [String: [Candidate]] = Dictionary(
        uniqueKeysWithValues: LeadContract.fields.compactMap { field in
            guard case .object(let fields) = field.kind else { return nil }
            return (field.name, fields.map { Candidate(letters: letters($0.name), path: "\(field.name).\($0.name)") })
        })

    private static let everything: [Candidate] =
        LeadContract.fields.map { Candidate(letters: letters($0.name), path: $0.name) }
        + LeadContract.fields.flatMap { siblings[$0.name] ?? [] }
        + FlatNames.table.map { Candidate(letters: letters($0.key), path: $0.value.path) }.sorted { $0.path < $1.path }

    private static func nearest(to name: [UInt8], among candidates: [Candidate]) -> String? {
        var best: (distance: Int, path: String)?
        for candidate in candidates {
            // One slip in a short name, two in a longer one.
            let allowed = min(name.count, candidate.letters.count) <= 4 ? 1 : 2
            guard abs(name.count - candidate.letters.count) <= allowed, min(name.count, candidate.letters.count) > 2
            else { continue }
            let distance = distance(name, candidate.letters)
            if distance <= allowed, distance < best?.distance ?? Int.max { best = (distance, candidate.path) }
        }
        return best?.path
    }

    /// Without case and punctuation, so that `eventId` is `event_id`.
    private static func letters(_ name: String) -> [UInt8] {
        name.utf8.filter { $0.isLetter || $0.isDigit }.map { $0.isLetter ? $0 | 0x20 : $0 }
    }

    /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
    private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
                row.append(cost)
            }
            (beforeLast, last) = (last, row)
        }
        return last[b.count]
    }
}
