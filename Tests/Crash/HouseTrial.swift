import Domain
import Glibc
import SQLite
import Service
import TestSupport

/// What leaves the file while leads come in and the relay is killed: people are erased, and leads are cleared because
/// they are old.
///
/// Of what was acknowledged nothing may be missing but this; and of this nothing may come back: not out of the log at
/// the next start, not out of a backup that was begun later.
final class HouseTrial: Sendable {
    private let stage: Stage
    private let state: Locked<State>

    private struct State {
        var random: SeededGenerator
        /// People whose lead was acknowledged and of whom nobody knows yet that they were erased, in the order in which
        /// they came.
        var here: [Person] = []
        /// Whose erasure was asked for without an answer: done or not.
        var asked: Set<String> = []
        var erased: Set<String> = []
        var faults: [String] = []
    }

    private struct Person {
        var name: String
        /// As the relay calls the lead.
        var id: String
    }

    /// Leads that are old from the beginning, so that they are being cleared for as long as the relay is killed.
    private static let old = 3000
    private static let batch = 500
    /// How much older they are made than the relay is told to keep them: an hour, the least that can be configured.
    private static let age: Duration = .hours(2)
    static let retention = #"retention: { personal_data: "1h" },"#

    init(_ stage: Stage, seed: UInt64) {
        self.stage = stage
        state = Locked(State(random: SeededGenerator(seed: seed &+ 2)))
    }

    var counts: String {
        let (here, erased) = state.withLock { ($0.here.count, $0.erased.count) }
        return "\(erased) people erased, \(here) others kept"
    }

    private static func name(old number: Int) -> String { "past-\(number)" }
    private static func address(_ name: String) -> String { "\(name)@house.example" }
    private static let domain = Array("@house.example".utf8)

    /// A test: it goes nowhere, so that nothing but the time keeps its data.
    private func old(_ name: String) -> JSON {
        guard case .object(let members) = stage.lead(name, of: Self.address(name)) else { return .null }
        return .object(members + [JSON.Member("test", true)])
    }

    // MARK: What happens

    /// Old leads, judged before anybody misbehaves. Run before the first round.
    func prepare() throws {
        try stage.startRelay()
        for first in stride(from: 0, to: Self.old, by: Self.batch) {
            let names = (first..<first + Self.batch).map(Self.name(old:))
            guard stage.post(.array(names.map(old))) else {
                throw Stage.StageError(message: "the leads that are to become old are not taken")
            }
        }
        let left = try stage.drain()
        guard left.isEmpty, stage.stopRelay() == 0 else {
            throw Stage.StageError(message: "the leads that are to become old are not judged: \(left)")
        }
        let connection = try Connection(path: stage.database)
        try connection.execute(
            "UPDATE lead SET received_at = received_at - \(Self.age.components.seconds * 1000) WHERE event_id LIKE 'past-%'"
        )
    }

    /// Posts people, and erases half as many of those who are there, old ones and new ones, until the relay is gone.
    func live(_ round: Int) -> [Worker] {
        let poster = Worker("house posts") { [self] in
            for number in 1... {
                let name = "gone-\(round)-\(number)"
                guard let id = stage.postedID(stage.lead(name, of: Self.address(name))) else { return }
                state.update { $0.here.append(Person(name: name, id: id)) }
            }
        }
        let eraser = Worker("house erases") { [self] in
            for number in 1... {
                // The first waits for somebody to be there.
                usleep(number == 1 ? 20_000 : 1000)
                let (victim, isByAddress) = state.update { state in
                    let isOne = state.here.count > state.erased.count
                    let victim = isOne ? state.here.randomElement(using: &state.random) : nil
                    return (victim, Int.random(in: 0..<8, using: &state.random) == 0)
                }
                if let victim { if !erase(victim, isByAddress: isByAddress) { return } } else if number > 100 { return }
            }
        }
        return [poster, eraser]
    }

    /// The last ones, all by their address. Nothing disturbs.
    func eraseLast() {
        for person in state.withLock({ $0.here.suffix(Self.last) }) where !erase(person, isByAddress: true) {
            state.update { $0.faults.append("\(person.name) cannot be erased though nothing disturbs") }
        }
    }

    private static let last = 3

    /// By the address everything that the relay holds is looked through, which takes longer than most lives; by the id
    /// it is one row. False if no answer came.
    private func erase(_ person: Person, isByAddress: Bool) -> Bool {
        let name = person.name
        let wasAsked = state.update { !$0.asked.insert(name).inserted }
        let body: JSON = isByAddress ? ["email": .string(Self.address(name))] : ["id": .string(person.id)]
        guard let answer = stage.admin("POST", "/api/leads/erase", body) else { return false }
        state.update { state in
            let isFound = answer["leads"]?.integer == 1 || wasAsked
            if isFound {
                state.here.removeAll { $0.name == name }
                state.erased.insert(name)
            } else {
                state.faults.append("\(name) was acknowledged and not found when it was to be erased: \(answer.text)")
            }
        }
        return true
    }

    // MARK: What must hold

    /// Of whom nothing may be left from now on.
    var erased: Set<String> { state.withLock { $0.erased } }
    /// Who must be at both platforms: neither erased nor asked to be.
    var kept: [String] { state.withLock { state in state.here.map(\.name).filter { !state.asked.contains($0) } } }

    /// Whether somebody posted this.
    func knows(_ id: String) -> Bool { id.hasPrefix("gone-") || id.hasPrefix("past-") }

    /// Those of `erased` of whom something stands in a file, or all that was cleared if there is such.
    func faults(in file: String, erased: Set<String>, isCleared: Bool = false) -> [String] {
        guard case .success(let bytes) = Service.Files.read(file, limit: 1 << 31) else { return [] }
        var found: Set<String> = []
        var place = bytes.startIndex
        while let at = bytes[place...].firstIndex(of: Self.domain[0]) {
            place = at + 1
            guard bytes[at...].starts(with: Self.domain) else { continue }
            let name = bytes[..<at].reversed().prefix {
                $0 == 0x2D || (0x30...0x39).contains($0) || (0x61...0x7A).contains($0)
            }
            found.insert(String(decoding: name.reversed(), as: UTF8.self))
        }
        return found.filter { erased.contains($0) || isCleared && $0.hasPrefix("past-") }.sorted()
            .map { "\($0) was to be gone and stands in \(file.split(separator: "/").last ?? "")" }
    }

    /// Waits until what is old has been cleared. The relay runs.
    func awaitClearing() throws -> [String] {
        let connection = try Connection(path: stage.database, mode: .readOnly)
        let left = try connection.prepare(
            """
            SELECT count(*) FROM lead LEFT JOIN posted ON posted.id = lead.id
            WHERE event_id LIKE 'past-%' AND (payload IS NOT NULL OR bytes IS NOT NULL)
            """)
        for _ in 0..<Self.patience {
            guard try left.step() else { break }
            let count = left.integer(0)
            left.reset()
            if count == 0 { return [] }
            usleep(50_000)
        }
        return ["old leads are not cleared"]
    }

    /// Looks, 50 ms apart.
    private static let patience = 600

    /// In the end, of the stopped relay.
    func lastFaults() throws -> [String] {
        var faults = state.withLock { $0.faults }
        for file in [stage.database, stage.database + "-wal"] {
            faults += self.faults(in: file, erased: erased, isCleared: true)
        }
        // How many are, before the relay is killed, is a matter of the machine.
        if erased.isEmpty {
            faults.append("nobody was erased: the test has tested nothing")
        }
        tell("\(counts), \(Self.old) old leads cleared")
        return faults
    }
}
