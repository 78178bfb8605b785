package import Domain
package import Store

/// What the overview page shows: gathered by the program, at one moment.
package struct Overview: Sendable {
    package var version: String
    package var now: Instant
    package var started: Instant
    /// Why the relay should get no traffic; empty when all is well.
    package var problems: [String]
    package var books: Books
    package var lanes: [Lane]
    /// The platform of each configured destination.
    package var platforms: [String: String]
    /// All configured sources; those that have not sent anything yet are worth seeing.
    package var sources: [String]
    package var quarantine: [QuarantineGroup]
    /// The present hour and the one before.
    package var hours: [HourCount]

    package init(
        version: String, now: Instant, started: Instant, problems: [String] = [], books: Books, lanes: [Lane] = [],
        platforms: [String: String] = [:], sources: [String] = [], quarantine: [QuarantineGroup] = [],
        hours: [HourCount] = []
    ) {
        self.version = version
        self.now = now
        self.started = started
        self.problems = problems
        self.books = books
        self.lanes = lanes
        self.platforms = platforms
        self.sources = sources
        self.quarantine = quarantine
        self.hours = hours
    }
}
