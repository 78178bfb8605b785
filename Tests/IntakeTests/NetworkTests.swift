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
