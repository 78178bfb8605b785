package import Domain

extension Instant {
    /// The moment at which tests begin: 2026-11-21T09:00:00Z.
    package static let start = Instant(seconds: 1_795_251_600)
}
