import Crypto
import Testing

@Suite struct `Encodings` {
    // RFC 4648 section 10.
    static let plain: [(text: String, code: String)] = [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ]
    static let hex: [(text: String, code: String)] = [
        ("", ""), ("f", "66"), ("fo", "666f"), ("foo", "666f6f"), ("foobar", "666f6f626172"),
    ]

    @Test(arguments: plain)
    func `base 64 reads and writes the published texts`(_ vector: (text: String, code: String)) {
        #expect(Base64.plain.encode(Array(vector.text.utf8)) == vector.code)
        #expect(Base64.plain.decode(vector.code) == Array(vector.text.utf8))
        let bare = vector.code.filter { $0 != "=" }
        #expect(Base64.url.encode(Array(vector.text.utf8)) == bare)
        #expect(Base64.url.decode(bare) == Array(vector.text.utf8))
    }

    @Test func `base 64 for URLs has two digits of its own`() {
        #expect(Base64.plain.encode([0xFB, 0xFF]) == "+/8=")
        #expect(Base64.url.encode([0xFB, 0xFF]) == "-_8")
        #expect(Base64.url.decode("-_8") == [0xFB, 0xFF])
    }

    @Test(arguments: ["Zg", "Zg=", "Z===", "Zh==", "Zg==Zg==", "Zm 9v", "Zm-_", "Zm9v\n", "=", "===="])
    func `base 64 refuses every other spelling`(_ text: String) {
        #expect(Base64.plain.decode(text) == nil)
    }

    @Test(arguments: ["Zg==", "Z", "Zh", "Zm+/"])
    func `base 64 for URLs refuses every other spelling`(_ text: String) {
        #expect(Base64.url.decode(text) == nil)
    }

    @Test(arguments: hex)
    func `hexadecimal digits read and write the published texts`(_ vector: (text: String, code: String)) {
        #expect(Hex.encode(Array(vector.text.utf8)) == vector.code)
        #expect(Hex.decode(vector.code.uppercased()) == Array(vector.text.utf8))
    }

    @Test(arguments: ["0", "0g", "0x00", " 00", "é0"])
    func `hexadecimal digits refuse anything else`(_ text: String) {
        #expect(Hex.decode(text) == nil)
    }
}
