import Testing

@testable import leadrelay

@Suite struct `The outline of a JSON5 text` {
    @Test func `knows the line of each value`() {
        let outline = Outline(
            Array(
                """
                // first line
                { a: 1, /* over
                  two lines */ 'b c': {
                    "d": [ 1,
                      { e: 'x // no comment' } , "y\\"]" ],
                  }, f: null }
                """.utf8))
        #expect(outline.lines["a"] == 2)
        #expect(outline.lines["b c"] == 3)
        #expect(outline.lines["b c.d"] == 4)
        #expect(outline.lines["b c.d[1].e"] == 5)
        #expect(outline.lines["b c.d[2]"] == 5)
        #expect(outline.lines["f"] == 6)
        #expect(outline.names[""] == ["a", "b c", "f"])
    }

    @Test func `finds names that stand twice in one object only`() {
        let outline = Outline(Array("{ a: { x: 1, x: 2 }, b: { x: 1 },\n a: { x: 1 } }".utf8))
        #expect(outline.repeated.map(\.path) == ["a.x", "a"])
        #expect(outline.repeated.map(\.line) == [1, 2])
    }

    @Test(arguments: ["", "{", "[", "{a", "{a:", "'", "/*", "//", "{\"a\\", "}", "{a:1 b:2}", ",", "{,}"])
    func `ends on anything`(_ text: String) {
        _ = Outline(Array(text.utf8))
    }
}
