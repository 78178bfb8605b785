/// Where the rules of time zones come from: they are read at the edge and asked for by IANA name.
package struct Zones: Sendable {
    package var rules: @Sendable (String) -> TimeZoneRules?

    package init(_ rules: @escaping @Sendable (String) -> TimeZoneRules?) { self.rules = rules }

    /// Every zone is UTC.
    package static let utc = Zones { _ in .utc }

    /// What the clock on the wall of a zone shows; UTC in a zone that nobody knows.
    package func local(_ zone: String, _ moment: Instant) -> CivilTime {
        (rules(zone) ?? .utc).local(moment).civil
    }
}

extension CivilTime {
    /// Minutes since midnight, 0 to 1439.
    package var minuteOfDay: Int { hour * 60 + minute }
}
