import Domain
import Testing

@Suite struct `A JSON pointer` {
    /// RFC 6901 section 5.
    static let document: JSON = [
        "foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "i\\j": 5, "k\"l": 6, " ": 7, "m~n": 8, "~1": 9,
        "\u{301}x": 10,
    ]

    @Test(
        arguments: [
            ("/foo/0", "bar"), ("/", 0), ("/a~1b", 1), ("/c%d", 2), ("/e^f", 3), ("/i\\j", 5), ("/k\"l", 6), ("/ ", 7),
            ("/m~0n", 8), ("/~01", 9), ("/\u{301}x", 10),
        ] as [(String, JSON)])
    func `finds its value and is written as it was read`(text: String, value: JSON) throws {
        let pointer = try #require(JSONPointer(text))
        #expect(Self.document[pointer] == value)
        #expect(pointer.text == text)
    }

    @Test(arguments: ["/foo/2", "/foo/-", "/foo/bar", "/foo/0/x", "/nothing"])
    func `finds nothing where nothing is`(text: String) throws {
        #expect(Self.document[try #require(JSONPointer(text))] == nil)
    }

    @Test func `begins with a slash`() { #expect(JSONPointer("foo") == nil) }
}
