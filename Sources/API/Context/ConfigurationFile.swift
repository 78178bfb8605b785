package import Domain
package import Service

/// Where the configuration in force came from, and what came of reading it again.
package final class ConfigurationFile: Sendable {
    /// Which file it was read from, and when; `nil` if from none.
    package let origin = Locked<(file: String, readAt: Instant)?>(nil)
    /// What came of reading it again; `nil` while nobody has asked for it.
    package let reload = Locked<Reload?>(nil)

    /// An attempt to put a changed file in force.
    package struct Reload: Sendable, Equatable {
        package var at: Instant
        /// Why the old configuration stays in force, for people; `nil` if the new one was taken.
        package var refusal: String?
        /// Since when every attempt has been refused.
        package var refusedSince: Instant?
    }

    package init() {}

    /// Writes down what came of reading the file again.
    package func noteReload(refusal: String?, at now: Instant) {
        reload.withLock { reload in
            let since = refusal == nil ? nil : reload?.refusedSince ?? now
            reload = Reload(at: now, refusal: refusal, refusedSince: since)
        }
    }
}
