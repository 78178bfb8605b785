import Intake
import Testing

@Suite struct `A network` {
    static let cases: [(String, String, Bool)] = [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("127.0.0.1", "127.0.0.1", true),
        ("127.0.0.1", "127.0.0.2", false), ("0.0.0.0/0", "203.0.113.9", true), ("0.0.0.0/0", "::1", false),
        ("::/0", "2001:db8::1", true), ("2001:db8::/32", "2001:db8:ffff::1", true),
        ("2001:db8::/32", "2001:db9::1", false), ("192.0.2.128/25", "192.0.2.127", false),
        ("192.0.2.128/25", "192.0.2.200", true), ("10.0.0.0/8", "::ffff:10.1.1.1", true),
    ]

    @Test(arguments: cases)
    func `holds its addresses`(_ network: String, _ address: String, _ isInside: Bool) throws {
        #expect(try #require(Network(network)).contains(try #require(HostAddress(address))) == isInside)
    }

    @Test(arguments: [
        "", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/-1", "10.0.0.0/8/8", "localhost", "10.0.0.0/+8",
    ])
    func `is nothing else`(_ text: String) {
        #expect(Network(text) == nil)
    }
}

@Suite struct `A trusted proxy` {
    static let proxies = TrustedProxies(["127.0.0.1", "10.0.0.0/8"].compactMap { Network($0) })

    struct Case: Sendable {
        let peer: String
        let forwarded: String?
        let address: String
        let isCertain: Bool
        init(_ peer: String, _ forwarded: String?, _ address: String, certain: Bool = true) {
            self.peer = peer
            self.forwarded = forwarded
            self.address = address
            isCertain = certain
        }
    }

    static let cases = [
        Case("127.0.0.1", nil, "127.0.0.1"), Case("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        Case("127.0.0.1", "8.8.8.8, 203.0.113.9, 10.1.1.1", "203.0.113.9"),
        Case("127.0.0.1", "203.0.113.9,", "203.0.113.9"), Case("127.0.0.1", "[2001:db8::1]:4711", "2001:db8::1"),
        Case("192.0.2.1", "203.0.113.9", "192.0.2.1"), Case("unix", "203.0.113.9:80", "203.0.113.9"),
        Case("127.0.0.1", "unknown", "127.0.0.1", certain: false),
        Case("127.0.0.1", "203.0.113.9, unknown", "127.0.0.1", certain: false),
        Case("127.0.0.1", "203.0.113.9, unix:", "127.0.0.1", certain: false),
        Case("127.0.0.1", "fe80::1%eth0", "127.0.0.1", certain: false),
        Case("127.0.0.1", "", "127.0.0.1", certain: false), Case("127.0.0.1", " , ", "127.0.0.1", certain: false),
        Case("127.0.0.1", "garbage, 10.1.1.1", "10.1.1.1", certain: false),
        Case("unix", "garbage", "unix", certain: false),
    ]

    @Test(arguments: cases.indices)
    func `says who visits, or that nobody knows`(_ index: Int) {
        let test = Self.cases[index]
        let trace = Self.proxies.trace(peer: test.peer, forwardedFor: test.forwarded)
        #expect(trace.address == test.address && trace.isCertain == test.isCertain)
    }

    static let networks: [(String, String, Bool)] = [
        ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false), ("192.0.2.1", "::ffff:192.0.2.1", true),
        ("2001:db8:1:2::1", "2001:db8:1:ffff:3::4", true), ("2001:db8:1::1", "2001:db8:2::1", false),
    ]

    @Test(arguments: networks)
    func `counts customers of providers as one`(_ first: String, _ second: String, _ isOne: Bool) throws {
        let (first, second) = (try #require(HostAddress(first)), try #require(HostAddress(second)))
        #expect((first.network == second.network) == isOne)
    }

    @Test(arguments: [
        ("127.8.9.1", true), ("::1", true), ("128.0.0.1", false), ("::2", false), ("::ffff:127.0.0.1", true),
    ])
    func `knows this machine`(_ address: String, _ isLoopback: Bool) throws {
        #expect(try #require(HostAddress(address)).isLoopback == isLoopback)
    }
}
