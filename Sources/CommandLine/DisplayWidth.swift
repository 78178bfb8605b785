extension StringProtocol {
    /// How many columns of a terminal it takes.
    var displayWidth: Int { reduce(0) { $0 + $1.displayWidth } }
}

extension Character {
    /// Two for what East Asian typography calls wide (UAX #11, W and F) and for emoji (UTS #51), none for marks that
    /// stand on another character, one for all else. Terminals that do not join emoji show them wider.
    var displayWidth: Int {
        // Almost everything.
        if let ascii = asciiValue { return ascii < 0x20 ? 0 : 1 }
        let isEmoji = unicodeScalars.contains {
            $0.properties.isEmojiPresentation || $0 == "\u{FE0F}" || (0x1F1E6...0x1F1FF).contains($0.value)
        }
        return isEmoji ? 2 : unicodeScalars.reduce(0) { $0 + Self.width($1) }
    }

    private static func width(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0xAD: return 1
        // Vowels and ends of Korean syllables stand in the column of their beginning.
        case 0x1160...0x11FF: return 0
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3,
            0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18CFF,
            0x1B000...0x1B2FF, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            // Marks stand among them, too.
            return isMark(scalar) ? 0 : 2
        default: return isMark(scalar) ? 0 : 1
        }
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: true
        default: false
        }
    }
}
