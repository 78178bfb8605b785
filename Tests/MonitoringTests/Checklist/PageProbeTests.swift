import Curl
import Domain
import HTTP
import Monitoring
import Sandbox
import Service
import TestSupport
import Testing

@Suite struct `A visit to a landing page` {
    @Test func `finds a page that is well, with its form, its tags and its click ids`() throws {
        let stage = try Stage()
        let look = stage.look()
        #expect(look.page.visit == .answered(200) && look.page.isUp)
        #expect(look.page.keptClickIDs == ["gclid", "fbclid"] && look.page.lostClickIDs.isEmpty)
        #expect(
            look.page.fingerprint
                == PageFingerprint(
                    forms: [
                        .init(action: "https://relay.example/v1/leads/pk_page", fields: ["email", "name", "phone"])
                    ],
                    tags: ["AW-123456789", "GTM-LRSBX1", "key pk_page", "relay.js"]))
        #expect(look.clocks.allSatisfy { abs($0.skew.milliseconds) < 60_000 } && !look.clocks.isEmpty)
    }

    @Test func `notices what the redirect does to click ids`() throws {
        let stage = try Stage()
        stage.sandbox.landingPage.withLock { $0.dropsQuery = true }
        #expect(stage.look().page.lostClickIDs == ["gclid", "fbclid"])
        #expect(stage.look().page.lostAt == "127.0.0.1")
        stage.sandbox.landingPage.withLock { page in
            page.dropsQuery = false
            page.lowersQuery = true
        }
        #expect(stage.look().page.lostClickIDs == ["gclid", "fbclid"], "case is part of a click id")
    }

    @Test func `tells a page that is not well, twice and beside a control`() throws {
        let stage = try Stage()
        let faults: [(inout LandingPage) -> Void] = [
            { $0.status = 404 }, { $0.status = 503 }, { $0.isParked = true }, { $0.circles = true },
        ]
        let expected: [PageFacts.Visit] = [.answered(404), .answered(503), .parked, .tooManyRedirects]
        for (fault, visit) in zip(faults, expected) {
            stage.sandbox.landingPage.withLock { page in
                page = LandingPage()
                fault(&page)
            }
            let page = stage.look().page
            #expect(page.visit == visit && !page.isUp && page.isConfirmed && page.controlsAnswer == true)
            #expect(!page.trouble.isEmpty)
        }
    }

    @Test func `does not accuse a page when our own network is down`() throws {
        let stage = try Stage()
        let nowhere = "http://127.0.0.1:\(freePort())/"
        let page = stage.look(nowhere, controls: [nowhere]).page
        guard case .failed(.connection, _) = page.visit else {
            Issue.record("\(page.visit)")
            return
        }
        #expect(page.controlsAnswer == false)
        #expect(stage.look(nowhere, controls: []).page.controlsAnswer == nil)
        #expect(stage.look("http://no.such.host.invalid/").page.trouble == "its name is not found in the DNS")
    }

    /// A page that sends its visitors to an address inside our network must not make us go there.
    @Test func `goes nowhere but to public addresses outside the configuration`() throws {
        let visited = Locked<[String]>([])
        let inside = try Server([.tcp(host: "127.0.0.1", port: 0)]) { _ in
            Answering { request in
                visited.withLock { $0.append(request.path) }
                return Response(200, body: Array("<form><input name=secret></form>".utf8))
            }
        }
        let port = inside.port
        let page = try Server([.tcp(host: "127.0.0.1", port: 0)]) { _ in
            Answering { _ in Response(302, fields: [("Location", "http://127.0.0.1:\(port)/admin")]) }
        }
        defer {
            page.drain(within: .zero)
            inside.drain(within: .zero)
        }
        let stage = try Stage()
        // The page's own host is configured as localhost; 127.0.0.1 is not.
        let facts = stage.look("http://localhost:\(page.port)/go", controls: []).page
        guard case .failed(.connection, _) = facts.visit else {
            Issue.record("\(facts.visit)")
            return
        }
        #expect(visited.withLock { $0 } == [])
        // The same redirect is followed where the host is one of ours.
        #expect(stage.look("http://127.0.0.1:\(page.port)/go", controls: []).page.isUp)
        #expect(visited.withLock { $0 } == ["/admin"])
    }

    @Test func `reads the certificate that it does not trust`() throws {
        let folder = TemporaryFolder()
        let expired = SelfSigned(endsIn: -86_400 * 3)
        writeText(expired.certificate, to: folder.file("cert.pem"))
        writeText(expired.privateKey, to: folder.file("key.pem"))
        let port = freePort()
        let server = try ChildProcess(
            "/usr/bin/openssl",
            [
                "s_server", "-accept", "127.0.0.1:\(port)", "-cert", folder.file("cert.pem"), "-key",
                folder.file("key.pem"), "-www", "-quiet",
            ], output: folder.file("log"))
        defer { server.signal(9) }
        let stage = try Stage()
        var page = stage.look("https://localhost:\(port)/", controls: []).page
        // The server takes a moment to listen.
        let never = Locked(())
        for _ in 0..<500 {
            guard case .failed(.connection, _) = page.visit else { break }
            _ = never.wait(atMost: .milliseconds(20)) { _ in nil as Void? }
            page = stage.look("https://localhost:\(port)/", controls: []).page
        }
        guard case .failed(.certificate, let words) = page.visit else {
            Issue.record("\(page.visit): \(readText(folder.file("log")))")
            return
        }
        #expect(words.contains("certificate"))
        let certificate = try #require(page.certificate)
        let now = Instant(milliseconds: Clock.system.milliseconds())
        #expect(certificate.ends < now - .days(2) && certificate.ends > now - .days(4))
        #expect(certificate.issuer.contains("Old Authority"))
    }

    private final class Stage {
        let sandbox = Sandbox()
        private let server: Server
        private let transfers = Transfers(userAgent: "test")

        init() throws { server = try sandbox.serve([.tcp(host: "127.0.0.1", port: 0)]) }

        deinit {
            transfers.stop()
            server.drain(within: .zero)
        }

        func look(_ address: String? = nil, controls: [String]? = nil) -> PageProbe.Look {
            let base = "http://127.0.0.1:\(server.port)"
            let page = address ?? "\(base)/page/pumps"
            return PageProbe(transfers, pages: [page], controls: controls ?? ["\(base)/sandbox/"]).look(at: page)
        }
    }

    private final class Answering: Responder {
        private let answer: (Request) -> Response
        init(_ answer: @escaping (Request) -> Response) { self.answer = answer }
        func respond(to request: Request, _ exchange: Exchange) { exchange.reply(answer(request)) }
    }
}
