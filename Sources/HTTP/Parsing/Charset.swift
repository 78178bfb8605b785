internal import CEncodings

/// How text was written as bytes: a character set by any of the names that the WHATWG Encoding standard has for it
/// (section 4.2).
package struct Charset: Equatable, Sendable {
    /// The standard's name for it, in lower case: `windows-1252`. Its names are labels, too.
    package let name: String

    package static let utf8 = Charset(name: "utf-8")

    private init(name: String) { self.name = name }

    /// `nil` for a label that the standard does not know, and for those that stand for no characters.
    package init?(label: String) {
        let label = label.utf8.drop { $0.isWhiteSpace }
        let end = label.lastIndex { !$0.isWhiteSpace } ?? label.startIndex
        guard !label.isEmpty, label.count <= Self.longestLabel,
            let name = Self.names[String(decoding: label[...end], as: UTF8.self).lowercased()]
        else { return nil }
        self.name = name
    }

    /// No label of the standard is longer.
    private static let longestLabel = 40

    /// Text, and whether all bytes meant some.
    package struct Text: Equatable, Sendable {
        package var text: String
        /// Bytes that mean nothing in the character set became U+FFFD.
        package var hasReplacements: Bool
    }

    /// The text meant. What cannot be read becomes U+FFFD, the rest is kept.
    package func decode(_ bytes: some Collection<UInt8>) -> Text {
        switch name {
        case "utf-8": return Self.decodeUTF8(bytes)
        case "windows-1252":
            var text = String.UnicodeScalarView()
            for byte in bytes { text.append(Self.windows1252(byte)) }
            return Text(text: String(text), hasReplacements: false)
        default: return convert(Array(bytes)) ?? Self.decodeUTF8(bytes)
        }
    }

    private static func decodeUTF8(_ bytes: some Collection<UInt8>) -> Text {
        if let text = String(validating: bytes, as: UTF8.self) { return Text(text: text, hasReplacements: false) }
        return Text(text: String(decoding: bytes, as: UTF8.self), hasReplacements: true)
    }

    /// By the C library; `nil` where that does not have the character set.
    private func convert(_ bytes: [UInt8]) -> Text? {
        var output: UnsafeMutablePointer<UInt8>?
        var (count, replaced) = (0, 0)
        // Of two bytes that are no character together, the second begins none.
        let unit = name.hasPrefix("utf-16") ? 2 : 1
        let isKnown = unsafe bytes.withUnsafeBufferPointer { input in
            unsafe encodings_convert(
                Self.systemNames[name] ?? name, unit, input.baseAddress, input.count, &output, &count, &replaced)
        }
        defer { unsafe encodings_free(output) }
        guard isKnown != 0 else { return nil }
        let text = unsafe String(decoding: UnsafeBufferPointer(start: output, count: count), as: UTF8.self)
        return Text(text: text, hasReplacements: replaced > 0)
    }

    // MARK: Tables

    /// Latin-1 with characters where that has controls. The five bytes that Microsoft leaves free stay controls
    /// (index-windows-1252).
    private static func windows1252(_ byte: UInt8) -> Unicode.Scalar {
        guard byte &- 0x80 < 0x20 else { return Unicode.Scalar(byte) }
        return upperHalf[Int(byte - 0x80)]
    }

    private static let upperHalf: [Unicode.Scalar] = [
        "\u{20AC}", "\u{81}", "\u{201A}", "\u{192}", "\u{201E}", "\u{2026}", "\u{2020}", "\u{2021}", "\u{2C6}",
        "\u{2030}", "\u{160}", "\u{2039}", "\u{152}", "\u{8D}", "\u{17D}", "\u{8F}", "\u{90}", "\u{2018}", "\u{2019}",
        "\u{201C}", "\u{201D}", "\u{2022}", "\u{2013}", "\u{2014}", "\u{2DC}", "\u{2122}", "\u{161}", "\u{203A}",
        "\u{153}", "\u{9D}", "\u{17E}", "\u{178}",
    ]

    /// What the C library calls those that it has under another name, or that the standard reads as a larger one.
    private static let systemNames = [
        "big5": "BIG5-HKSCS", "euc-kr": "UHC", "gbk": "GB18030", "ibm866": "IBM866", "iso-8859-8-i": "ISO-8859-8",
        "macintosh": "MACINTOSH", "shift_jis": "CP932", "windows-874": "CP874", "windows-1250": "CP1250",
        "windows-1251": "CP1251", "windows-1253": "CP1253", "windows-1254": "CP1254", "windows-1255": "CP1255",
        "windows-1256": "CP1256", "windows-1257": "CP1257", "windows-1258": "CP1258",
        "x-mac-cyrillic": "MAC-CYRILLIC",
    ]

    /// The labels of each (Encoding, section 4.2), without those that only the private name of a font or program was.
    private static let labels = [
        "utf-8": "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf8 x-unicode20utf8",
        "windows-1252":
            """
        ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 \
        iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii x-cp1252
        """,
        "ibm866": "866 cp866 csibm866",
        "iso-8859-2": "csisolatin2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2",
        "iso-8859-3": "csisolatin3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3",
        "iso-8859-4": "csisolatin4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4",
        "iso-8859-5": "csisolatincyrillic cyrillic iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988",
        "iso-8859-6":
            """
        arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6-e iso-8859-6-i iso-ir-127 \
        iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987
        """,
        "iso-8859-7":
            """
        csisolatingreek ecma-118 elot_928 greek greek8 iso-ir-126 iso8859-7 iso88597 iso_8859-7 \
        iso_8859-7:1987 sun_eu_greek
        """,
        "iso-8859-8":
            """
        csiso88598e csisolatinhebrew hebrew iso-8859-8-e iso-ir-138 iso8859-8 iso88598 iso_8859-8 \
        iso_8859-8:1988 visual
        """,
        "iso-8859-8-i": "csiso88598i logical",
        "iso-8859-10": "csisolatin6 iso-ir-157 iso8859-10 iso885910 l6 latin6",
        "iso-8859-13": "iso8859-13 iso885913",
        "iso-8859-14": "iso8859-14 iso885914",
        "iso-8859-15": "csisolatin9 iso8859-15 iso885915 iso_8859-15 l9",
        "iso-8859-16": "",
        "koi8-r": "cskoi8r koi koi8 koi8_r",
        "koi8-u": "koi8-ru",
        "macintosh": "csmacintosh mac x-mac-roman",
        "windows-874": "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620",
        "windows-1250": "cp1250 x-cp1250",
        "windows-1251": "cp1251 x-cp1251",
        "windows-1253": "cp1253 x-cp1253",
        "windows-1254":
            "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5 x-cp1254",
        "windows-1255": "cp1255 x-cp1255",
        "windows-1256": "cp1256 x-cp1256",
        "windows-1257": "cp1257 x-cp1257",
        "windows-1258": "cp1258 x-cp1258",
        "x-mac-cyrillic": "x-mac-ukrainian",
        "gbk": "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 iso-ir-58 x-gbk",
        "gb18030": "",
        "big5": "big5-hkscs cn-big5 csbig5 x-x-big5",
        "euc-jp": "cseucpkdfmtjapanese x-euc-jp",
        "iso-2022-jp": "csiso2022jp",
        "shift_jis": "csshiftjis ms932 ms_kanji shift-jis sjis windows-31j x-sjis",
        "euc-kr":
            "cseuckr csksc56011987 iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949",
        "utf-16be": "unicodefffe",
        "utf-16le": "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16",
    ]

    private static let names: [String: String] = {
        var names: [String: String] = [:]
        for (name, list) in labels {
            names[name] = name
            for label in list.split(separator: " ") { names[String(label)] = name }
        }
        return names
    }()
}

extension UInt8 {
    /// What the standard takes away around a label (Encoding, section 4.2; Infra, ASCII whitespace).
    fileprivate var isWhiteSpace: Bool { isBlank || self == 0x0A || self == 0x0C || self == 0x0D }
}
