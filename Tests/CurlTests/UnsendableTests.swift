import Curl
import Service
import Testing

/// Texts come from secrets, tokens, the configuration and other people's answers. What cannot be sent as it is fails by
/// itself: neither the process nor any other transfer notices.
@Suite struct `A transfer that would be another one on the way` {
    static let controls = (0..<0x20).map { UInt8($0) }.filter { $0 != 0x09 } + [0x7F]

    static func text(_ byte: UInt8) -> String { "to" + String(UnicodeScalar(byte)) + "ken" }

    static let places: [(name: String, make: @Sendable (String, String) -> Transfer)] = [
        ("a field's value", { Transfer("POST", $0, fields: [("Authorization", "Bearer " + $1)], body: [1]) }),
        ("a field's name", { Transfer("POST", $0, fields: [($1, "value")], body: [1]) }),
        ("the address", { Transfer("GET", $0 + $1) }), ("the method", { Transfer($1, $0, body: [1]) }),
        (
            "the proxy",
            {
                var transfer = Transfer("GET", $0)
                transfer.network.proxy = TransferNetwork.Proxy(url: "http://127.0.0.1:1/" + $1)
                return transfer
            }
        ),
        (
            "the proxy's password",
            {
                var transfer = Transfer("GET", $0)
                transfer.network.proxy = TransferNetwork.Proxy(url: "http://127.0.0.1:1", user: "u", password: $1)
                return transfer
            }
        ),
    ]

    @Test(arguments: places.indices) func `fails alone`(_ place: Int) throws {
        let server = ScriptedServer { _, _ in [answer("200 OK")] }
        let transfers = Transfers(userAgent: "test/1")
        for byte in Self.controls {
            let result = transfers.perform(Self.places[place].make(server.url, Self.text(byte)))
            guard case .failure(.unsendable(let why)) = result else {
                Issue.record("\(Self.places[place].name), byte \(byte): \(result)")
                continue
            }
            #expect(!why.contains("ken"), "no part of the text is repeated")
        }
        #expect(server.state.withLock { $0.requests.isEmpty })
        try #expect(transfers.perform(Transfer("GET", server.url)).get().status == 200)
        transfers.stop()
        server.stop()
    }

    @Test func `may have a tab in a field, which is a blank there`() throws {
        let server = ScriptedServer { _, _ in [answer("200 OK")] }
        let transfers = Transfers(userAgent: "test/1")
        try #expect(transfers.perform(Transfer("GET", server.url, fields: [("A", "b\tc")])).get().status == 200)
        transfers.stop()
        server.stop()
    }

    @Test func `is told of as a mail that was not sent`() {
        let transfers = Transfers(userAgent: "test/1")
        for text in Self.controls.map(Self.text) + ["a b", "a<b", ""] {
            for path in [\Mailing.sender, \.recipient, \.helo, \.host] {
                var mailing = Mailing(
                    host: "127.0.0.1", port: 1, security: .none, helo: "here", sender: "a@b.example",
                    recipient: "c@d.example", message: [])
                mailing[keyPath: path] = text
                guard case .failure(.unreachable) = transfers.perform(mailing) else {
                    Issue.record("\(path) \(text)")
                    return
                }
            }
        }
        for text in Self.controls.map(Self.text) {
            var mailing = Mailing(
                host: "127.0.0.1", port: 1, security: .none, helo: "here", sender: "a@b.example",
                recipient: "c@d.example", message: [])
            mailing.login = Mailing.Login(user: "u", password: text)
            guard case .failure(.unreachable) = transfers.perform(mailing) else {
                Issue.record("password \(text)")
                return
            }
        }
        transfers.stop()
    }
}
