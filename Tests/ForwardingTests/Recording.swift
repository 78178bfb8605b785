import Crypto
import Curl
import Domain
import Forwarding
import Glibc
import Service

/// Keeps every distinct request that adapters make in these tests, for checkers that are written against the platforms' own packages
/// (`deploy/check-requests`). Nothing happens unless the environment variable names a folder.
enum Recording {
    private static let folder = unsafe getenv("LEADRELAY_RECORDED_REQUESTS").map { unsafe String(cString: $0) }

    static func keep(_ transfer: Transfer, at now: Instant? = nil) {
        guard folder != nil, let body = transfer.body else { return }
        let path = transfer.url.utf8.split(separator: UInt8(ascii: "?")).first.map { String(Substring($0)) } ?? ""
        let text = String(decoding: body, as: UTF8.self)
        if path.hasSuffix("/events:ingest") {
            keep("datamanager", now, ["body": text])
        } else if path.hasSuffix(":uploadClickConversions") {
            keep("google_ads", now, ["body": text])
        } else if path.hasSuffix("/events") {
            keep("meta", now, ["body": text])
        }
    }

    /// A service account's assertion, with what verifies it.
    static func keep(
        assertion: String, publicKey: String, issuer: String, keyID: String, scope: String, at now: Instant
    ) {
        let parts = ["\"assertion\":\"\(assertion)\"", JSON.object([.init("pem", .string(publicKey))]).text.inner]
        keep(
            "jwt", now,
            ["iss": "\"\(issuer)\"", "kid": "\"\(keyID)\"", "scope": "\"\(scope)\""], more: parts)
    }

    private static func keep(_ kind: String, _ now: Instant?, _ members: [String: String], more: [String] = []) {
        guard let folder else { return }
        var text = members.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" } + more
        let digest = SHA256.hex(of: text.joined(separator: ",")).prefix(24)
        if let now { text.append("\"now\":\(now.seconds)") }
        guard let file = unsafe fopen("\(folder)/\(kind)-\(digest).json", "w") else { return }
        defer { unsafe fclose(file) }
        unsafe fputs("{" + text.joined(separator: ",") + "}\n", file)
    }
}

extension String {
    /// An object's text without its brackets.
    fileprivate var inner: String { String(dropFirst().dropLast()) }
}

/// An adapter whose requests are kept.
struct RecordingAdapter: Adapter {
    let adapter: any Adapter

    var limits: AdapterLimits { adapter.limits }
    var credential: Destination.Credential? { adapter.credential }
    func encode(_ outgoing: Outgoing) -> Encoded { adapter.encode(outgoing) }
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
