/// How long a version of Meta's Graph API is good for: two years from the day that the next one came out (Meta,
/// "Platform versioning").
package enum GraphVersion {
    package enum Standing: Equatable, Sendable {
        case good
        /// It ends so soon that somebody should look for the next one.
        case ends(Instant)
        case ended(Instant?)
        /// Newer than anything that is known here, or not a version that was ever there.
        case unknown
    }

    /// What the relay was written for.
    package static let newest = "v26.0"
    /// When people are told that a version ends.
    package static let warning: Duration = .days(120)

    /// The first that has not ended yet by the table below; all before it have.
    private static let oldest = 21
    /// By the major number; only `.0` was ever there in these.
    private static let ends: [Int: String] = [
        21: "2027-01-21T00:00:00Z", 22: "2027-05-29T00:00:00Z", 23: "2027-10-08T00:00:00Z",
        24: "2028-02-18T00:00:00Z", 25: "2028-07-29T00:00:00Z",
    ]

    package static func standing(_ version: String, at now: Instant) -> Standing {
        if version == newest { return .good }
        let parts = version.dropFirst().split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard version.first == "v", parts.count == 2, let major = parts[0], let minor = parts[1] else {
            return .unknown
        }
        if major < oldest { return .ended(nil) }
        guard minor == 0, let end = ends[major].flatMap(Instant.init(rfc3339:)) else { return .unknown }
        if end <= now { return .ended(end) }
        return end <= now + warning ? .ends(end) : .good
    }

    /// What is to be said about it and what to do; `nil`: nothing.
    package static func complaint(_ version: String, at now: Instant) -> (words: String, remedy: String)? {
        let remedy = "Write version: \"\(newest)\", or leave it out."
        switch standing(version, at: now) {
        case .good: return nil
        case .ends(let end): return ("\(version) of the Graph API ends on \(end.rfc3339.prefix(10))", remedy)
        case .ended(let end?): return ("\(version) of the Graph API ended on \(end.rfc3339.prefix(10))", remedy)
        case .ended(nil): return ("\(version) of the Graph API has ended", remedy)
        case .unknown: return ("\(version) of the Graph API is not known here, whose newest is \(newest)", remedy)
        }
    }
}
