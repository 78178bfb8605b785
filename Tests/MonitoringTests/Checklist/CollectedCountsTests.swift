import Domain
import Monitoring
@testable import Store
import TestSupport
import Testing

@Suite struct `Counts of the checklist` {
    /// `count` leads an hour of one group, each hour of the seven days before the start.
    private func steady(_ count: Int, group: String = "pumps") -> [HourlyIntake] {
        (1...7 * 24).map { back in
            HourlyIntake(
                hour: (Instant.start - .hours(back)).hour, source: "landing", client: "acme", group: group,
                tally: .lead,
                count: count)
        }
    }

    private func counts(_ hours: [HourlyIntake], _ arrivals: [Arrivals] = [], length: Duration = .minutes(90))
        -> CollectedCounts
    {
        CollectedCounts(hours: hours, arrivals: arrivals, began: .start, now: .start + length)
    }

    @Test func `know what is usual at this time of day`() {
        #expect(counts(steady(10)).volume(client: "acme", group: "pumps").expected == 15)
        // Only at night, and it is nine in the morning.
        let nights = steady(10).filter { $0.hour.seconds % 86_400 < 6 * 3600 }
        #expect(counts(nights).volume(client: "acme", group: "pumps").expected == 0)
        #expect(counts([]).volume(client: "acme", group: "pumps").expected == 0)
    }

    @Test func `average over the days that there are`() {
        let twoDays = steady(10).filter { $0.hour >= .start - .days(2) }
        #expect(counts(twoDays).volume(client: "acme", group: "pumps").expected == 15)
        // Less than a day of history: at the mean rate.
        let hours = steady(10).filter { $0.hour >= .start - .hours(6) }
        #expect(counts(hours).volume(client: "acme", group: "pumps").expected == 15)
    }

    @Test func `keep groups, sources and clients apart`() {
        var arrival = Arrivals(source: "landing", client: "acme", group: "pumps")
        arrival.leads = 4
        var other = Arrivals(source: "beta", client: "beta", group: "roofs")
        other.leads = 9
        let found = counts(steady(10) + steady(2, group: "solar"), [arrival, other])
        #expect(found.volume(client: "acme", group: "pumps").observed == 4)
        #expect(found.volume(client: nil, group: nil).observed == 13)
        #expect(found.feeding(client: "acme", group: "solar") == ["landing"])
        let siblings = found.siblings(client: "acme", group: "pumps") { $0 == "acme" ? "DE" : nil }
        #expect(siblings.map(\.group) == ["solar", "roofs"])
        #expect(siblings.map(\.isSameClient) == [true, false])
        #expect(siblings[0].usual == 3)
        let sources = found.sources(["landing"]) { _ in true }
        #expect(sources.map(\.name) == ["beta", "landing"] && sources.map(\.feedsMatter) == [false, true])
        #expect(sources[1].groups == 2 && sources[1].received == 4 && sources[1].usual == 18)
    }
}
