/// How much an alert matters, and so whom it may wake.
package enum Severity: String, CaseIterable, Comparable, Sendable {
    /// For pages only; nobody is told.
    case info
    /// Somebody should look in working hours.
    case warning
    /// Leads are being lost: somebody is called.
    case critical

    package static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .info: 0
        case .warning: 1
        case .critical: 2
        }
    }
}
