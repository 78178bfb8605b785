/// Which of a client's campaign groups are watched.
///
/// Groups are named by whoever posts, and a page's key stands in its HTML: anybody can invent as many as they like. So
/// a group is watched because people have named it, because it was seen on several days, or because there is room for
/// some new ones; the leads of all others are counted together. What is kept here is bounded by the number of groups
/// that may be watched, not by the number that were offered.
package struct GroupChoice: Sendable {
    /// How many are watched.
    package struct Bounds: Equatable, Sendable {
        /// Groups of one client.
        package var watched: Int
        /// Among them those that nobody has named and that were seen on few days.
        package var fresh: Int
        package init(watched: Int = 2000, fresh: Int = 100) {
            self.watched = watched
            self.fresh = fresh
        }
    }

    /// A group that was seen on so many days is watched as long as there is room, as one that was named.
    package static let daysToStay = 3

    /// A group that may be watched. Counts are those from before today.
    package struct Candidate: Equatable, Sendable {
        package var id: Int64
        package var key: GroupKey
        /// The slot of its first lead.
        package var firstSlot: Int
        /// Configuration, group rules, calendar or a table of names have it.
        package var isNamed: Bool
        package var days: Int
        package var leads: Int

        package init(
            id: Int64, key: GroupKey, firstSlot: Int, isNamed: Bool = false, days: Int = 0, leads: Int = 0
        ) {
            self.id = id
            self.key = key
            self.firstSlot = firstSlot
            self.isNamed = isNamed
            self.days = days
            self.leads = leads
        }

        fileprivate var isFresh: Bool { !isNamed && days < GroupChoice.daysToStay }

        /// The first ones are watched: what was named, then what was seen on the most days; of equal ones the older.
        fileprivate func precedes(_ other: Self) -> Bool {
            if isNamed != other.isNamed { return isNamed }
            if !isNamed, days != other.days { return days > other.days }
            if !isNamed, leads != other.leads { return leads > other.leads }
            return id < other.id
        }
    }

    private let bounds: Bounds
    private var candidates: [Candidate] = []
    /// How many were offered.
    package private(set) var offered = 0

    package init(_ bounds: Bounds) { self.bounds = bounds }

    package mutating func offer(_ candidate: Candidate) {
        offered += 1
        candidates.append(candidate)
        // Cut back now and then, so that each costs next to nothing.
        if candidates.count > bounds.watched * 2 + 100 {
            candidates.sort { $0.precedes($1) }
            candidates.removeLast(candidates.count - bounds.watched)
        }
    }

    /// Those that are watched, in the order of their ids.
    package var chosen: [Candidate] {
        var fresh = 0
        return
            candidates.sorted { $0.precedes($1) }
            .filter { candidate in
                guard candidate.isFresh else { return true }
                fresh += 1
                return fresh <= bounds.fresh
            }
            .prefix(bounds.watched).sorted { $0.id < $1.id }
    }

    /// Whether one more can be watched beside those that are.
    package static func hasRoom(for candidate: Candidate, beside chosen: [Candidate], _ bounds: Bounds) -> Bool {
        chosen.count < bounds.watched
            && (!candidate.isFresh || chosen.count(where: \.isFresh) < bounds.fresh)
    }
}
