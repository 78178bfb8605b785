import Domain
import Testing

@testable import Configuration
@testable import leadrelay

@Suite struct `The outline of a JSON5 text` {
    @Test func `knows the place of each member and element`() throws {
        let outline = try Outline(
            JSON5(
                parsing: Array(
                    """
                    // first line
                    { a: 1, /* over
                      two lines */ 'b c': {
                        "d": [ 1,
                          { e: 'x // no comment' } , "y\\"]" ],
                      }, f: null }
                    """.utf8)))
        #expect(outline.places[""] == JSON5.Place(line: 2, column: 1))
        #expect(outline.places["a"] == JSON5.Place(line: 2, column: 3))
        #expect(outline.places["b c"] == JSON5.Place(line: 3, column: 16))
        #expect(outline.places["b c.d"] == JSON5.Place(line: 4, column: 5))
        #expect(outline.places["b c.d[1].e"] == JSON5.Place(line: 5, column: 9))
        #expect(outline.places["b c.d[2]"] == JSON5.Place(line: 5, column: 34))
        #expect(outline.places["f"] == JSON5.Place(line: 6, column: 6))
        #expect(outline.names[""] == ["a", "b c", "f"])
    }

    @Test func `finds names that stand twice in one object only`() throws {
        let outline = try Outline(
            JSON5(parsing: Array("{ a: { x: 1, x: 2 }, b: { x: 1 },\n a: { x: 1 } }".utf8)))
        #expect(outline.repeated.map(\.path) == ["a.x", "a"])
        #expect(
            outline.repeated.map(\.place) == [JSON5.Place(line: 1, column: 14), JSON5.Place(line: 2, column: 2)])
    }
}
