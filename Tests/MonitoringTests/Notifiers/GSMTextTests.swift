import Monitoring
import Testing

@Suite struct `A text for phones` {
    static let mapped: [(String, String)] = [
        ("plain text, 100 % fine", "plain text, 100 % fine"), ("Größe Ärger süß", "Größe Ärger süß"),
        ("31 expected – none came…", "31 expected - none came..."),
        ("„quoted“ ‘so’ «or so»", "\"quoted\" 'so' \"or so\""),
        ("🔴 down", " down"), ("zażółć", "zazólc"), ("a → b", "a -> b"), ("Ελλάς", "?????"), ("東京", "??"),
        ("€ {x}", "€ {x}"), ("a\u{308} u\u{308} e\u{301}", "ä ü e"), ("Ω", "Ω"),
    ]
    @Test(arguments: mapped)
    func `is in the alphabet of GSM`(_ text: String, _ expected: String) {
        let mapped = GSMText.mapped(text)
        #expect(mapped == expected.replacing("ó", with: "o") && GSMText.isGSM(mapped))
    }

    @Test func `counts as phones count`() {
        #expect(GSMText.length("abc") == 3)
        #expect(GSMText.length("€[]") == 6)
        #expect(GSMText.segments(String(repeating: "a", count: 160)) == 1)
        #expect(GSMText.segments(String(repeating: "a", count: 161)) == 2)
        #expect(GSMText.segments(String(repeating: "a", count: 306)) == 2)
        #expect(GSMText.segments(String(repeating: "a", count: 307)) == 3)
        #expect(GSMText.segments(String(repeating: "€", count: 81)) == 2)
    }

    @Test(arguments: [1, 2, 3])
    func `is cut at its head, and keeps its tail`(_ segments: Int) {
        let tail = " https://relay.example/alerts/1v2w3x4y5z678"
        for head in [String(repeating: "word ", count: 200), String(repeating: "€", count: 300)] {
            let text = GSMText.fitted(head, tail: tail, segments: segments)
            #expect(text.hasSuffix("..." + tail) && GSMText.segments(text) == segments)
        }
        #expect(GSMText.fitted("short", tail: tail, segments: segments) == "short" + tail)
    }
}
