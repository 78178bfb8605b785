// Comparisons of bytes with words of the protocol, and lists of words, without making a `String`.

extension Span<UInt8> {
    func reads(_ word: StaticString) -> Bool {
        guard count == word.utf8CodeUnitCount else { return false }
        let letters = unsafe word.utf8Start
        for index in indices where unsafe self[index] != letters[index] { return false }
        return true
    }

    /// As `reads`, for words that do not heed case; `word` is in lower case.
    func readsIgnoringCase(_ word: StaticString) -> Bool {
        count == word.utf8CodeUnitCount && beginsIgnoringCase(word)
    }

    func beginsIgnoringCase(_ word: StaticString) -> Bool {
        guard count >= word.utf8CodeUnitCount else { return false }
        let letters = unsafe word.utf8Start
        for index in 0..<word.utf8CodeUnitCount where unsafe self[index].lowercased != letters[index] { return false }
        return true
    }

    var isToken: Bool {
        for index in indices where !self[index].isTokenByte { return false }
        return count > 0
    }

    /// The members of a list (RFC 9110 5.6.1), without the blanks around them; empty ones too.
    func forEachListMember(_ body: (Span<UInt8>) -> Void) {
        var start = 0
        while start <= count {
            var end = start
            while end < count, self[end] != UInt8(ascii: ",") { end += 1 }
            var (first, last) = (start, end)
            while first < last, self[first].isBlank { first += 1 }
            while last > first, self[last - 1].isBlank { last -= 1 }
            body(extracting(first..<last))
            start = end + 1
        }
    }
}
