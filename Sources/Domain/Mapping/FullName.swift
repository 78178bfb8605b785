/// A person's name in one text, split into first and last name where that is certain enough.
///
/// `Last, First`, a first name and a last name with its particles (`Ludwig van Beethoven`), titles before and after it
/// left out. One word is a first name, or a last name if a title stands before it. What may be a company, two persons
/// or a sentence is not split: `nil`.
struct FullName: Equatable {
    let first: String?
    let last: String?

    /// A name of more words is none.
    private static let maximumWords = 6

    init?(_ text: String) {
        let isPlain = text.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || $0.properties.isWhitespace || $0.properties.generalCategory == .nonspacingMark
                || ".,'’-‐".unicodeScalars.contains($0)
        }
        let sides = text.split(separator: ",", omittingEmptySubsequences: false).map(Self.words)
        guard isPlain, (1...2).contains(sides.count), sides.reduce(0, { $0 + $1.count }) <= Self.maximumWords else {
            return nil
        }
        var given = sides[0]
        var surname: [String] = []
        if sides.count == 2, !sides[1].allSatisfy({ Self.suffixes.contains(Self.key($0)) }) {
            (given, surname) = (sides[1], sides[0])
        }
        let untitled = Array(given.drop { Self.titles.contains(Self.key($0)) })
        let isTitled = untitled.count < given.count
        given = untitled
        while given.count > 1, let end = given.last, Self.suffixes.contains(Self.key(end)) { given.removeLast() }
        if surname.isEmpty, given.count > 1 || isTitled, !given.isEmpty {
            var start = given.count - 1
            while start > 1, Self.particles.contains(Self.key(given[start - 1])) { start -= 1 }
            surname = Array(given[start...])
            given = Array(given[..<start])
        }
        surname = Array(surname.drop { Self.titles.contains(Self.key($0)) })
        guard
            !given.contains(where: { Self.joiners.contains(Self.key($0)) || Self.conjunctions.contains(Self.key($0)) }),
            !surname.contains(where: { Self.joiners.contains(Self.key($0)) }), !(given.isEmpty && surname.isEmpty)
        else { return nil }
        // John F. Kennedy: an initial in the middle is no name that anybody is found by.
        let names = given.prefix(1) + given.dropFirst().filter { Self.key($0).count > 1 }
        first = names.isEmpty ? nil : names.joined(separator: " ")
        last = surname.isEmpty ? nil : surname.joined(separator: " ")
    }

    private static func words(_ text: Substring) -> [String] {
        text.split { $0.isWhitespace }.map(String.init)
    }

    private static func key(_ word: String) -> String { word.lowercased().filter { $0 != "." } }

    private static let titles: Set<String> = [
        "herr", "frau", "hr", "fr", "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "ing", "dipl-ing", "mme", "mlle",
        "sra", "srta", "sig", "sigra", "dott", "dhr", "mevr",
    ]
    private static let suffixes: Set<String> = ["jr", "sr", "ii", "iii", "iv", "phd", "md", "mba", "msc", "bsc", "llm"]
    private static let particles: Set<String> = [
        "van", "von", "vom", "der", "den", "de", "del", "della", "dello", "delle", "di", "da", "das", "do", "dos", "du",
        "des", "la", "le", "las", "los", "ten", "ter", "zu", "zum", "zur", "und", "bin", "ibn", "bint", "ben", "al",
        "el",
        "af", "av", "st", "san", "santa",
    ]
    /// Two persons, except inside a last name (`von und zu`).
    private static let conjunctions: Set<String> = ["und", "y", "e", "i", "en", "och"]
    /// Two persons, or a company.
    private static let joiners: Set<String> = [
        "and", "et", "oder", "or", "gmbh", "ag", "kg", "ltd", "inc", "llc", "sarl", "srl", "bv", "company", "familie",
        "family",
    ]
}
