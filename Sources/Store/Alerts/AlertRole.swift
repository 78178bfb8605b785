package import Domain

/// What is wrong, from the first observation to the end, and what people do about it.
package struct AlertRole: LedgerRole {
    let core: LedgerCore

    /// The alerts that are open, by number.
    package var open: [Alert] { core.caches.alerts.open }

    /// What becomes of observations and whom alerts are told to; in force from the next round.
    package var policy: AlertPolicy { core.caches.alerts.policy }
    package func configure(_ policy: AlertPolicy) { core.caches.alerts.configure(policy) }
}
