import Domain

/// What may be written to a terminal. Texts of leads are whatever somebody has posted: nothing of them controls it.
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

    /// A carriage return that ends no line lets what follows overwrite it.
    private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool { scalar.controlsScreen || scalar == "\r" }

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
