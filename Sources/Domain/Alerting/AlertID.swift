/// The number of an alert: given once, never again. Printed as `A17`.
package struct AlertID: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    package let rawValue: Int64
    package init(rawValue: Int64) { self.rawValue = rawValue }

    package var description: String { "A\(rawValue)" }

    /// Reads `A17`, `a17` and `17`; `nil` for anything else.
    package init?(_ text: String) {
        let digits = text.first == "A" || text.first == "a" ? text.dropFirst() : text[...]
        guard let number = Int64(digits), number > 0, digits.first != "+" else { return nil }
        rawValue = number
    }

    package static func < (left: AlertID, right: AlertID) -> Bool { left.rawValue < right.rawValue }
}
