import Domain
import SQLite
import Service

/// The lanes as they were last written.
final class LaneCache: Sendable {
    private let lanes = Locked<[String: Lane]>([:])

    /// By name.
    var all: [Lane] { lanes.withLock { $0.values.sorted { $0.name < $1.name } } }
    subscript(_ destination: String) -> Lane? { lanes.withLock { $0[destination] } }

    func put(_ lane: Lane) { lanes.withLock { $0[lane.name] = lane } }
    func remove(_ destination: String) { lanes.withLock { $0[destination] = nil } }

    func load(_ tables: Tables) throws(SQLiteError) {
        var loaded: [String: Lane] = [:]
        let destinations = try tables.statement(.destinations)
        while try destinations.step() {
            let lane = Lane(
                name: destinations.text(1), state: LaneState(rawValue: destinations.text(2)) ?? .held,
                reason: destinations.text(3), since: Instant(milliseconds: destinations.integer(4)))
            if try !tables.isForgotten(destinations.integer(0)) { loaded[lane.name] = lane }
        }
        let result = loaded
        lanes.withLock { $0 = result }
    }
}
