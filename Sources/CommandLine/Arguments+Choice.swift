import Domain

extension Arguments {
    /// An option's value as one of the words that there are for it; `nil` if it is not given.
    func choice<Word>(_ name: String) throws(WrongUsage) -> Word?
    where Word: CaseIterable & RawRepresentable, Word.RawValue == String {
        guard let text = self[name] else { return nil }
        return try Self.word(text, "--\(name)")
    }

    /// The same for an option that may be repeated.
    func choices<Word>(_ name: String) throws(WrongUsage) -> [Word]
    where Word: CaseIterable & RawRepresentable, Word.RawValue == String {
        var words: [Word] = []
        for text in all(name) { words.append(try Self.word(text, "--\(name)")) }
        return words
    }

    /// `place` is where it was written: `--role`, or the name of an operand.
    static func word<Word>(_ text: String, _ place: String) throws(WrongUsage) -> Word
    where Word: CaseIterable & RawRepresentable, Word.RawValue == String {
        if let word = Word(rawValue: text) { return word }
        let known = Word.allCases.map(\.rawValue)
        let near = NearestName.hint(text, among: known)
        throw WrongUsage(
            message: "\(place) \(ValueWording.oneOf(known)), not \"\(text)\"\(near)")
    }
}
