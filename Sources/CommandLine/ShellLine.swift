/// A command that is shown for being copied: broken with a backslash, so that a shell reads the same again.
enum ShellLine {
    /// Its lines of at most so many columns, each indented by two columns.
    static func lines(_ command: String, columns: Int) -> [String] {
        let indent = "  "
        var lines: [String] = []
        var line = indent
        for word in words(command) {
            let wide = word.displayWidth
            // The backslash takes two columns.
            if line.displayWidth + wide + 2 > columns, line.contains(where: { $0 != " " }) {
                lines.append(line + "\\")
                line = indent + indent
            }
            guard line.displayWidth + wide + 2 > columns else {
                line += word + " "
                continue
            }
            for piece in pieces(word, columns - 2) {
                if line.contains(where: { $0 != " " }) { lines.append(line + "\\") }
                line = piece
            }
            line += " "
        }
        lines.append(line)
        return lines.map { String($0.reversed().drop { $0 == " " }.reversed()) }
    }

    /// Broken at blanks outside of quotation marks.
    private static func words(_ command: String) -> [String] {
        var words = [""]
        var quoting = Quoting()
        for character in command {
            if character == " ", quoting.isPlain {
                words.append("")
            } else {
                words[words.count - 1].append(character)
            }
            quoting.read(character)
        }
        return words
    }

    /// A word that is wider than a line: between single quotation marks a backslash is one, so they are closed and
    /// opened again.
    private static func pieces(_ word: String, _ columns: Int) -> [String] {
        var pieces = [""]
        var width = 0
        var quoting = Quoting()
        for character in word {
            if width + character.displayWidth + 1 > columns, !quoting.isEscaped {
                let isSingle = quoting.mark == "'"
                if isSingle { pieces[pieces.count - 1].append("'") }
                pieces.append(isSingle ? "'" : "")
                width = isSingle ? 1 : 0
            }
            pieces[pieces.count - 1].append(character)
            width += character.displayWidth
            quoting.read(character)
        }
        return pieces
    }

    /// What a shell makes of what it has read so far (POSIX, Shell Command Language 2.2).
    private struct Quoting {
        private(set) var mark: Character?
        /// The next character stands for itself.
        private(set) var isEscaped = false
        var isPlain: Bool { mark == nil && !isEscaped }

        mutating func read(_ character: Character) {
            if isEscaped {
                isEscaped = false
            } else if character == "\\", mark != "'" {
                isEscaped = true
            } else if character == mark {
                mark = nil
            } else if mark == nil, character == "'" || character == "\"" {
                mark = character
            }
        }
    }
}
