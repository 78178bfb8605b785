package import Domain

/// What is known of one event at one account.
package struct Receipt: Equatable, Sendable {
    package let platform: Platform
    package let account: String
    /// Google's transaction id, Meta's event id, a webhook's id.
    package let id: String
    /// How often it came.
    package let count: Int
    /// How often it was not the same as the first time.
    package let changes: Int
    /// SHA-256 of the first one's shortest JSON text, members in the order they were sent.
    package let digest: String
    package let first: Instant
    package let last: Instant
}
