import Domain
import Service
import Store
import TestSupport
import Testing

@testable import Curl
@testable import Monitoring

@Suite struct `Certificates of landing pages` {
    /// acme.example leads to www.acme.example; both have a certificate of their own.
    private struct Web: WebClient {
        let isUp = Locked(true)

        func perform(_ transfer: Transfer) -> Result<Answer, TransferError> {
            guard isUp.withLock({ $0 }) else {
                transfer.trace?(Trace(failure: .connection))
                return .failure(.unreachable("no connection"))
            }
            let isWWW = transfer.url.hasPrefix("https://www.")
            let ends = isWWW ? "Dec  1 12:00:00 2026 GMT" : "Feb 14 12:00:00 2027 GMT"
            transfer.trace?(Trace(certificate: .init(ends: ends, issuer: "CN = Test", subject: "")))
            if isWWW { return .success(Answer(status: 200, body: Array("<form></form>".utf8))) }
            return .success(
                Answer(status: 302, fields: [("location", "https://www.acme.example/offer?gclid=x")], body: []))
        }
    }

    @Test func `are remembered for every host on the way, until somebody has seen new ones`() throws {
        let folder = TemporaryFolder()
        let ledger = try Ledger(path: folder.file("relay.db"), log: .silent)
        defer { ledger.close() }
        var settings = ChecklistSettings()
        settings.pages = [.init(client: "acme", address: "https://acme.example/offer")]
        let web = Web()
        let runner = ChecklistRunner(
            ledger, Collectors(ledger, web: web, sources: .init(), log: .silent), settings: settings, log: .silent)
        #expect(runner.certificates.isEmpty)
        runner.watch()
        let page = "https://acme.example/offer"
        let expected: [ChecklistRunner.WatchedCertificate] = [
            .init(client: "acme", page: page, host: "acme.example", ends: Instant(rfc3339: "2027-02-14T12:00:00Z")!),
            .init(
                client: "acme", page: page, host: "www.acme.example", ends: Instant(rfc3339: "2026-12-01T12:00:00Z")!),
        ]
        #expect(runner.certificates == expected)
        web.isUp.withLock { $0 = false }
        runner.watch()
        #expect(runner.certificates == expected, "a page that was not reached has not renewed anything")
        settings.pages = []
        runner.configure(settings)
        #expect(runner.certificates.isEmpty)
    }
}
