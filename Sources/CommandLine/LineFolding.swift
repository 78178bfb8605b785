/// Breaks lines that are wider than a terminal. Nothing is left out.
enum LineFolding {
    /// Each line of a text. What goes on begins below the value where a line is a name, two blanks or more, and a
    /// value; else where the line does.
    static func folded(_ text: String, to columns: Int) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            if line.displayWidth <= columns { return String(line) }
            let (head, rest) = parted(line, columns)
            let room = columns - head.displayWidth
            return lines(narrowed(rest), first: room, others: room)
                .enumerated().map { index, part in
                    (index == 0 ? String(head) : String(repeating: " ", count: head.displayWidth)) + part
                }.joined(separator: "\n")
        }.joined(separator: "\n")
    }

    /// A text without line ends, as lines of at most so many columns: broken at blanks, and within words that do not
    /// fit by themselves. A link stays whole, because it is there to be copied.
    static func lines(_ text: some StringProtocol, first: Int, others: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        var width = 0
        var room: Int { lines.isEmpty ? first : others }
        func end() {
            lines.append(line)
            (line, width) = ("", 0)
        }
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            let wide = word.displayWidth
            if width > 0 || !line.isEmpty {
                if width + 1 + wide <= room {
                    line += " " + word
                    width += 1 + wide
                    continue
                }
                end()
            }
            if wide <= room || word.contains("://") {
                (line, width) = (String(word), wide)
                continue
            }
            for character in word {
                if width + character.displayWidth > room, width > 0 { end() }
                line.append(character)
                width += character.displayWidth
            }
        }
        end()
        return lines
    }

    /// With at most two blanks between words.
    private static func narrowed(_ text: Substring) -> String {
        var blanks = 0
        return text.reduce(into: "") { result, character in
            blanks = character == " " ? blanks + 1 : 0
            if blanks <= 2 { result.append(character) }
        }
    }

    /// What stands before the text that is folded, and that text.
    private static func parted(_ line: Substring, _ columns: Int) -> (head: Substring, rest: Substring) {
        let start = line.firstIndex { $0 != " " } ?? line.startIndex
        if let gap = line[start...].firstRange(of: "  ") {
            let value = line[gap.lowerBound...].firstIndex { $0 != " " } ?? line.endIndex
            if value < line.endIndex, line[..<value].displayWidth <= columns / 2 {
                return (line[..<value], line[value...])
            }
        }
        // One that stands far to the right is part of a table that is too wide as a whole.
        let indent = line[..<start].displayWidth <= columns / 2 ? start : line.startIndex
        return (line[..<indent], line[start...])
    }
}
