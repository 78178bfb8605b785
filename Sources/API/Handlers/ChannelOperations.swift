import Configuration
import Domain
import HTTP
import Intake
import Monitoring
import Service
import Store

/// What can be asked of the ways to reach people.
enum ChannelOperations {
    static let all: [any AnyHandler] = [Handlers.channels, Handlers.testChannel]

    @Sendable static func list(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> ReachDocument {
        try reach(relay, reader)
    }

    /// Sends a test message, and says what came of it.
    @Sendable static func test(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> ChannelTestDocument {
        let name = call.parameters["name"] ?? ""
        let body = try call.decoded(ChannelTestRequest.self)
        let notices = relay.configuration.withLock { $0.notices }
        guard let channel = notices.channels.first(where: { $0.name == name }) else {
            let near = suggestion(for: name, among: notices.channels.map(\.name)).map { " Did you mean \"\($0)\"?" }
            throw Problem(.notFound, "There is no channel \"\(name)\".\(near ?? "")")
        }
        var contact: Contact?
        if let person = body.contact, !person.isEmpty {
            contact = notices.contacts.first { $0.name == person }
            guard contact?.canBeReached(by: channel) == true else {
                throw Problem(.notFound, "\"\(person)\" is no contact, or has nothing that \(channel.kind.word) needs.")
            }
        }
        let outcome = relay.notifying.test(channel, contact)
        relay.log.info("channel.tested", ["channel": name, "by": call.actor])
        switch outcome {
        case .arrived: return ChannelTestDocument(name: name, arrived: true, reason: "")
        case .failed(let reason): return ChannelTestDocument(name: name, arrived: false, reason: reason)
        }
    }

    /// Channels, Slack's buttons and the outside watcher, as they stand: for lists and for the status.
    static func reach(_ relay: RelayContext, _ reader: Reader) throws -> ReachDocument {
        let notifying = relay.notifying
        let states = try reader.channelStates(at: relay.now)
        let channels = notifying.reports.compactMap { report -> ChannelDocument? in
            let state = states.first { $0.name == report.target }
            // People on a channel are listed once something has been sent to them.
            return report.target.contains("/") && state == nil ? nil : channel(report, state)
        }
        return ReachDocument(
            channels: channels, slackButtons: notifying.buttons.isOpen ? buttons(notifying.buttons.status) : nil,
            deadMansSwitch: notifying.watcher.map {
                DeadMansSwitchState(lastAnswer: $0.lastAnswer, trouble: $0.trouble)
            })
    }

    private static func channel(_ report: ChannelReport, _ state: ChannelState?) -> ChannelDocument {
        ChannelDocument(
            name: report.target, kind: report.kind, state: word(report, state), waiting: state?.waiting ?? 0,
            waitsUntil: report.limitedUntil, lastSent: state?.lastSent, failingSince: state?.failingSince,
            failures: state?.failures ?? 0, reason: state?.failingSince == nil ? "" : state?.reason ?? "")
    }

    private static func word(_ report: ChannelReport, _ state: ChannelState?) -> ChannelDocument.State {
        if report.isBroken { return .broken }
        if state?.failingSince != nil { return .failing }
        return report.limitedUntil == nil ? .works : .limited
    }

    private static func buttons(_ status: SlackButtons.Status) -> SlackButtonsState {
        SlackButtonsState(
            lastGood: status.lastGood, lastRefusal: status.lastRefusal?.at,
            reason: status.lastRefusal?.reason ?? "", presses: status.presses, refusals: status.refusals)
    }
}

extension Handlers {
    package static let channels = Handler(Operations.channels, ChannelOperations.list)
    package static let testChannel = Handler(Operations.testChannel, ChannelOperations.test)
}
