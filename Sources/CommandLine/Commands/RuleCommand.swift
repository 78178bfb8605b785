import API
import Domain

extension Command {
    static let ruleTry = Command(
        name: "rule try",
        usage: Usage(
            summary: "test a fixed rule against history, before it is armed",
            options: [
                Usage.Option(name: "client", value: "NAME", help: "of this client's groups; default: of all clients'"),
                Usage.Option(
                    name: "group", value: "NAME",
                    help: "which campaign group, or a pattern such as 'solar-*'; default: each"),
                Usage.Option(
                    name: "per", value: "WHAT",
                    help: """
                        what is counted together: group (default), client or everything
                        """),
                Usage.Option(
                    name: "least-daily", value: "NUMBER",
                    help: """
                        only groups of which so many leads a day are expected
                        """),
                Usage.Option(
                    name: "fewer-than", value: "NUMBER", help: "fires when fewer leads come; default: 1, none"),
                Usage.Option(name: "in", value: "TIME", help: "in so long a time; default: 1h"),
                Usage.Option(name: "days", value: "DAYS", help: "only on these, for example mon-fri"),
                Usage.Option(name: "hours", value: "HOURS", help: "only in these, for example 09:00-21:00"),
                Usage.Option(name: "time-zone", value: "ZONE", help: "by whose clock; default: the client's"),
            ] + AdminOptions.all,
            notes: ["Rules stand in the configuration, under volume.rules and volume.groups."],
            examples: [
                "leadrelay rule try --client acme --group heat-pumps --in 1h --hours 09:00-21:00",
                "leadrelay rule try --client acme --least-daily 100",
            ])
    ) { arguments, terminal in
        let least = try arguments["least-daily"].map { text throws(WrongUsage) in
            guard let number = Double(text), number.isFinite else {
                throw WrongUsage(message: "--least-daily must be a number")
            }
            return number
        }
        let fewer = try arguments["fewer-than"].map { text throws(WrongUsage) in
            guard let number = Int(text) else { throw WrongUsage(message: "--fewer-than must be a number") }
            return number
        }
        let request = RuleRequest(
            client: arguments["client"], group: arguments["group"], per: try arguments.choice("per"),
            leastDaily: least, fewerThan: fewer, in: arguments["in"], days: arguments["days"],
            hours: arguments["hours"], timeZone: arguments["time-zone"])
        return try AdminOptions.client(arguments, terminal).ask(Operations.tryRule, body: request)
            .show(arguments, terminal, RuleText.page)
    }
}
