import Crypto
package import Domain
import Service

/// Keeps the bodies of requests to Google and Meta as files, for checkers that are written against the platforms' own
/// packages.
///
/// A request is kept once, however often it comes, as `KIND-DIGEST.json` with one object: `body` as it came, and `now`,
/// the second of its receipt if that is known. Kinds: `datamanager`, `google_ads` (the older upload), `meta`.
package final class RequestRecords: Sendable {
    /// All files together, in bytes; what comes afterwards is only counted.
    package static let maximumBytes = 64 << 20

    private let folder: String
    private let state = Locked(State())

    private struct State {
        var digests: Set<String> = []
        var bytes = 0
        var left = 0
    }

    /// The folder must exist.
    package init(folder: String) { self.folder = folder }

    /// How many requests were not kept, for want of room or because the file could not be written.
    package var left: Int { state.withLock { $0.left } }

    /// Keeps a request if it is one that carries events. `path` is without the query.
    package func keep(path: String, body: [UInt8], at now: Instant?) {
        guard let kind = Self.kind(ofPath: path) else { return }
        let digest = String(SHA256.hex(of: body).prefix(24))
        let isNew = state.withLock { state in
            guard state.digests.insert(digest).inserted else { return false }
            guard state.bytes + body.count <= Self.maximumBytes else {
                state.left += 1
                return false
            }
            state.bytes += body.count
            return true
        }
        guard isNew else { return }
        let text =
            Array("{\"body\":".utf8) + body + Array((now.map { ",\"now\":\($0.seconds)" } ?? "").utf8)
            + Array("}\n".utf8)
        if case .failure = Files.replace("\(folder)/\(kind)-\(digest).json", with: text) {
            state.withLock { $0.left += 1 }
        }
    }

    private static func kind(ofPath path: String) -> String? {
        if path.hasSuffix("/events:ingest") { return "datamanager" }
        if path.hasSuffix(":uploadClickConversions") { return "google_ads" }
        return path.hasSuffix("/events") ? "meta" : nil
    }
}
