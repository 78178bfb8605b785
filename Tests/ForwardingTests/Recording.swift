import Crypto
import Curl
import Domain
import Forwarding
import Sandbox
import Service
import TestSupport

/// Keeps every distinct request that adapters make in these tests, for checkers that are written against the platforms'
/// own packages (`Tests/Tools/check-requests`). Nothing happens unless the environment variable names a folder.
enum Recording {
    private static let folder = recordedRequests
    /// What a sandbox keeps that these tests' adapters send to.
    static let sandbox = folder.map { RequestRecords(folder: $0) }

    static func keep(_ transfer: Transfer, at now: Instant?) {
        guard let sandbox, let body = transfer.body else { return }
        let path = transfer.url.utf8.split(separator: UInt8(ascii: "?")).first.map { String(Substring($0)) } ?? ""
        sandbox.keep(path: path, body: body, at: now)
    }

    /// A service account's assertion, with what verifies it.
    static func keep(
        assertion: String, publicKey: String, issuer: String, keyID: String, scope: String, at now: Instant
    ) {
        guard let folder else { return }
        let text = JSON.object([
            .init("assertion", .string(assertion)), .init("pem", .string(publicKey)), .init("iss", .string(issuer)),
            .init("kid", .string(keyID)), .init("scope", .string(scope)), .init("now", .number("\(now.seconds)")),
        ]).text
        let digest = SHA256.hex(of: assertion).prefix(24)
        _ = Service.Files.replace("\(folder)/jwt-\(digest).json", with: Array(text.utf8))
    }
}

/// An adapter whose requests are kept.
struct RecordingAdapter: Adapter {
    let adapter: any Adapter

    var limits: AdapterLimits { adapter.limits }
    var credential: Destination.Credential? { adapter.credential }
    var secrets: [(secret: String, mask: String)] { adapter.secrets }
    func encode(_ outgoing: EncodedLead, at now: Instant) -> Encoded { adapter.encode(outgoing, at: now) }
    func amendment(for receipt: Domain.Receipt) -> Amendment? { adapter.amendment(for: receipt) }
    func amended(_ fragment: Fragment, _ amendment: Amendment) -> Fragment? { adapter.amended(fragment, amendment) }
    func foresight(at now: Instant) -> [Preflight.Finding] { adapter.foresight(at: now) }
    func transfer(_ fragments: [Fragment], token: String?, at now: Instant) -> Transfer {
        let transfer = adapter.transfer(fragments, token: token, at: now)
        Recording.keep(transfer, at: now)
        return transfer
    }
    func read(_ result: Result<Answer, TransferError>, count: Int) -> Reading { adapter.read(result, count: count) }
    func masked(_ transfer: Transfer) -> Transfer { adapter.masked(transfer) }
    func inquiry(_ requestID: String, token: String?) -> Transfer? { adapter.inquiry(requestID, token: token) }
    func read(_ result: Result<Answer, TransferError>, of request: AwaitedRequest) -> InquiryReading {
        adapter.read(result, of: request)
    }
    func preflight(token: String?, at now: Instant) -> [PreflightQuestion] { adapter.preflight(token: token, at: now) }
    func read(_ result: Result<Answer, TransferError>, to question: PreflightQuestion) -> Preflight.Finding {
        adapter.read(result, to: question)
    }
}

/// Takes the place of the function of the same name in these tests, so that what they make is kept.
func makeAdapter(_ destination: Destination) -> any Adapter {
    RecordingAdapter(adapter: Forwarding.makeAdapter(destination))
}
