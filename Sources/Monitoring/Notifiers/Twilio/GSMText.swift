/// Texts as phones get them: the alphabet of GSM 03.38 (3GPP TS 23.038 section 6.2.1), because one other character
/// turns the whole text into UCS-2 and more than halves what fits into a part.
package enum GSMText {
    /// In one part, and in each of several.
    package static let single = 160
    package static let part = 153

    /// The basic alphabet; each counts once.
    private static let basic = Set(
        """
        @£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ \
        !"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmno\
        pqrstuvwxyzäöñüà
        """.unicodeScalars)
    /// Written with an escape in front: each counts twice.
    private static let extended = Set("^{}\\[~]|€".unicodeScalars)

    /// What stands for a character that the alphabet lacks.
    private static let replacements: [Unicode.Scalar: String] = [
        "–": "-", "—": "-", "‑": "-", "−": "-", "…": "...", "„": "\"", "“": "\"", "”": "\"", "«": "\"", "»": "\"",
        "‘": "'", "’": "'", "‚": "'", "`": "'", "´": "'", "•": "*", "·": "*", "→": "->", "←": "<-", "↔": "<->",
        "×": "x", "≤": "<=", "≥": ">=", "≠": "!=", "±": "+-", "≈": "ca. ", "°": " deg", "½": "1/2",
        "\t": " ", "\u{A0}": " ", "\u{202F}": " ", "\u{2009}": " ", "ç": "Ç",
        "á": "a", "â": "a", "ã": "a", "ā": "a", "ă": "a", "ą": "a", "Á": "A", "Â": "A", "Ã": "A", "À": "A", "Ą": "A",
        "ć": "c", "č": "c", "Ć": "C", "Č": "C", "ď": "d", "đ": "d", "Ď": "D", "Đ": "D", "ê": "e", "ë": "e", "ē": "e",
        "ě": "e", "ę": "e", "È": "E", "Ê": "E", "Ë": "E", "Ě": "E", "Ę": "E", "ğ": "g", "Ğ": "G", "í": "i", "î": "i",
        "ï": "i", "ı": "i", "İ": "I", "Í": "I", "Î": "I", "Ï": "I", "Ì": "I", "ł": "l", "Ł": "L", "ń": "n", "ň": "n",
        "Ń": "N", "Ň": "N", "ó": "o", "ô": "o", "õ": "o", "ő": "o", "Ó": "O", "Ô": "O", "Õ": "O", "Ò": "O", "Ő": "O",
        "œ": "oe", "Œ": "OE", "ř": "r", "Ř": "R", "ś": "s", "š": "s", "ş": "s", "ș": "s", "Ś": "S", "Š": "S",
        "Ş": "S", "Ș": "S", "ť": "t", "ţ": "t", "ț": "t", "Ť": "T", "Ț": "T", "ú": "u", "û": "u", "ů": "u", "ű": "u",
        "Ú": "U", "Û": "U", "Ů": "U", "Ű": "U", "Ù": "U", "ý": "y", "ÿ": "y", "Ý": "Y", "ź": "z", "ż": "z", "ž": "z",
        "Ź": "Z", "Ż": "Z", "Ž": "Z",
    ]

    /// The same in the alphabet; what has no likeness in it becomes `?`, and emoji and other signs vanish.
    package static func mapped(_ text: String) -> String {
        var result = ""
        for scalar in text.precomposedLetters.unicodeScalars {
            if basic.contains(scalar) || extended.contains(scalar) {
                result.unicodeScalars.append(scalar)
            } else if let replacement = replacements[scalar] {
                result += replacement
            } else if scalar.properties.isAlphabetic {
                result += "?"
            }
        }
        return result
    }

    /// How many of the 160 a text in the alphabet takes.
    package static func length(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + (extended.contains($1) ? 2 : 1) }
    }

    /// Whether every character is in the alphabet.
    package static func isGSM(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { basic.contains($0) || extended.contains($0) }
    }

    /// Parts that a text in the alphabet is sent in.
    package static func segments(_ text: String) -> Int {
        let length = length(text)
        return length <= single ? 1 : (length + part - 1) / part
    }

    /// `head`, cut so that it fits into so many parts together with `tail`, which is kept whole: in it stands the link.
    package static func fitted(_ head: String, tail: String, segments: Int) -> String {
        let most = segments <= 1 ? single : part * segments
        let (head, tail) = (mapped(head), mapped(tail))
        if length(head) + length(tail) <= most { return head + tail }
        var result = ""
        var room = most - length(tail) - 3
        for scalar in head.unicodeScalars {
            room -= extended.contains(scalar) ? 2 : 1
            if room < 0 { break }
            result.unicodeScalars.append(scalar)
        }
        return result + "..." + tail
    }
}

extension String {
    /// A letter with a combining mark as the one character that means the same, for what occurs in the languages around
    /// us. Texts typed by people have them as one already; some systems' file names do not.
    fileprivate var precomposedLetters: String {
        guard unicodeScalars.contains(where: { (0x0300...0x036F).contains($0.value) }) else { return self }
        let umlauts: [Unicode.Scalar: Unicode.Scalar] = [
            "a": "ä", "o": "ö", "u": "ü", "A": "Ä", "O": "Ö", "U": "Ü",
        ]
        var result = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if scalar.value == 0x0308, let last = result.last, let umlaut = umlauts[last] {
                result.removeLast()
                result.append(umlaut)
            } else if !(0x0300...0x036F).contains(scalar.value) {
                result.append(scalar)
            }
        }
        return String(result)
    }
}
