/// Letters without case and accents, for finding a name however it was typed: `Müller`, `MÜLLER`, `muller`.
enum Folding {
    /// UTF-8. What is no Latin letter with an accent stays as it is, in lower case.
    static func fold(_ text: String) -> [UInt8] {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.map(lower) }
        var result: [UInt8] = []
        for scalar in text.lowercased().unicodeScalars {
            if let plain = plain[scalar] {
                result += plain
            } else if !(0x300...0x36F).contains(scalar.value) {
                result += String(scalar).utf8
            }
        }
        return result
    }

    static func fold(_ bytes: [UInt8]) -> [UInt8] {
        bytes.allSatisfy { $0 < 0x80 } ? bytes.map(lower) : fold(String(decoding: bytes, as: UTF8.self))
    }

    /// With `ae` for `ä` and the like, as those write who have no such keys; `nil` if that is no different.
    static func foldUmlauts(_ text: String) -> [UInt8]? {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return nil }
        let lower = text.lowercased()
        let written = lower.unicodeScalars.map { umlauts[$0] ?? String($0) }.joined()
        return written == lower ? nil : fold(written)
    }

    static func lower(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        byte &- 0x30 <= 9 || (byte | 0x20) &- 0x61 < 26 || byte >= 0x80
    }

    private static let umlauts: [Unicode.Scalar: String] = [
        "ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae",
    ]

    /// Latin letters with a mark, by the letter that is left without it (Unicode, blocks Latin-1 Supplement and Latin
    /// Extended-A).
    private static let plain: [Unicode.Scalar: [UInt8]] = {
        var table: [Unicode.Scalar: [UInt8]] = [:]
        for (letter, marked) in [
            ("a", "àáâãäåāăą"), ("c", "çćĉċč"), ("d", "ďđð"), ("e", "èéêëēĕėęě"), ("g", "ĝğġģ"), ("h", "ĥħ"),
            ("i", "ìíîïĩīĭįı"), ("j", "ĵ"), ("k", "ķ"), ("l", "ĺļľŀł"), ("n", "ñńņňŉ"), ("o", "òóôõöøōŏő"),
            ("r", "ŕŗř"), ("s", "śŝşšșſ"), ("t", "ţťŧț"), ("u", "ùúûüũūŭůűų"), ("w", "ŵ"), ("y", "ýÿŷ"),
            ("z", "źżž"), ("ss", "ß"), ("ae", "æ"), ("oe", "œ"), ("th", "þ"),
        ] {
            for scalar in marked.unicodeScalars { table[scalar] = Array(letter.utf8) }
        }
        return table
    }()
}

extension Array where Element == UInt8 {
    /// Whether `part` stands somewhere in it.
    func contains(bytes part: [UInt8]) -> Bool { place(of: part, from: 0) != nil }

    /// Where `part` stands first, from an index on.
    func place(of part: [UInt8], from start: Int) -> Int? {
        guard let first = part.first, count >= part.count else { return nil }
        var index = start
        let last = count - part.count
        while index <= last {
            if self[index] == first, self[index..<index + part.count].elementsEqual(part) { return index }
            index += 1
        }
        return nil
    }
}
