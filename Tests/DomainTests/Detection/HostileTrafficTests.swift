import Domain
import TestSupport
import Testing

@Suite struct `Traffic that is not smooth` {
    /// Hours of the local day on working days, nothing otherwise; the mean over the week is 1.
    private static func sharp(_ open: Double, _ close: Double) -> (Int) -> Double {
        { slot in
            let (day, time) = (
                (slot - Traffic.start) / Slots.perDay % 7, Double((slot - Traffic.start) % Slots.perDay) / 12
            )
            return day < 5 && (open..<close).contains(time) ? 168 / (5 * (close - open)) : 0
        }
    }

    @Test(arguments: [(9.0, 18.0), (8.5, 17.25)])
    func `ends at the same time every day, and nobody is woken`(open: Double, close: Double) {
        var traffic = Traffic([Double](repeating: 20, count: 12), clients: ["a", "b", "c", "d"])
        let hours = Self.sharp(open, close)
        traffic.factor = { _, slot in hours(slot) }
        let parents = traffic.watched(days: 56, from: 28).episodes.filter { episode in
            if case .group = episode.scope { false } else { true }
        }
        #expect(parents.isEmpty)
    }

    @Test func `does not hide that a whole client is silent`() throws {
        var traffic = Traffic([Double](repeating: 20, count: 12), clients: ["a", "b", "c", "d"])
        let hours = Self.sharp(9, 18)
        let outage = Traffic.slot(37, 10)..<Traffic.slot(38, 10)
        traffic.factor = { group, slot in group % 4 == 1 && outage.contains(slot) ? 0 : hours(slot) }
        let found = traffic.watched(days: 42, from: 28).episodes.filter { $0.scope == .client("b") }
        let episode = try #require(found.first)
        #expect(found.count == 1)
        #expect(episode.opened - outage.lowerBound < 6 * Slots.perHour)
    }

    /// Of 40 groups in an office the last two close at eight, an hour after all others. They are out, that is told, and
    /// on the evening of that day nobody is told that the intake is down.
    @Test func `closes an hour earlier while those that close last are out`() throws {
        var traffic = Traffic(
            [Double](repeating: 30, count: 14) + [150, 150], clients: ["a", "b", "c", "d", "e", "f"])
        let (early, late) = (Self.sharp(9, 18), Self.sharp(9, 20))
        let outage = Traffic.slot(36, 11)
        traffic.factor = { group, slot in group < 14 ? early(slot) : slot >= outage ? 0 : late(slot) }
        let episodes = traffic.watched(days: 40, from: 28).episodes
        #expect(!episodes.isEmpty)
        #expect(!episodes.contains { $0.scope == .intake }, "\(episodes)")
    }

    /// The last hour before midnight is no day's flood by itself, but it would be expected every night.
    @Test func `is flooded from eleven at night, and expects nothing of the nights after it`() throws {
        var traffic = Traffic([30])
        let flood = Traffic.slot(22, 23)..<Traffic.slot(24, 23)
        traffic.factor = { _, slot in
            let hour = (slot - Traffic.start) % Slots.perDay / 12
            return flood.contains(slot) ? 20 : (8..<20).contains(hour) ? 2 : 0.01
        }
        let detector = traffic.watched(days: 29, from: 21)
        let hours = (Traffic.slot(29, 22) / 12)..<(Traffic.slot(29, 24) / 12)
        #expect(detector.expected(of: 0, hours: hours).reduce(0, +) < 1, "\(detector.expected(of: 0, hours: hours))")
    }

    /// Once a night, some minutes after two, and on the tenth night an hour late.
    @Test func `comes once a night, now and then late`() throws {
        var traffic = Traffic([20, 30, 15], clients: ["a"])
        var fails = false
        traffic.factor = { group, slot in
            let day = (slot - Traffic.start) / Slots.perDay
            let due = 24 + (day * 7) % 4 + (day % 10 == 9 ? 14 : 0)
            if fails, day >= 40 { return 0 }
            return (due..<(due + 2)).contains((slot - Traffic.start) % Slots.perDay) ? 144 : 0
        }
        #expect(traffic.watched(days: 49, from: 28).episodes.isEmpty)
        fails = true
        let first = try #require(traffic.watched(days: 45, from: 28).episodes.first)
        #expect(first.opened > Traffic.slot(40, 2) && first.opened < Traffic.slot(41, 12))
    }

    @Test func `is flooded for three days, and expects no more afterwards`() throws {
        var traffic = Traffic([40])
        let flood = Traffic.slot(22, 6)..<Traffic.slot(25, 6)
        traffic.factor = { _, slot in flood.contains(slot) ? 30 : 1 }
        let detector = traffic.watched(days: 40, from: 21)
        #expect(detector.episodes.isEmpty)
        #expect((30...50).contains(detector.dailyRate(of: 0)))
        let seen = try #require(detector.floods(of: traffic.groups[0].key).first)
        #expect(seen.slots.lowerBound <= flood.lowerBound && seen.slots.upperBound >= flood.upperBound)
        #expect((15...40).contains(seen.factor), "\(seen)")
    }

    @Test func `becomes three times as much, and that is the level after two weeks`() {
        var traffic = Traffic([40])
        traffic.factor = { _, slot in slot >= Traffic.slot(22, 0) ? 3 : 1 }
        #expect(traffic.watched(days: 43, from: 21).dailyRate(of: 0) > 90)
    }

    @Test func `falls everywhere at once, and that is one alert`() {
        var traffic = Traffic(
            (0..<30).map { Double(10 + $0 * 3) }, clients: ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"])
        let holiday = Traffic.slot(25, 0)..<Traffic.slot(26, 0)
        traffic.factor = { _, slot in holiday.contains(slot) ? 0.15 : 1 }
        let episodes = traffic.watched(days: 29).episodes
        #expect(episodes.count <= 2)
        #expect(episodes.first?.scope == .intake && episodes.first?.ending == .recovered)
    }

    @Test func `is a sale, and not a flood, where the calendar says so`() throws {
        var traffic = Traffic([150])
        let sale = Traffic.slot(30, 0)..<Traffic.slot(32, 0)
        traffic.factor = { _, slot in sale.contains(slot) ? 5 : 1 }
        let entry = CalendarEntry(
            .all, start: Slots.start(of: sale.lowerBound), end: Slots.start(of: sale.upperBound), multiplier: 2)
        let lesson = try #require(traffic.watched(days: 35, calendar: [entry]).lessons(of: entry)["acme"])
        #expect((4...6).contains(Double(lesson.came) / lesson.expected))
    }

    @Test func `closes at noon from one day on, and that is learned`() {
        // From one day on nobody works from twelve to two.
        var traffic = Traffic([600])
        traffic.factor = { _, slot in
            let time = Double((slot - Traffic.start) % Slots.perDay) / 12
            return slot >= Traffic.slot(21, 0) && (12..<14).contains(time) ? 0 : 1
        }
        let episodes = traffic.watched(days: 56, from: 21).episodes
        #expect((1...14).contains(episodes.count))
        #expect(episodes.allSatisfy { $0.opened < Traffic.slot(38, 0) })
    }
}

@Suite struct `What an alert counts` {
    @Test func `counts what came and what was expected over the same slots`() throws {
        var traffic = Traffic([100, 2000], clients: ["a", "b"])
        let drop = Traffic.slot(25, 8)
        traffic.factor = { group, slot in group == 0 && slot >= drop ? 0.2 : 1 }
        // Our own downtime in the middle of it, with leads that came in late and are counted there.
        let down = Traffic.slot(26, 8)..<Traffic.slot(26, 20)
        let detector = traffic.watched(days: 28, holes: [down])
        let episode = try #require(detector.episodes.first { $0.isOpen })
        let standing = detector.standing(of: episode)
        let known = (standing.since..<detector.slot).filter { !down.contains($0) }
        #expect(standing.observed == known.reduce(0) { $0 + detector.leads(of: 0, $1..<($1 + 1)) })
        let hours = Double(known.count) / 12
        #expect(abs(standing.expected - 100 / 24 * hours) < 0.25 * 100 / 24 * hours)
    }
}
