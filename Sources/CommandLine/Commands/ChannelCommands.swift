import API
import Domain

extension Command {
    static let channelList = Command(
        name: "channel list",
        usage: Usage(
            summary: "list notification channels, and whether they work",
            options: AdminOptions.all, examples: ["leadrelay channel list"])
    ) { arguments, terminal in
        try AdminOptions.client(arguments, terminal).ask(Operations.channels)
            .show(arguments, terminal, ChannelText.page)
    }

    static let channelTest = Command(
        name: "channel test",
        usage: Usage(
            summary: "send a test message",
            operands: [.init(name: "NAME", help: "the channel, as in the configuration")],
            options: [
                .init(name: "contact", value: "NAME", help: "to this person instead of the channel's own recipients")
            ] + AdminOptions.all,
            notes: ["Ends with 1 if the channel has not taken it, with the reason."],
            examples: ["leadrelay channel test slack-ops", "leadrelay channel test sms --contact anna"])
    ) { arguments, terminal in
        let name = arguments.operands[0]
        let request = ChannelTestRequest(contact: arguments["contact"] ?? "")
        let answer = try AdminOptions.client(arguments, terminal).ask(
            Operations.testChannel, ["name": name], body: request)
        let tested = try answer.document()
        if arguments.has("json") {
            terminal.output(answer.json.pretty + "\n")
        } else if tested.arrived {
            terminal.print("\(name) has taken the message\n")
        } else {
            terminal.errors("\(name) rejected the message: \(tested.reason)\n")
        }
        return tested.arrived ? .good : .notGood
    }
}

/// Channels as text for people.
enum ChannelText {
    static func page(_ reach: ReachDocument) -> Page {
        guard let channels = reach.channels, !channels.isEmpty else {
            return "no channel is configured: nobody is told of alerts\n"
        }
        var table = TextTable(["channel", "kind", "state", "waiting", "last sent", "remark"])
        for one in channels {
            table.append([
                one.name, one.kind, one.state.rawValue, "\(one.waiting)", one.lastSent?.rfc3339Seconds ?? "never",
                remark(one),
            ])
        }
        var text = Page(table)
        if let buttons = reach.slackButtons {
            text += "\nSlack's buttons: last good press \(buttons.lastGood?.rfc3339Seconds ?? "never")"
            if let refused = buttons.lastRefusal {
                text += "; last refusal \(refused.rfc3339Seconds), \(buttons.reason)"
            }
            text += "\n"
        }
        if let watcher = reach.deadMansSwitch {
            text += "\ndead man's switch: last answered \(watcher.lastAnswer?.rfc3339Seconds ?? "never")"
            if !watcher.trouble.isEmpty { text += "; \(watcher.trouble)" }
            text += "\n"
        }
        return text
    }

    private static func remark(_ one: ChannelDocument) -> String {
        if let until = one.waitsUntil { return "waiting until \(until.rfc3339Seconds): limit" }
        if let since = one.failingSince { return "since \(since.rfc3339Seconds): \(one.reason)" }
        return ""
    }
}
