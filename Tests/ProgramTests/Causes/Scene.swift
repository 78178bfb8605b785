import Domain

/// One client of the agency: what its traffic is like, what happens to it, and what else happens around that time.
struct Scene: Sendable, CustomStringConvertible {
    var traffic: Traffic
    var cause: Cause
    /// How long after the beginning.
    var after: Duration
    var change = Change.none
    var wall = Wall.none

    /// A harmless change of ours beside the cause.
    enum Change: String, CaseIterable, Sendable {
        case none
        /// Of this client's source, eighteen hours before: long before the last lead that was well, if there are some a
        /// day.
        case longBefore
        /// Of another client's source, at the same moment.
        case atAnother
        /// Of this client's source, an hour after it was noticed.
        case afterwards
        /// Somebody puts another version into service, long after.
        case deployAfterwards
    }

    /// What stands before the client's page.
    enum Wall: String, CaseIterable, Sendable {
        case none
        /// Refuses us since ever: 403 to all but people.
        case always
        /// Begins to ask whether we are people, half way to the cause.
        case later
    }

    init(
        _ traffic: Traffic, _ cause: Cause, after: Duration, _ change: Change = .none, wall: Wall = .none
    ) {
        self.traffic = traffic
        self.cause = cause
        self.after = after
        self.change = change
        self.wall = wall
    }

    var description: String {
        var words = "\(cause.rawValue), \(traffic.rawValue), after \(after.plain)"
        if change != .none { words += ", change of ours: \(change.rawValue)" }
        if wall != .none { words += ", wall: \(wall.rawValue)" }
        return words
    }
}
