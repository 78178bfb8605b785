import Domain

/// One thing that is wrong with the configuration.
struct Mistake: Equatable, Sendable {
    /// What it is about: `destinations.meta-acme.pixel`. Empty for the file as a whole.
    let path: String
    /// Where that stands in the file; `nil` if it has no place there.
    let place: JSON5.Place?
    /// What is wrong and what to write instead.
    let message: String

    /// For logs, which name the file elsewhere: `line 12: sources.acme.keys: …`.
    var description: String { place.map { "line \($0.line): \(text)" } ?? text }

    /// As compilers write it, so that editors find it: `relay.json5:12:5: sources.acme.keys: …`. `grade`: `warning`, if
    /// it is less.
    func located(in file: String, _ grade: String? = nil) -> String {
        let place = place.map { ":\($0.line):\($0.column)" } ?? ""
        return "\(file)\(place): \(grade.map { $0 + ": " } ?? "")\(text)"
    }

    private var text: String { path.isEmpty ? message : "\(path): \(message)" }
}

/// Everything that was found while reading; all of it, not the first.
final class Findings {
    private(set) var mistakes: [Mistake] = []
    private(set) var warnings: [Mistake] = []
    let outline: Outline
    /// What the readers have asked for, by the paths of the table of settings.
    private(set) var asked: [String: Set<Setting.Kind.Asked>] = [:]

    init(_ outline: Outline) {
        self.outline = outline
        for (path, place) in outline.repeated {
            mistakes.append(Mistake(path: path, place: place, message: "is a duplicate key; only one is used"))
        }
    }

    func ask(_ pattern: String, _ asked: Setting.Kind.Asked) { self.asked[pattern, default: []].insert(asked) }

    func mistake(_ path: String, _ message: String) { mistakes.append(found(path, message)) }
    func warning(_ path: String, _ message: String) { warnings.append(found(path, message)) }

    private func found(_ path: String, _ message: String) -> Mistake {
        // What is missing has no place; its surroundings have one.
        var name = Substring(path)
        while outline.places[String(name)] == nil, let dot = name.lastIndex(of: ".") { name = name[..<dot] }
        return Mistake(path: path, place: outline.places[String(name)], message: message)
    }
}

/// The nearest of some known words, if it is near enough to be meant.
func suggestion(for word: String, among known: some Sequence<String>) -> String? {
    let nearest = known.map { ($0, distance(word.lowercased(), $0.lowercased())) }.min { $0.1 < $1.1 }
    guard let (candidate, distance) = nearest, distance <= max(1, word.count / 3) else { return nil }
    return candidate
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
private func distance(_ a: String, _ b: String) -> Int {
    let a = Array(a.utf8)
    let b = Array(b.utf8)
    guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
    var rows = [Array(0...b.count)]
    for i in 1...a.count {
        var row = [i]
        for j in 1...b.count {
            var cost = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
            if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { cost = min(cost, rows[i - 2][j - 2] + 1) }
            row.append(cost)
        }
        rows.append(row)
    }
    return rows[a.count][b.count]
}
