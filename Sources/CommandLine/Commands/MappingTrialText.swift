import Domain

/// A trial for people, in the columns of a terminal.
struct MappingTrialText {
    private let columns: Int
    private(set) var text = ""

    init(_ trial: MappingTrial, columns: Int = 80) {
        self.columns = columns
        for (index, result) in trial.results.enumerated() {
            let number = trial.results.count == 1 ? "" : " (\(index + 1) of \(trial.results.count))"
            if index > 0 { text += "\n" }
            text += (result.defects.isEmpty ? "A lead" : "No lead: it would be put aside") + number + "\n"
            add(result)
        }
    }

    private mutating func add(_ result: MappingTrial.Result) {
        for defect in result.defects { add("- " + defect.message, indent: 2) }
        let width = min(result.fields.map { Self.plain($0.name).count }.max() ?? 0, columns / 3)
        if !result.fields.isEmpty { text += "\nFields\n" }
        for field in result.fields {
            let name = cut(Self.plain(field.name), to: width)
            let start = "  " + name + String(repeating: " ", count: width - name.count + 2)
            let origin = field.origin.map { "from " + Self.plain($0) } ?? "not sent"
            let value = cut(Self.plain(field.value), to: columns - start.count)
            if start.count + value.count + 2 + origin.count <= columns {
                text += start + value + "  " + origin + "\n"
            } else {
                let indent = String(repeating: " ", count: start.count)
                text += start + value + "\n" + indent + cut(origin, to: columns - start.count) + "\n"
            }
        }
        if !result.notes.isEmpty { text += "\nNotes\n" }
        for note in result.notes { add("- " + note, indent: 2) }
    }

    /// A sentence, broken at blanks.
    private mutating func add(_ sentence: String, indent: Int) {
        var line = String(repeating: " ", count: indent)
        let start = line.count
        for word in Self.plain(sentence).split(separator: " ") {
            if line.count > start, line.count + 1 + word.count > columns {
                text += line + "\n"
                line = String(repeating: " ", count: indent + 2)
            } else if line.count > start {
                line += " "
            }
            line += word
        }
        text += line + "\n"
    }

    private func cut(_ text: String, to width: Int) -> String {
        text.count <= width ? text : text.prefix(max(0, width - 1)) + "…"
    }

    /// Nothing that came from outside may move the cursor or break the line.
    private static func plain(_ text: String) -> String {
        String(text.map { $0.isNewline ? " " : $0 }.filter { $0 >= " " && $0 != "\u{7F}" })
    }
}
