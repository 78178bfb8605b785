import Configuration
import Domain
import HTTP
import Intake
import Monitoring
import Service
import Store

/// What can be asked of the ways to reach people.
enum ChannelOperations {
    @Sendable static func list(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        .object(try members(relay, reader))
    }

    /// Sends a test message, and says what came of it.
    @Sendable static func test(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        let name = call.parameters["name"] ?? ""
        let notices = relay.configuration.withLock { $0.notices }
        guard let notifying = relay.notifying, let channel = notices.channels.first(where: { $0.name == name }) else {
            let near = suggestion(for: name, among: notices.channels.map(\.name)).map { " Did you mean \"\($0)\"?" }
            throw Problem(.notFound, "There is no channel \"\(name)\".\(near ?? "")")
        }
        var contact: Contact?
        if let person = call.body["contact"]?.string, !person.isEmpty {
            contact = notices.contacts.first { $0.name == person }
            guard contact?.canBeReached(by: channel) == true else {
                throw Problem(.notFound, "\"\(person)\" is no contact, or has nothing that \(channel.kind.word) needs.")
            }
        }
        let outcome = notifying.test(channel, contact)
        relay.log.info("channel.tested", ["channel": name, "by": call.actor])
        switch outcome {
        case .arrived: return ["name": .string(name), "arrived": true, "reason": ""]
        case .failed(let reason): return ["name": .string(name), "arrived": false, "reason": .string(reason)]
        }
    }

    /// Channels, Slack's buttons and the outside watcher, as they stand: for lists and for the status.
    static func members(_ relay: Relay, _ reader: Reader) throws -> [JSON.Member] {
        guard let notifying = relay.notifying else { return [] }
        let states = try reader.channelStates(at: relay.now)
        let channels = notifying.reports.compactMap { report -> JSON? in
            let state = states.first { $0.name == report.target }
            // People on a channel are listed once something has been sent to them.
            if report.target.contains("/"), state == nil { return nil }
            return channel(report, state)
        }
        var members = [JSON.Member("channels", .array(channels))]
        if notifying.buttons.isOpen { members.append(.init("slack_buttons", buttons(notifying.buttons.status))) }
        if let watcher = notifying.watcher {
            members.append(
                .init(
                    "dead_mans_switch",
                    [
                        "last_answer": moment(watcher.lastAnswer), "trouble": .string(watcher.trouble),
                    ]))
        }
        return members
    }

    private static func channel(_ report: ChannelReport, _ state: ChannelState?) -> JSON {
        [
            "name": .string(report.target), "kind": .string(report.kind), "state": .string(word(report, state)),
            "waiting": JSON(state?.waiting ?? 0), "waits_until": moment(report.limitedUntil),
            "last_sent": moment(state?.lastSent), "failing_since": moment(state?.failingSince),
            "failures": JSON(state?.failures ?? 0),
            "reason": .string(state?.failingSince == nil ? "" : state?.reason ?? ""),
        ]
    }

    private static func word(_ report: ChannelReport, _ state: ChannelState?) -> String {
        if report.isBroken { return "broken" }
        if state?.failingSince != nil { return "failing" }
        return report.limitedUntil == nil ? "works" : "limited"
    }

    private static func buttons(_ status: SlackButtons.Status) -> JSON {
        [
            "last_good": moment(status.lastGood), "last_refusal": moment(status.lastRefusal?.at),
            "reason": .string(status.lastRefusal?.reason ?? ""), "presses": JSON(status.presses),
            "refusals": JSON(status.refusals),
        ]
    }

    private static func moment(_ moment: Instant?) -> JSON { moment.map { .string($0.rfc3339Seconds) } ?? .null }
}
