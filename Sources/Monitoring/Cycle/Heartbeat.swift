package import Domain

/// A sign of life that a customer's machine sends, as it is awaited.
package struct Heartbeat: Sendable, Equatable {
    package var name: String
    /// Whose matter it is; empty for nobody's in particular.
    package var client: String
    package var every: Duration
    package var severity: Severity

    package init(name: String, client: String, every: Duration, severity: Severity) {
        self.name = name
        self.client = client
        self.every = every
        self.severity = severity
    }
}
