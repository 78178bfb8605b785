package import Domain

/// One rule: facts in, observations out. It says both that something is wrong and that it is over, each with a
/// threshold of its own, so that what lies between changes nothing.
package protocol Rule: Sendable {
    func observations(_ facts: Facts) -> [Observation]
}

/// Collects what one rule says.
struct Findings {
    private(set) var observations: [Observation] = []

    mutating func problem(_ finding: Finding) { observations.append(.problem(finding)) }

    mutating func recovered(
        _ kind: AlertKind, _ scope: AlertScope, code: String = "", at ended: Instant, _ reason: String
    ) {
        observations.append(.recovered(key: Finding.key(kind, scope, code: code), ended: ended, reason: reason))
    }
}

extension Double {
    /// `12 %`; under ten with one decimal.
    var percent: String {
        let value = self * 100
        if value >= 10 || value == 0 { return "\(Int(value.rounded())) %" }
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
    }
}

extension Int {
    /// `1 lead`, `3 leads`.
    func of(_ noun: String) -> String { "\(self) \(noun)\(self == 1 ? "" : "s")" }

    /// `3.2 GiB`, `640 MiB`.
    var bytes: String {
        if self >= 1 << 30 { return "\(Double(self / (1 << 20) * 10 / 1024) / 10) GiB" }
        return "\(self >> 20) MiB"
    }
}
