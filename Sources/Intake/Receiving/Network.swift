import Domain

/// An IP address or a range of them, `10.0.0.0/8` or `2001:db8::/32`.
package struct Network: Sendable, Equatable {
    private let base: HostAddress
    private let prefix: Int

    /// `nil` if the text is anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let base = HostAddress(String(parts[0])) else { return nil }
        self.base = base
        let width = base.isV4 ? 32 : 128
        if parts.count == 2 {
            guard let prefix = Int(parts[1]), (0...width).contains(prefix),
                parts[1].utf8.allSatisfy({ $0 &- 0x30 <= 9 })
            else { return nil }
            self.prefix = prefix
        } else {
            prefix = width
        }
    }

    package func contains(_ address: HostAddress) -> Bool {
        guard address.isV4 == base.isV4 else { return false }
        let shift = (base.isV4 ? 32 : 128) - prefix
        return shift >= 128 || (address.bits >> shift) == (base.bits >> shift)
    }
}

/// An IPv4 or IPv6 address. IPv4 mapped into IPv6 (`::ffff:192.0.2.1`) is taken for what it is.
package struct HostAddress: Sendable, Hashable {
    fileprivate let bits: UInt128
    fileprivate let isV4: Bool

    /// `nil` if the text is no address.
    package init?(_ text: String) {
        guard let (value, isV4) = IPAddress.bits(text) else { return nil }
        bits = value
        self.isV4 = isV4
    }

    /// Of this machine: 127.0.0.0/8 (RFC 1122 3.2.1.3) and ::1 (RFC 4291 2.5.3).
    package var isLoopback: Bool { isV4 ? bits >> 24 == 127 : bits == 1 }

    /// What one visitor can be counted by: an IPv4 address, or the upper half of an IPv6 address, since anybody with
    /// IPv6 has all of the lower half.
    package var site: UInt64 { isV4 ? UInt64(bits) : UInt64(bits >> 64) }

    /// What one customer of a provider can be counted by: an IPv4 address, or 48 bits of an IPv6 address, since that is
    /// what sites get (RFC 6177 section 2), with 65,536 times the lower half in it.
    package var network: UInt64 { isV4 ? UInt64(bits) : UInt64(bits >> 80) }
}

/// Which neighbours are believed when they say on whose behalf they speak.
package struct TrustedProxies: Sendable, Equatable {
    private let networks: [Network]

    package init(_ networks: [Network]) { self.networks = networks }

    package func contains(_ address: HostAddress) -> Bool { networks.contains { $0.contains(address) } }

    /// The visitor's address: the connection's own, unless that is a trusted proxy; then the right-most address in
    /// `X-Forwarded-For` that is not one. What stands further left was written by the visitor and proves nothing.
    package func visitor(peer: String, forwardedFor: @autoclosure () -> String?) -> String {
        trace(peer: peer, forwardedFor: forwardedFor()).address
    }

    /// The visitor's address, and whether it is one: not if somebody between is trusted and what they have written
    /// cannot be read. Then it is the address of the last one who could be, which says nothing about the visitor.
    package func trace(peer: String, forwardedFor: @autoclosure () -> String?) -> (address: String, isCertain: Bool) {
        guard speaks(for: peer), let entries = forwardedFor() else { return (peer, true) }
        var nearest = peer
        // RFC 9110 5.6.1.2: empty elements of a list do not count.
        let named = entries.split(separator: ",").filter { $0.contains { $0 != " " && $0 != "\t" } }
        if named.isEmpty { return (peer, false) }
        for entry in named.reversed() {
            let text = Self.withoutPort(entry)
            guard let address = HostAddress(text) else { return (nearest, false) }
            nearest = text
            if !contains(address) { break }
        }
        return (nearest, true)
    }

    /// Whether what this neighbour says of others is believed. A unix socket has no address: only a proxy on this
    /// machine can be behind it.
    package func speaks(for peer: String) -> Bool {
        if networks.isEmpty { return false }
        return peer == "unix" || HostAddress(peer).map(contains) ?? false
    }

    /// Some proxies write `192.0.2.1:4711` or `[2001:db8::1]:4711`.
    private static func withoutPort(_ entry: Substring) -> String {
        var text = entry.drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        if text.first == "[", let end = text.firstIndex(of: "]") {
            return String(text[text.index(after: text.startIndex)..<end])
        }
        if text.utf8.count(where: { $0 == 0x3A }) == 1, let colon = text.firstIndex(of: ":") {
            return String(text[..<colon])
        }
        return String(text)
    }
}
