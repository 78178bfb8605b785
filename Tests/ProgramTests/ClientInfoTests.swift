import Testing

@testable import Console
@testable import leadrelay

@Suite struct `A visit` {
    private static let rows: [(origin: String, publicURL: String?, isSecure: Bool, host: String, isOurs: Bool)] = [
        ("https://leads.acme.example", nil, true, "leads.acme.example", true),
        ("https://leads.acme.example", nil, false, "leads.acme.example", false),
        ("https://leads.acme.example:8443", nil, true, "leads.acme.example:8443", true),
        // A proxy that drops the port from Host: public_url says where the console is.
        ("https://leads.acme.example:8443", nil, true, "leads.acme.example", false),
        (
            "https://leads.acme.example:8443", "https://leads.acme.example:8443", true,
            "leads.acme.example", true
        ),
        (
            "https://evil.example", "https://leads.acme.example:8443", true, "leads.acme.example", false
        ),
        (
            "https://leads.acme.example", "https://leads.acme.example:8443", true, "proxy.internal",
            false
        ),
        ("null", nil, true, "leads.acme.example", false),
    ]

    @Test(arguments: rows.indices)
    func `comes from our pages by its host, or by the address that is configured`(row: Int) {
        let (origin, publicURL, isSecure, host, isOurs) = Self.rows[row]
        #expect(ClientInfo.isOurs(origin, publicOrigin: publicURL, isSecure: isSecure, host: host) == isOurs)
    }
}
