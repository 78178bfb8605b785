package import Domain

/// One thing that is wrong with the configuration.
package struct Mistake: Equatable, Sendable {
    /// What it is about: `destinations.meta-acme.pixel`. Empty for the file as a whole.
    package let path: String
    /// Where that stands in the file; `nil` if it has no place there.
    package let place: JSON5.Place?
    /// What is wrong and what to write instead.
    package let message: String

    package init(path: String, place: JSON5.Place?, message: String) {
        self.path = path
        self.place = place
        self.message = message
    }

    /// For logs, which name the file elsewhere: `line 12: sources.acme.keys: …`.
    package var description: String { place.map { "line \($0.line): \(text)" } ?? text }

    /// As compilers write it, so that editors find it: `relay.json5:12:5: sources.acme.keys: …`. `grade`: `warning`, if
    /// it is less.
    package func located(in file: String, _ grade: String? = nil) -> String {
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
