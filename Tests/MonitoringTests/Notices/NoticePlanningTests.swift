import Domain
import TestSupport
import Testing

@testable import Monitoring

@Suite struct `Planning what a channel is told` {
    private static let sms = SMSNotifier(NotifierSample.sms).pace
    private static let slack = SlackNotifier(NotifierSample.slack).pace

    private func plan(
        _ bulletins: [NotificationContent], _ pace: ChannelPace = sms, sent: [Instant] = [],
        told: [AlertID: Instant] = [:],
        at now: Instant = .start
    ) -> NoticePlanning.Plan {
        NoticePlanning(pace: pace, sent: sent, told: told).plan(bulletins, at: now)
    }

    @Test func `makes one message of many alerts`() {
        let plan = plan((1...181).map { NotifierSample.opening($0) })
        guard case .digest(let bulletins)? = plan.parcel else { return #expect(Bool(false)) }
        #expect(bulletins.count == 181 && plan.waiting.isEmpty)
    }

    @Test func `looks for what may have been said before, one by one, where the channel can be asked`() {
        var reading = NotifierSample.slack
        reading.readsHistory = true
        let pace = SlackNotifier(reading).pace
        let bulletins = (1...12).map { NotifierSample.opening($0, isUncertain: $0 <= 2) }
        let parcels = NoticePlanning(pace: pace, sent: [], told: [:]).parcels(bulletins)
        #expect(
            parcels.count == 3 && parcels.contains(.single(bulletins[0])) && parcels.contains(.single(bulletins[1])))
        #expect(NoticePlanning(pace: Self.slack, sent: [], told: [:]).parcels(bulletins).count == 1)
        let all = (1...12).map { NotifierSample.opening($0, isUncertain: true) }
        #expect(NoticePlanning(pace: pace, sent: [], told: [:]).parcels(all).count == 1, "of very many nobody asks")
    }

    @Test func `is not content with a message of many that leaves one out`() {
        let bulletins = (1...7).map { NotifierSample.opening($0) }
        func name(_ some: ArraySlice<NotificationContent>) -> String {
            SlackWriting.name(of: .digest(Array(some)), bulletins[0])
        }
        #expect(name(bulletins[...5]) == name(bulletins[...5]) && name(bulletins[...5]) != name(bulletins[...6]))
    }

    @Test func `tells of few one by one, the most urgent first`() {
        var warning = NotifierSample.opening(1)
        warning.alert.severity = .warning
        let critical = NotifierSample.opening(2)
        #expect(plan([warning, critical], Self.slack).parcel == .single(critical))
        #expect(plan([warning], Self.slack).parcel == .single(warning))
    }

    @Test func `keeps to its windows, and says until when`() {
        let sent = (0..<5).map { Instant.start + .minutes($0) }
        let now = Instant.start + .minutes(6)
        let held = plan([NotifierSample.opening()], sent: sent, at: now)
        #expect(held == .init(parcel: nil, waiting: [.init(notices: [1], until: .start + .minutes(15))]))
        #expect(plan([NotifierSample.opening()], sent: sent, at: .start + .minutes(15)).parcel != nil)
        let hour = (0..<11).map { Instant.start + .minutes(5 * $0) }
        #expect(
            plan([NotifierSample.opening()], sent: hour, at: .start + .minutes(55)).waiting.map(\.until)
                == [.start + .minutes(60)])
    }

    @Test func `never keeps an ending back`() {
        let sent = (0..<30).map { Instant.start + .seconds($0) }
        let closing = NotifierSample.closing()
        let plan = plan([NotifierSample.opening(3), closing], sent: sent, at: .start + .minutes(1))
        #expect(plan.parcel == .single(closing) && plan.waiting.map(\.notices) == [[1]])
    }

    @Test func `edits at most every 45 seconds, but shows at once what a person did`() {
        let id = NotifierSample.alert().id
        let figures = NotifierSample.update(.updated, reference: NotifierSample.slackPlace)
        let press = NotifierSample.update(.acknowledged, by: "Anna", reference: NotifierSample.slackPlace)
        let told = [id: Instant.start]
        let now = Instant.start + .seconds(10)
        #expect(plan([figures], Self.slack, told: told, at: now).waiting.map(\.until) == [.start + .seconds(45)])
        #expect(plan([press], Self.slack, told: told, at: now).parcel == .single(press))
        #expect(plan([figures], Self.slack, told: told, at: .start + .seconds(45)).parcel == .single(figures))
    }

    @Test func `answers the ends of what one message told in one message`() {
        let shared = SlackNotifier.Place(channel: "C1", ts: "1.1", isShared: true).text
        let closings = (1...10).map { (number: Int64) in
            var closing = NotifierSample.closing(reference: shared)
            closing.alert = NotifierSample.resolved(NotifierSample.alert(number))
            return closing
        }
        guard case .digest(let together)? = plan(closings, Self.slack).parcel else { return #expect(Bool(false)) }
        #expect(together.count == 10)
        // Messages of their own are brought up to date one by one.
        let own = closings.map { closing in
            var closing = closing
            closing.reference = NotifierSample.slackPlace
            return closing
        }
        guard case .single? = plan(own, Self.slack).parcel else { return #expect(Bool(false)) }
    }

    @Test func `tells PagerDuty of one event at a time`() {
        let pace = PagerDutyNotifier(.init(routingKey: Secret("k"))).pace
        var bulletin = NotifierSample.closing()
        bulletin.items.insert(NotifierSample.item(.opening, .opened), at: 0)
        #expect(plan([bulletin], pace).parcel?.notices == [1])
    }

    @Test func `waits between attempts, longer and longer, and ends at last`() {
        #expect(NoticeBackoff.wait(afterFailures: 1, jitter: 0.5) == .seconds(5))
        #expect(NoticeBackoff.wait(afterFailures: 3, jitter: 0) == .seconds(24))
        #expect(NoticeBackoff.wait(afterFailures: 99, jitter: 0.5) == .seconds(180))
        #expect(NoticeBackoff.end(.opening, owedSince: .start) == .start + .hours(24))
        #expect(NoticeBackoff.end(.closing, owedSince: .start) == .start + .days(7))
    }
}
