import Curl
import Service
import TestSupport
import Testing

/// Ways to a server that are not the usual one, over real connections: a proxy of the test's own, and TLS by `openssl
/// s_server`.
@Suite struct `A way to a server` {
    private func answered(_ result: Result<Answer, TransferError>) -> Int? { try? result.get().status }

    @Test func `by a proxy has a tunnel, and what the proxy says is no part of the answer`() throws {
        let server = ScriptedServer { _, _ in [answer("200 OK")] }
        let proxy = ProxyServer()
        let transfers = Transfers(userAgent: "test/1")
        var transfer = Transfer("POST", server.url, fields: [("Authorization", "Bearer token")], body: [1])
        transfer.network.proxy = TransferNetwork.Proxy(url: "http://127.0.0.1:\(proxy.port)")
        let result = try transfers.perform(transfer).get()
        #expect(result.status == 200 && result.field("x-proxy") == nil)
        #expect(proxy.requests.count == 1 && proxy.requests[0].hasPrefix("CONNECT 127.0.0.1:\(server.port) "))
        #expect(!proxy.requests[0].contains("token"), "the proxy sees no secret")
        #expect(server.state.withLock { $0.requests }.first?.hasPrefix("POST / ") == true)
        transfers.stop()
        proxy.stop()
        server.stop()
    }

    @Test func `by a proxy that wants to know who asks`() {
        let server = ScriptedServer { _, _ in [answer("200 OK")] }
        // relay:se cret
        let proxy = ProxyServer(login: "cmVsYXk6c2UgY3JldA==")
        let transfers = Transfers(userAgent: "test/1")
        var transfer = Transfer("GET", server.url)
        transfer.network.proxy = TransferNetwork.Proxy(
            url: "http://127.0.0.1:\(proxy.port)", user: "relay", password: "se cret")
        #expect(answered(transfers.perform(transfer)) == 200)
        transfer.network.proxy?.password = "wrong"
        guard case .failure(.unreachable(let why)) = transfers.perform(transfer) else {
            Issue.record("certainly not received")
            return
        }
        #expect(why.contains("407") && !why.contains("wrong"))
        transfers.stop()
        proxy.stop()
        server.stop()
    }

    @Test func `by a proxy that is not there, or finds nobody, is certainly not taken`() {
        let transfers = Transfers(userAgent: "test/1")
        var transfer = Transfer("POST", "http://127.0.0.1:1/", body: [1])
        transfer.network.proxy = TransferNetwork.Proxy(url: "http://127.0.0.1:1")
        guard case .failure(.unreachable) = transfers.perform(transfer) else { Issue.record("no proxy"); return }
        let proxy = ProxyServer()
        transfer.network.proxy = TransferNetwork.Proxy(url: "http://127.0.0.1:\(proxy.port)")
        guard case .failure(.unreachable(let why)) = transfers.perform(transfer) else { Issue.record("nobody"); return }
        #expect(why.contains("502"))
        transfers.stop()
        proxy.stop()
    }

    @Test func `by a proxy may have been taken once the request is on its way`() {
        let server = ScriptedServer { _, _ in [.close] }
        let proxy = ProxyServer()
        let transfers = Transfers(userAgent: "test/1")
        var transfer = Transfer("POST", server.url, body: [1])
        transfer.network.proxy = TransferNetwork.Proxy(url: "http://127.0.0.1:\(proxy.port)")
        guard case .failure(.interrupted) = transfers.perform(transfer) else {
            Issue.record("perhaps received"); return
        }
        transfers.stop()
        proxy.stop()
        server.stop()
    }

    @Test func `over TLS trusts whom it is told to trust, and shows its own certificate, also by a proxy`() throws {
        let stage = try TLSStage()
        defer { stage.stop() }
        let transfers = Transfers(userAgent: "test/1")
        defer { transfers.stop() }
        let ours = SelfSigned(endsIn: 86_400)
        var transfer = Transfer("GET", stage.url)
        transfer.network.authorities = stage.identity.certificate
        transfer.network.clientCertificate = TransferNetwork.ClientCertificate(
            certificates: ours.certificate, key: ours.privateKey)
        stage.awaitAnswer(transfers, transfer)
        let direct = try transfers.perform(transfer).get()
        #expect(direct.status == 200)
        #expect(String(decoding: direct.body, as: UTF8.self).contains("Client certificate"), "it has seen ours")

        let proxy = ProxyServer()
        defer { proxy.stop() }
        transfer.network.proxy = TransferNetwork.Proxy(url: "http://127.0.0.1:\(proxy.port)")
        try #expect(transfers.perform(transfer).get().status == 200)
        #expect(proxy.requests.count == 1)

        var naked = transfer
        naked.network = TransferNetwork(authorities: stage.identity.certificate)
        let anonymous = String(decoding: try transfers.perform(naked).get().body, as: UTF8.self)
        #expect(anonymous.contains("no client certificate available"))
        // Nobody else trusts it; and through the proxy that is known before anything was sent.
        for network in [TransferNetwork(), TransferNetwork(proxy: transfer.network.proxy)] {
            var stranger = Transfer("POST", stage.url, body: [1])
            stranger.network = network
            guard case .failure(.unreachable(let why)) = transfers.perform(stranger) else {
                Issue.record("trusted")
                continue
            }
            #expect(why.contains("certificate"))
        }
        var broken = Transfer("GET", stage.url)
        broken.network.authorities = "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n"
        guard case .failure(.unreachable) = transfers.perform(broken) else {
            Issue.record("no such certificate"); return
        }
    }
}

/// `openssl s_server` with a certificate for localhost that nobody trusts by itself; its page tells of the visitor's
/// certificate.
private final class TLSStage {
    let identity = SelfSigned(endsIn: 86_400)
    let url: String
    private let folder = TemporaryFolder()
    private let process: ChildProcess

    init() throws {
        writeText(identity.certificate, to: folder.file("cert.pem"))
        writeText(identity.privateKey, to: folder.file("key.pem"))
        let port = freePort()
        url = "https://localhost:\(port)/"
        process = try ChildProcess(
            "/usr/bin/openssl",
            [
                "s_server", "-accept", "127.0.0.1:\(port)", "-cert", folder.file("cert.pem"), "-key",
                folder.file("key.pem"), "-verify", "1", "-www", "-quiet",
            ], output: folder.file("log"))
    }

    func stop() { process.signal(9) }

    /// The server takes a moment to listen.
    func awaitAnswer(_ transfers: Transfers, _ transfer: Transfer) {
        let never = Locked(())
        for _ in 0..<500 {
            guard case .failure(.unreachable(let why)) = transfers.perform(transfer), why.contains("connect") else {
                return
            }
            _ = never.wait(atMost: .milliseconds(20)) { _ in nil as Void? }
        }
    }
}
