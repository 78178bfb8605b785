import Domain

extension Command {
    static let channelList = Command(
        name: "channel list",
        usage: Usage(
            summary: "list notification channels, and whether they work",
            options: AdminOptions.all, examples: ["leadrelay channel list"])
    ) { arguments, terminal in
        let list = try AdminOptions.client(arguments, terminal).call("GET", "/api/channels")
        terminal.output(arguments.has("json") ? list.pretty + "\n" : ChannelText.page(list))
        return .good
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
        let answer = try AdminOptions.client(arguments, terminal).call(
            "POST", "/api/channels/\(AdminClient.encoded(name))/test",
            ["contact": .string(arguments["contact"] ?? "")])
        let hasArrived = answer["arrived"]?.bool == true
        if arguments.has("json") {
            terminal.output(answer.pretty + "\n")
        } else if hasArrived {
            terminal.output("\(name) has taken the message\n")
        } else {
            terminal.errors("\(name) rejected the message: \(answer["reason"]?.string ?? "")\n")
        }
        return hasArrived ? .good : .notGood
    }
}

/// Channels as text for people.
enum ChannelText {
    static func page(_ list: JSON) -> String {
        let channels = list["channels"]?.array ?? []
        guard !channels.isEmpty else { return "no channel is configured: nobody is told of alerts\n" }
        var table = TextTable(["channel", "kind", "state", "waiting", "last sent", "remark"])
        for one in channels {
            table.append([
                one["name"]?.string ?? "", one["kind"]?.string ?? "", one["state"]?.string ?? "",
                "\(one["waiting"]?.integer ?? 0)", one["last_sent"]?.string ?? "never", remark(one),
            ])
        }
        var text = table.text
        if let buttons = list["slack_buttons"] {
            text += "\nSlack's buttons: last good press \(buttons["last_good"]?.string ?? "never")"
            if let refused = buttons["last_refusal"]?.string {
                text += "; last refusal \(refused), \(buttons["reason"]?.string ?? "")"
            }
            text += "\n"
        }
        if let watcher = list["dead_mans_switch"] {
            text += "\ndead man's switch: last answered \(watcher["last_answer"]?.string ?? "never")"
            if let trouble = watcher["trouble"]?.string, !trouble.isEmpty { text += "; \(trouble)" }
            text += "\n"
        }
        return text
    }

    private static func remark(_ one: JSON) -> String {
        if let until = one["waits_until"]?.string { return "waiting until \(until): limit" }
        if let since = one["failing_since"]?.string { return "since \(since): \(one["reason"]?.string ?? "")" }
        return ""
    }
}
