/// What may be written to a terminal. Texts of leads are whatever somebody has posted: they must not move the cursor,
/// colour, answer for the user (control sequences, ECMA-48), or turn the order of what stands around them
/// (bidirectional controls, UAX #9).
enum TerminalText {
    /// With what is not for showing written as JSON would, `\u009B`: so that a JSON document stays the same document.
    static func harmless(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isHarmful) else { return text }
        var result = ""
        var isAfterReturn = false
        for scalar in text.unicodeScalars {
            // The end of a line of CSV is one.
            if isAfterReturn { result += scalar == "\n" ? "\r" : escaped("\r") }
            isAfterReturn = scalar == "\r"
            if isAfterReturn { continue }
            if isHarmful(scalar) { result += escaped(scalar) } else { result.unicodeScalars.append(scalar) }
        }
        return isAfterReturn ? result + escaped("\r") : result
    }

    private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: false
        // C0, delete and C1.
        case ..<0x20, 0x7F...0x9F: true
        // The separators of lines and paragraphs, and the controls of direction.
        case 0x2028, 0x2029, 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}

extension Terminal {
    /// The same, but nothing that is written there does harm.
    var guarded: Terminal {
        var terminal = self
        terminal.output = { [output] in output(TerminalText.harmless($0)) }
        terminal.errors = { [errors] in errors(TerminalText.harmless($0)) }
        return terminal
    }
}
