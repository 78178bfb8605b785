import Domain

extension Command {
    static let calendarList = Command(
        name: "calendar list",
        usage: Usage(
            summary: "list the events that change how many leads are expected",
            options: [Usage.Option(name: "all", help: "also those of the last 60 days")] + AdminOptions.all,
            examples: ["leadrelay calendar list"])
    ) { arguments, terminal in
        let path = arguments.has("all") ? "/api/calendar?all=1" : "/api/calendar"
        let list = try AdminOptions.client(arguments, terminal).call("GET", path)
        if arguments.has("json") {
            terminal.output(list.pretty + "\n")
            return .good
        }
        var table = TextTable(["id", "name", "scope", "start", "end", "repeats", "zone", "multiplier", "learned", "by"])
        for one in list["events"]?.array ?? [] {
            func number(_ name: String) -> String {
                if case .number(let digits)? = one[name] { digits } else { "" }
            }
            table.append([
                number("id"), one["name"]?.string ?? "", one["scope"]?.string ?? "", one["start"]?.string ?? "",
                one["end"]?.string ?? "", repeating(one), one["zone"]?.string ?? "", number("multiplier"),
                learned(one), one["author"]?.string ?? "",
            ])
        }
        terminal.output(table.isEmpty ? "the calendar is empty\n" : table.text)
        return .good
    }

    /// `yearly, next 2026-12-24`.
    private static func repeating(_ event: JSON) -> String {
        guard let repeats = event["repeats"]?.string else { return "" }
        let next = event["next"]?.string.map { ", next \($0.prefix(10))" } ?? ", over"
        return repeats + next
    }

    /// `0.42 from 3 times`.
    private static func learned(_ event: JSON) -> String {
        guard case .number(let digits)? = event["learned"], let times = event["learned_from"]?.integer else {
            return ""
        }
        return "\(digits) from \(times == 1 ? "1 time" : "\(times) times")"
    }

    static let calendarAdd = Command(
        name: "calendar add",
        usage: Usage(
            summary: "add an event: a holiday, a sale, a pause",
            operands: [.init(name: "NAME", help: "what it is called")],
            options: [
                Usage.Option(name: "start", value: "TIME", help: "a day (2026-12-24), or 2026-12-24T18:00"),
                Usage.Option(name: "end", value: "TIME", help: "likewise; a day counts to its end"),
                Usage.Option(
                    name: "multiplier", value: "NUMBER", help: "0 is a pause, 0.5 half the leads, 2 twice as many"),
                Usage.Option(
                    name: "scope", value: "SCOPE",
                    help: "all (default), country:DE, zone:Europe/Berlin, client:NAME, group:CLIENT/GROUP"),
                Usage.Option(name: "zone", value: "ZONE", help: "by whose clock; default: the client's, else UTC"),
                Usage.Option(
                    name: "repeats", value: "HOW",
                    help: "daily, weekly, monthly or yearly, by the zone's clock; START and END are its first time"),
                Usage.Option(
                    name: "until", value: "TIME", help: "no time of it begins after that; default: it goes on"),
                Usage.Option(name: "note", value: "TEXT", help: "for others"),
            ] + AdminOptions.all,
            notes: [
                "What is expected changes at once, also for the past: an alert that the event explains ends.",
                "A day after its end an event's true multiplier is learned, for its next time and for later events of the same name and "
                    + "scope; years in the name do not matter. `calendar list` shows it, and from how many times it was learned.",
            ],
            examples: [
                "leadrelay calendar add Christmas --start 2026-12-24 --end 2026-12-26 --multiplier 0.4 --scope country:DE",
                "leadrelay calendar add \"New Year\" --start 2027-01-01 --end 2027-01-01 --multiplier 0.5 --repeats yearly",
                "leadrelay calendar add pause --start 2026-12-01T09:00 --end 2026-12-03 --multiplier 0 --scope group:acme/solar",
            ])
    ) { arguments, terminal in
        guard let text = arguments["multiplier"], let multiplier = Double(text), multiplier.isFinite else {
            throw WrongUsage(message: "--multiplier NUMBER is missing or no number")
        }
        var members = [
            JSON.Member("name", .string(arguments.operands[0])), JSON.Member("multiplier", .number("\(multiplier)")),
        ]
        for name in ["start", "end"] {
            guard let value = arguments[name] else { throw WrongUsage(message: "--\(name) TIME is missing") }
            members.append(JSON.Member(name, .string(value)))
        }
        for name in ["scope", "zone", "repeats", "until", "note"] {
            if let value = arguments[name] { members.append(JSON.Member(name, .string(value))) }
        }
        let added = try AdminOptions.client(arguments, terminal).call("POST", "/api/calendar", .object(members))
        terminal.output(
            arguments.has("json")
                ? added.pretty + "\n"
                : "event \(added["id"]?.integer ?? 0): from \(added["start"]?.string ?? "") to \(added["end"]?.string ?? "")\n"
        )
        return .good
    }

    static let calendarRemove = Command(
        name: "calendar remove",
        usage: Usage(
            summary: "remove an event from the calendar",
            operands: [.init(name: "ID", help: "its number in `calendar list`")], options: AdminOptions.all,
            examples: ["leadrelay calendar remove 12"])
    ) { arguments, terminal in
        let path = "/api/calendar/\(AdminClient.encoded(arguments.operands[0]))/remove"
        let removed = try AdminOptions.client(arguments, terminal).call("POST", path)
        terminal.output(arguments.has("json") ? removed.pretty + "\n" : "event \(arguments.operands[0]) is removed\n")
        return .good
    }
}
