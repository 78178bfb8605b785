// The standard library composes texts for comparing them; it has not made that part of its interface yet.
@_spi(_Unicode) import Swift

extension String {
    /// The text as one would type it: composed (Unicode's NFC), without characters that nobody sees
    /// (`Default_Ignorable_Code_Point`: direction marks, variation selectors, zero-width blanks), control characters
    /// gone, line breaks and tabs as blanks, and no blanks around it.
    ///
    /// Browsers and address books put such characters around what they fill in, and a hash sees every one of them. A
    /// joiner between two letters of a script that needs it (Persian, Hindi) is spelling and stays.
    var plain: String {
        if isPlainASCII { return trimmed }
        let scalars = Array(unicodeScalars)
        var kept = String.UnicodeScalarView()
        for (index, scalar) in scalars.enumerated() {
            if scalar.isLineBreak {
                kept.append(" ")
            } else if !scalar.isControl, !scalar.isInvisible || Self.joins(index, in: scalars) {
                kept.append(scalar)
            }
        }
        return String(kept).composed.withoutOuterSpace
    }

    /// Whether `plain` gives the text as it is.
    var isPlain: Bool {
        if isPlainASCII { return utf8.first != 0x20 && utf8.last != 0x20 }
        return hasOnly { $0 >= 0x20 && $0 != 0x7F } && plain.utf8.elementsEqual(utf8)
    }

    /// Without any characters that nobody sees, joiners too: for addresses and numbers, in which nothing is joined.
    var visible: String { isASCII ? self : dropping { $0.isInvisible } }

    var isASCII: Bool { hasOnly { $0 < 0x80 } }

    private var isPlainASCII: Bool { hasOnly { (0x20...0x7E).contains($0) } }

    /// Composed by Unicode's NFC (UAX 15).
    private var composed: String {
        // Below U+0300 everything is composed already.
        guard unicodeScalars.contains(where: { $0.value >= 0x300 }) else { return self }
        var result = String.UnicodeScalarView()
        result.append(contentsOf: _nfc)
        return String(result)
    }

    private static func joins(_ index: Int, in scalars: [Unicode.Scalar]) -> Bool {
        func isLetter(_ other: Int) -> Bool {
            scalars.indices.contains(other) && scalars[other].value > 0x2FF
                && (scalars[other].properties.isAlphabetic
                    || scalars[other].properties.canonicalCombiningClass == .virama)
        }
        return (scalars[index] == "\u{200C}" || scalars[index] == "\u{200D}") && isLetter(index - 1)
            && isLetter(index + 1)
    }
}

extension Unicode.Scalar {
    /// Unicode's `Default_Ignorable_Code_Point`, and the format characters of annotations, which show nothing either
    /// (UTR #20, 3.8).
    var isInvisible: Bool {
        value >= 0x80 && (properties.isDefaultIgnorableCodePoint || (0xFFF9...0xFFFB).contains(value))
    }
    /// Unicode's Cc.
    var isControl: Bool { value < 0x20 || (0x7F...0x9F).contains(value) }
    /// Tab, the line feeds, and Unicode's line and paragraph separators.
    var isLineBreak: Bool { (0x09...0x0D).contains(value) || value == 0x85 || value == 0x2028 || value == 0x2029 }
}
