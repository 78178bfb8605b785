import Domain

/// A trial for people, in the columns of a terminal.
struct MappingTrialText {
    private let columns: Int
    private(set) var text = ""

    init(_ trial: MappingTrial, columns: Int) {
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
        let width = min(result.fields.map { Self.plain($0.name).displayWidth }.max() ?? 0, columns / 3)
        if !result.fields.isEmpty { text += "\nFields\n" }
        for field in result.fields {
            let name = cut(Self.plain(field.name), to: width)
            let start = "  " + name + String(repeating: " ", count: width - name.displayWidth + 2)
            let origin = field.origin.map { "from " + Self.plain($0) } ?? "not sent"
            let value = cut(Self.plain(field.value), to: columns - start.displayWidth)
            if start.displayWidth + value.displayWidth + 2 + origin.displayWidth <= columns {
                text += start + value + "  " + origin + "\n"
            } else {
                let indent = String(repeating: " ", count: start.displayWidth)
                text += start + value + "\n" + indent + cut(origin, to: columns - start.displayWidth) + "\n"
            }
        }
        if !result.notes.isEmpty { text += "\nNotes\n" }
        for note in result.notes { add("- " + note, indent: 2) }
    }

    /// A sentence, broken at blanks.
    private mutating func add(_ sentence: String, indent: Int) {
        let lines = LineFolding.lines(Self.plain(sentence), first: columns - indent, others: columns - indent - 2)
        for (index, line) in lines.enumerated() {
            text += String(repeating: " ", count: index == 0 ? indent : indent + 2) + line + "\n"
        }
    }

    private func cut(_ text: String, to width: Int) -> String {
        guard text.displayWidth > width else { return text }
        var (kept, used) = ("", 0)
        for character in text {
            used += character.displayWidth
            if used >= width { break }
            kept.append(character)
        }
        return kept + "…"
    }

    /// Nothing that came from outside may move the cursor or break the line.
    private static func plain(_ text: String) -> String {
        String(text.map { $0.isNewline ? " " : $0 }.filter { $0 >= " " && $0 != "\u{7F}" })
    }
}
