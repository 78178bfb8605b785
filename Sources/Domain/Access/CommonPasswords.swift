/// Passwords that are tried first by whoever guesses (NIST SP 800-63B section 5.1.1.2: values known to be commonly
/// used, repetitive or sequential characters, context-specific words). Instead of a list of millions: what is left of a
/// password when such pieces are taken out of it must still be worth guessing.
enum CommonPasswords {
    /// So many characters must be left.
    private static let leastLeft = 6
    /// Neighbours in a row that count as a sequence.
    private static let leastRun = 3

    static func includes(_ password: String) -> Bool {
        var text = Array(password.lowercased().unicodeScalars.map(plain))
        for word in words { remove(Array(word.unicodeScalars), from: &text) }
        // Two sequences whose characters alternate, as fingers go between two rows of keys: 1q2w3e.
        let halves = [0, 1].map { half in text.indices.filter { $0 % 2 == half }.map { text[$0] } }
        let alternating = halves.reduce(0) { $0 + inSequences($1) }
        return text.count - max(inSequences(text), alternating) < leastLeft
    }

    /// What people write instead of a letter.
    private static func plain(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar {
        case "@": "a"
        case "$": "s"
        default: scalar
        }
    }

    private static func remove(_ word: [Unicode.Scalar], from text: inout [Unicode.Scalar]) {
        var index = 0
        while index + word.count <= text.count {
            if text[index..<index + word.count].elementsEqual(word, by: matches) {
                text.removeSubrange(index..<index + word.count)
            } else {
                index += 1
            }
        }
    }

    private static func matches(_ given: Unicode.Scalar, _ letter: Unicode.Scalar) -> Bool {
        if given == letter { return true }
        switch (given, letter) {
        case ("0", "o"), ("1", "i"), ("1", "l"), ("!", "i"), ("3", "e"), ("4", "a"), ("5", "s"), ("7", "t"): return true
        default: return false
        }
    }

    /// How many characters stand in runs of the same, of the next in the alphabet or among the digits, or of the next
    /// on a keyboard.
    private static func inSequences(_ text: [Unicode.Scalar]) -> Int {
        var count = 0
        var start = 0
        while start < text.count {
            var end = start + 1
            while end < text.count, isNeighbour(text[end - 1], text[end]) { end += 1 }
            if end - start >= leastRun { count += end - start }
            start = end
        }
        return count
    }

    private static func isNeighbour(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Bool {
        if first == second { return true }
        let isPlain = [first, second].allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0))
        }
        if isPlain, abs(Int(first.value) - Int(second.value)) == 1 { return true }
        return rows.contains { row in
            guard let place = row.firstIndex(of: first), let other = row.firstIndex(of: second) else { return false }
            return abs(place - other) == 1
        }
    }

    /// Of the keyboards that people have before them; the digits end with 0.
    private static let rows: [[Unicode.Scalar]] = [
        "1234567890", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm", "1qaz", "2wsx",
        "3edc", "4rfv", "5tgb", "6yhn", "7ujm",
    ].map { Array($0.unicodeScalars) }

    /// Longer ones before their parts.
    private static let words: [String] = [
        "administrator", "leadrelay", "passwort", "password", "passw", "welcome", "willkommen", "iloveyou", "trustno",
        "letmein",
        "changeme", "football", "fussball", "baseball", "basketball", "starwars", "superman", "batman", "spiderman",
        "pokemon",
        "sunshine", "princess", "princesa", "prinzessin", "schatz", "liebe", "computer", "internet", "microsoft",
        "google", "facebook",
        "whatever", "charlie", "michael", "jennifer", "jessica", "ashley", "daniel", "andrea", "thomas", "dragon",
        "monkey", "shadow",
        "master", "killer", "hunter", "freedom", "summer", "winter", "spring", "autumn", "sommer", "herbst",
        "fruehling", "january",
        "february", "march", "april", "june", "july", "august", "september", "october", "november", "december",
        "januar", "februar",
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "admin", "login", "secret",
        "geheim", "default",
        "company", "marketing", "hallo", "hello", "guest", "test", "user", "root", "pass", "love", "berlin", "hamburg",
        "london", "abc",
        "123", "2020", "2021", "2022", "2023", "2024", "2025", "2026", "2027", "2028", "2029", "2030",
    ]
}
