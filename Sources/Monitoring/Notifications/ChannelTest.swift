package import Domain
import Service

/// Sends a message that says that it is a test, and tells what came of it. Blocks its thread until the channel has
/// answered.
package enum ChannelTest {
    package enum Outcome: Equatable, Sendable {
        case arrived
        case failed(reason: String)
    }

    /// What a test is about: no alert has this number.
    package static let alert = AlertID(rawValue: 0)

    /// More calls than this no message takes.
    private static let mostCalls = 50

    package static func run(
        _ channel: Channel, recipient: Contact? = nil, surroundings: NotificationContent.Surroundings,
        transport: any NoticeTransport, at now: Instant
    ) -> Outcome {
        let notifier = makeNotifier(channel, recipient: recipient)
        for parcel in parcels(channel, surroundings, now) {
            let outcome = send(parcel, by: notifier, transport: transport, at: now)
            if outcome != .arrived { return outcome }
        }
        return .arrived
    }

    /// Says one thing at once, without the outbox. Blocks its thread until the channel has answered.
    package static func send(
        _ parcel: OutgoingMessage, by notifier: any Notifier, transport: any NoticeTransport, at now: Instant
    ) -> Outcome {
        var errand = SendJob(parcel)
        var calls = 0
        while let call = notifier.next(errand, at: now), calls < mostCalls {
            calls += 1
            let answer = Locked<CallAnswer?>(nil)
            transport.start(call.request) { result in answer.update { $0 = result } }
            switch notifier.read(answer.wait { $0 }, to: call, of: errand) {
            case .done(let note): errand.finish(call.step, note)
            case .startOver: errand.startOver()
            case .refused(let reason), .broken(let reason): return .failed(reason: reason)
            case .retry(let trouble): return .failed(reason: trouble.reason)
            }
        }
        return .arrived
    }

    /// One message; where alerts have a life of their own (PagerDuty, Alertmanager), its end too.
    private static func parcels(_ channel: Channel, _ surroundings: NotificationContent.Surroundings, _ now: Instant)
        -> [OutgoingMessage]
    {
        let finding = Finding(
            .external, .channel(channel.name), .warning, code: "test", began: now,
            sentence: "This is a test of the channel \(channel.name): nothing has happened, and nothing is to be done.")
        var alert = Alert(Self.alert, finding, opened: now)
        alert.acknowledgement = nil
        func parcel(_ kind: Notice.Kind, _ event: AlertEvent.Kind) -> OutgoingMessage {
            let notice = Notice(id: 0, channel: channel.name, alert: alert.id, event: 0, kind: kind)
            return .single(
                NotificationContent(
                    alert, [.init(notice, AlertEvent(event, alert.id, at: now, notice: kind))], surroundings))
        }
        let opening = parcel(.opening, .opened)
        switch channel.kind {
        case .slack, .slackWebhook, .email, .sms, .teams, .telegram: return [opening]
        case .pagerDuty, .alertmanager, .alertmanagerAPI, .jira, .webhook:
            alert.resolution = .init(ended: now, at: now, how: .person, reason: "the test is over")
            return [opening, parcel(.closing, .resolved)]
        }
    }
}
