import Glibc

extension String {
    /// 64 hexadecimal digits in lower case.
    var isHash: Bool { utf8.count == 64 && utf8.allSatisfy { ($0 &- 0x30) < 10 || ($0 &- 0x61) < 6 } }

    /// So many letters from A to Z.
    func isCapitals(_ count: Int) -> Bool { utf8.count == count && utf8.allSatisfy { ($0 &- 0x41) < 26 } }

    /// Decimal digits, at least one.
    var isDigits: Bool { !isEmpty && utf8.allSatisfy { ($0 &- 0x30) < 10 } }

    /// An IPv4 or IPv6 address.
    var isIPAddress: Bool {
        var address = in6_addr()
        return unsafe inet_pton(AF_INET, self, &address) == 1 || inet_pton(AF_INET6, self, &address) == 1
    }
}
