/// How many there are, counted no further than to a bound: what is beyond is said, not left out.
package struct BoundedCount: Equatable, Sendable, ExpressibleByIntegerLiteral, CustomStringConvertible {
    package let number: Int
    /// Whether counting ended at the bound, so that there may be more.
    package let isAtLeast: Bool

    package init(_ number: Int, isAtLeast: Bool = false) {
        self.number = number
        self.isAtLeast = isAtLeast
    }

    package init(integerLiteral number: Int) { self.init(number) }

    /// `at least 10000`.
    package var description: String { isAtLeast ? "at least \(number)" : "\(number)" }
}
