extension String {
    /// 64 hexadecimal digits in lower case.
    var isHash: Bool { utf8.count == 64 && utf8.allSatisfy { $0.isDigit || ($0 &- 0x61) < 6 } }

    /// So many letters from A to Z.
    func isCapitals(_ count: Int) -> Bool { utf8.count == count && utf8.allSatisfy { ($0 &- 0x41) < 26 } }

    /// Decimal digits, at least one.
    var isDigits: Bool { !isEmpty && utf8.allSatisfy(\.isDigit) }
}

extension UInt8 {
    var isDigit: Bool { self &- 0x30 < 10 }
}
