import Testing

@testable import Domain

@Suite struct `A full name` {
    static let split: [(text: String, first: String?, last: String?)] = [
        ("Jane Doe", "Jane", "Doe"), ("  jane \u{A0} doe ", "jane", "doe"), ("Jane", "Jane", nil),
        ("Doe, Jane", "Jane", "Doe"),
        ("Doe,", "Doe", nil), ("Ludwig van Beethoven", "Ludwig", "van Beethoven"),
        ("Otto von der Tann", "Otto", "von der Tann"),
        ("Karl von und zu Stein", "Karl", "von und zu Stein"), ("María de la Cruz", "María", "de la Cruz"),
        ("Ahmad bin Ali", "Ahmad", "bin Ali"), ("Van Morrison", "Van", "Morrison"),
        ("Anna-Lena Müller-Lüdenscheidt", "Anna-Lena", "Müller-Lüdenscheidt"),
        ("Mary Ann Smith", "Mary Ann", "Smith"), ("John F. Kennedy", "John", "Kennedy"),
        ("Dr. med Anna Weiß", "med Anna", "Weiß"),
        ("Herr Dr. Max Muster", "Max", "Muster"), ("Frau Muster", nil, "Muster"), ("Martin King Jr.", "Martin", "King"),
        ("King, Jr.", "King", nil), ("Sean O’Neill", "Sean", "O’Neill"), ("Зоя Иванова", "Зоя", "Иванова"),
        ("山田太郎", "山田太郎", nil),
    ]

    @Test(arguments: split)
    func `is split`(text: String, first: String?, last: String?) throws {
        let name = try #require(FullName(text))
        #expect(name.first == first)
        #expect(name.last == last)
    }

    @Test(arguments: [
        "", " ", ",", "Max und Erika Muster", "Jane & John Doe", "Acme GmbH", "jane@example.com", "Jane Doe 2",
        "a, b, c",
        "I would like to be called back", "Familie Muster", "Muster AG, Bonn", "<b>Jane</b>", "Herr",
    ])
    func `is left alone when it may be something else`(text: String) { #expect(FullName(text) == nil) }
}
