/// What a lead is to an earlier one under the same id. The numbers are stored.
package enum Kinship: Int64, CaseIterable, Sendable {
    /// Another person's or deal's: a lead of its own.
    case reuse = 1
    /// The same lead with another address or number; it counts in the earlier one's place.
    case correction = 2
    /// The same lead with another value; it is no further lead.
    case adjustment = 3

    /// The word for the API and for pages.
    package var name: String { "\(self)" }
}

/// What somebody has decided about an event that came under a used id. The numbers are stored.
package enum Treatment: Int64, CaseIterable, Sendable {
    /// Nobody has: what it says decides.
    case undecided = 0
    case own = 1
    case correction = 2
}
