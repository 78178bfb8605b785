import Domain
import Store
import TestSupport
import Testing

@testable import Monitoring

/// How often people are called for one matter. Everything that notifies somebody counts; that a message is edited does
/// not.
@Suite struct `Messages about one matter` {
    /// More than this nobody reads.
    private static let most = 6

    /// The alerts' lifecycle and their notices, without a store: each channel hears what is due, an alert's notices
    /// together.
    private struct ReadPool {
        var alerts: [Alert] = []
        var now = Instant.start
        var reached: [AlertID: Set<String>] = [:]
        var owed: [(channel: String, item: NotificationContent.Item, due: Instant)] = []
        var counts: [String: Int] = [:]
        var told: [String: [String]] = [:]
        var number: Int64 = 0
        let routing: AlertRouting

        init() {
            var routing = AlertRouting(
                AlertRouting.usual(NotifierSample.channels), channels: NotifierSample.channels)
            routing.patience = .seconds(20)
            self.routing = routing
        }

        mutating func round(_ body: (inout AlertBook) -> Void) {
            var book = AlertBook(
                alerts, settings: AlertSettings(), nextID: AlertID(rawValue: Int64(alerts.count + 1)), now: now)
            body(&book)
            alerts = book.all
            for var event in book.events {
                number += 1
                event.id = number
                guard event.notice != nil, let alert = book[event.alert] else { continue }
                for plan in routing.routing.owed(event, alert, reached: reached[alert.id] ?? [], at: now) {
                    if plan.kind == .opening { reached[alert.id, default: []].insert(plan.channel) }
                    if plan.kind == .closing { reached[alert.id]?.remove(plan.channel) }
                    if plan.kind != .closing {
                        for index in owed.indices
                        where owed[index].channel == plan.channel && owed[index].item.notice.alert == alert.id {
                            owed[index].due = min(owed[index].due, plan.due)
                        }
                    }
                    let notice = Notice(
                        id: number, channel: plan.channel, alert: alert.id, event: event.id, kind: plan.kind)
                    owed.append((plan.channel, .init(notice, event), plan.due))
                }
            }
            send()
        }

        mutating func send() {
            let due = owed.filter { $0.due <= now }
            owed.removeAll { $0.due <= now }
            for (channel, notices) in Dictionary(grouping: due, by: \.channel) {
                for (id, items) in Dictionary(grouping: notices, by: \.item.notice.alert) {
                    guard let alert = alerts.first(where: { $0.id == id }) else { continue }
                    let bulletin = NotificationContent(alert, items.map(\.item))
                    // Edits notify nobody, in Slack and in Alertmanager and PagerDuty, which know the alert by its key.
                    if !bulletin.isLoud, channel != "mail", channel != "hook", bulletin.story.isEmpty { continue }
                    counts[channel, default: 0] += 1
                    told[channel, default: []].append("\((now - .start).words) \(bulletin.headline)")
                }
            }
        }

        mutating func observe(_ observations: [Observation]) { round { $0.observe(observations) } }

        mutating func pass(_ time: Duration, every step: Duration = .minutes(1), _ look: (Instant) -> [Observation]) {
            let end = now + time
            while now < end {
                now = now + step
                observe(look(now))
            }
        }
    }

    private static func expectFew(_ desk: ReadPool) {
        #expect(!desk.counts.isEmpty)
        for (channel, count) in desk.counts {
            #expect(count <= most, "\(channel): \(desk.told[channel] ?? [])")
        }
    }

    private static let group = AlertScope.group(client: "acme", group: "solar")
    private static let key = Finding.key(.missingLeads, group)

    private static func missing(_ severity: Severity, since: Instant, _ count: Int) -> Observation {
        .problem(
            Finding(
                .missingLeads, group, severity, began: since, sentence: "\(count) leads expected, none came.",
                client: "acme"))
    }

    @Test func `an outage of three hours`() {
        var desk = ReadPool()
        let start = desk.now
        desk.observe([Self.missing(.warning, since: start, 5)])
        let id = desk.alerts[0].id
        desk.now = desk.now + .seconds(8)
        desk.round { book in _ = try? book.apply(.investigated("Proved: the page is down."), to: id, by: "checklist") }
        desk.pass(.minutes(30)) { [Self.missing(.warning, since: start, Int(($0 - start).components.seconds) / 60)] }
        desk.pass(.minutes(10)) { [Self.missing(.critical, since: start, Int(($0 - start).components.seconds) / 60)] }
        desk.round { book in _ = try? book.apply(.investigated("Proved: another."), to: id, by: "checklist") }
        desk.pass(.minutes(135)) { [Self.missing(.critical, since: start, Int(($0 - start).components.seconds) / 60)] }
        desk.pass(.minutes(5)) { [.recovering(key: Self.key, since: $0, reason: "Leads come again.")] }
        desk.pass(.minutes(1)) { [.recovered(key: Self.key, ended: $0, reason: "Leads come again.")] }
        desk.pass(.minutes(1)) { _ in [] }
        #expect(desk.alerts.count == 1 && !desk.alerts[0].isOpen)
        Self.expectFew(desk)
    }

    @Test(arguments: [Severity.warning, .critical])
    func `a group that comes and goes for six hours`(severity: Severity) {
        var desk = ReadPool()
        for _ in 0..<7 {
            let start = desk.now
            desk.pass(.minutes(25)) { _ in [Self.missing(severity, since: start, 3)] }
            desk.pass(.minutes(25)) { [.recovered(key: Self.key, ended: $0, reason: "A lead came.")] }
        }
        desk.pass(.hours(2)) { [.recovered(key: Self.key, ended: $0, reason: "Leads come.")] }
        #expect(desk.alerts.count == 1 && desk.alerts.allSatisfy { !$0.isOpen })
        Self.expectFew(desk)
    }

    @Test func `one access that is revoked for twenty clients`() {
        var desk = ReadPool()
        let rules: [any Rule] = [
            Thresholds(Watching(), only: .laneHeld), Thresholds(Watching(), only: .preflightFailed),
            UnclassifiedRule(Watching()),
        ]
        func look(_ now: Instant, held: Int, since: Instant) -> [Observation] {
            var facts = Facts(now: now, running: .days(1))
            facts.destinations = (0..<20).map { number in
                var lane = Facts.DestinationFacts(
                    "meta-\(number)", platform: "meta_ads", client: "client-\(number)", since: since)
                lane.credential = "meta-0"
                if number < held {
                    lane.state = .held
                    lane.reason = "190/463: The access token has expired."
                    lane.preflight = Preflight(
                        destination: lane.name, platform: "meta_ads", checkedAt: since,
                        findings: [.init(.token, .failed, "access token")])
                }
                return lane
            }
            return rules.flatMap { $0.observations(facts) }
        }
        let start = desk.now
        // They notice it one after the other.
        for held in [1, 7, 20] { desk.pass(.minutes(1)) { look($0, held: held, since: start) } }
        desk.pass(.hours(3)) { look($0, held: 20, since: start) }
        // And go on one after the other.
        for held in [5, 1, 0] { desk.pass(.minutes(2)) { look($0, held: held, since: start) } }
        desk.pass(.minutes(40)) { look($0, held: 0, since: start) }
        #expect(desk.alerts.allSatisfy { !$0.isOpen })
        Self.expectFew(desk)
    }
}
