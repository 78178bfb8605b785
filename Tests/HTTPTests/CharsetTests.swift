import HTTP
import Testing

@Suite struct `A character set` {
    @Test(
        arguments: [
            ("utf-8", "utf-8"), (" UTF8\t", "utf-8"), ("latin1", "windows-1252"), ("ISO-8859-1", "windows-1252"),
            ("us-ascii", "windows-1252"), ("windows-1252", "windows-1252"), ("iso-8859-9", "windows-1254"),
            ("gb2312", "gbk"), ("sjis", "shift_jis"), ("ks_c_5601-1987", "euc-kr"), ("utf-16", "utf-16le"), ("", nil),
            (" ", nil), ("utf-7", nil), ("replacement", nil), ("nonsense", nil), ("utf\u{0}8", nil),
            (String(repeating: "x", count: 100_000), nil),
        ] as [(String, String?)])
    func `is found by its labels`(_ label: String, _ name: String?) {
        #expect(Charset(label: label)?.name == name)
    }

    /// Vectors of the Encoding standard's indexes: the first two bytes or so that differ from ASCII.
    @Test(
        arguments: [
            ("windows-1252", [0x80, 0x81, 0xE9], "\u{20ac}\u{81}\u{e9}", false),
            ("windows-1251", [0xCF], "\u{41f}", false),
            ("koi8-r", [0xF0], "\u{41f}", false), ("iso-8859-2", [0xB1], "\u{105}", false),
            ("windows-874", [0xA1], "\u{e01}", false), ("gbk", [0xC4, 0xE3], "\u{4f60}", false),
            ("gb18030", [0x81, 0x30, 0x81, 0x30], "\u{80}", false), ("big5", [0xA7, 0x41], "\u{4f60}", false),
            ("euc-jp", [0xC6, 0xFC], "\u{65e5}", false), ("shift_jis", [0x93, 0xFA], "\u{65e5}", false),
            ("iso-2022-jp", [0x1B, 0x24, 0x42, 0x46, 0x7C, 0x1B, 0x28, 0x42], "\u{65e5}", false),
            ("euc-kr", [0xC7, 0xD1], "\u{d55c}", false), ("utf-16le", [0x41, 0, 0xE9, 0], "A\u{e9}", false),
            ("utf-16be", [0, 0x41], "A", false), ("macintosh", [0x8E], "\u{e9}", false),
            ("ibm866", [0x8F], "\u{41f}", false),
            ("utf-16le", [0, 0xD8, 0x41, 0], "\u{FFFD}A", true),
            ("utf-16be", [0xDC, 0, 0, 0x41, 0], "\u{FFFD}A\u{FFFD}", true),
            // What cannot be read becomes one sign, and the rest is read.
            ("euc-kr", [0x41, 0xC7], "A\u{FFFD}", true), ("gbk", [0x41, 0xFF, 0x42], "A\u{FFFD}B", true),
            ("utf-8", [0x41, 0xFF, 0x42], "A\u{FFFD}B", true), ("iso-8859-2", [], "", false), ("utf-8", [], "", false),
        ] as [(String, [UInt8], String, Bool)])
    func `gives the text that is meant`(_ label: String, _ bytes: [UInt8], _ text: String, _ isDamaged: Bool) throws {
        let charset = try #require(Charset(label: label))
        let decoded = charset.decode(bytes)
        #expect(decoded.text == text)
        #expect(decoded.hasReplacements == isDamaged)
    }

    /// Everything that has a label is there, and no bytes are too strange for it.
    @Test(arguments: [
        "utf-8", "windows-1252", "ibm866", "iso-8859-2", "iso-8859-3", "iso-8859-4", "iso-8859-5", "iso-8859-6",
        "iso-8859-7", "iso-8859-8", "iso-8859-8-i", "iso-8859-10", "iso-8859-13", "iso-8859-14", "iso-8859-15",
        "iso-8859-16", "koi8-r", "koi8-u", "macintosh", "windows-874", "windows-1250", "windows-1251", "windows-1253",
        "windows-1254", "windows-1255", "windows-1256", "windows-1257", "windows-1258", "x-mac-cyrillic", "gbk",
        "gb18030", "big5", "euc-jp", "iso-2022-jp", "shift_jis", "euc-kr", "utf-16be", "utf-16le",
    ])
    func `reads any bytes`(_ name: String) throws {
        let charset = try #require(Charset(label: name))
        #expect(charset.name == name)
        let bytes = (0..<40_000).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ $0 >> 8) }
        #expect(!charset.decode(bytes).text.isEmpty)
        // Were it missing on this machine, it would be read as UTF-8.
        let isASCII = !name.hasPrefix("utf-16")
        #expect(charset.decode(Array("a=1".utf8) + [0]).text.hasPrefix("a=1") == isASCII)
    }
}
