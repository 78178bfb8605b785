package import Domain

/// What intake needs to know of the configuration: an immutable snapshot, replaced as a whole.
package final class IntakeSettings: Sendable {
    let entries: [Entry]
    let proxies: TrustedProxies
    /// Events in one request.
    let maximumBatch: Int
    /// Bytes of a multipart form with its files, which are dropped.
    let maximumUpload: Int
    /// Lets the relay's own test leads in; `nil`: there are none.
    let synthetic: SyntheticGate?
    private let byKey: [String: Int]
    private let origins: Set<String>

    /// A source with what can be worked out beforehand. A class, because each request takes one along.
    final class Entry: Sendable {
        let source: Source
        let redirects: [RedirectTarget]
        /// Tells the buckets of sources apart, and stays the same over a reload.
        let bucket: Int
        let allowsAnyOrigin: Bool

        init(_ source: Source) {
            self.source = source
            redirects = source.redirects.compactMap { RedirectTarget($0) }
            bucket = source.name.hashValue
            allowsAnyOrigin = source.origins.contains("*")
        }

        func allows(origin: String) -> Bool { allowsAnyOrigin || source.origins.contains(origin) }
    }

    package init(
        sources: [Source], trustedProxies: [String] = [], maximumBatch: Int = 10_000, maximumUpload: Int = 10 << 20,
        synthetic: SyntheticGate? = nil
    ) {
        self.synthetic = synthetic
        entries = sources.map { Entry($0) }
        proxies = TrustedProxies(trustedProxies.compactMap { Network($0) })
        self.maximumBatch = maximumBatch
        self.maximumUpload = maximumUpload
        var byKey: [String: Int] = [:]
        for (index, source) in sources.enumerated() {
            for key in source.keys { byKey[key] = index }
        }
        self.byKey = byKey
        origins = Set(sources.flatMap(\.origins))
    }

    func entry(forKey key: String) -> Entry? { byKey[key].map { entries[$0] } }

    /// Whether any source takes posts from there: all that a preflight without a key can be asked.
    func someSourceAllows(origin: String) -> Bool { origins.contains("*") || origins.contains(origin) }
}
