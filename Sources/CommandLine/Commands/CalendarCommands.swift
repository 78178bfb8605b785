import API
import Domain

extension Command {
    static let calendarList = Command(
        name: "calendar list",
        usage: Usage(
            summary: "list the events that change how many leads are expected",
            options: [Usage.Option(name: "all", help: "also those of the last 60 days")] + AdminOptions.all,
            examples: ["leadrelay calendar list"])
    ) { arguments, terminal in
        try AdminOptions.client(arguments, terminal).ask(
            Operations.calendar, query: ["all": arguments.has("all") ? "1" : nil]
        ).show(arguments, terminal, page)
    }

    private static func page(_ calendar: CalendarDocument) -> Page {
        var table = TextTable(["id", "name", "scope", "start", "end", "repeats", "zone", "multiplier", "learned", "by"])
        for event in calendar.events {
            table.append([
                "\(event.id)", event.name, event.scope, event.start, event.end, repeating(event), event.zone,
                "\(event.multiplier)", learned(event), event.author,
            ])
        }
        return table.isEmpty ? "the calendar is empty\n" : Page(table)
    }

    /// `yearly, next 2026-12-24`.
    private static func repeating(_ event: CalendarEventDocument) -> String {
        guard let repeats = event.repeats else { return "" }
        return repeats.rawValue + (event.next.map { ", next \($0.prefix(10))" } ?? ", over")
    }

    /// `0.42 from 3 times`.
    private static func learned(_ event: CalendarEventDocument) -> String {
        guard let learned = event.learned else { return "" }
        return "\(learned) from \(event.learnedFrom == 1 ? "1 time" : "\(event.learnedFrom) times")"
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
                """
                A day after its end an event's true multiplier is learned, for its next time and for later events \
                of the same name and 
                """
                    + """
                    scope; years in the name do not matter. `calendar list` shows it, and from how many times it \
                    was learned.
                    """,
            ],
            examples: [
                """
                leadrelay calendar add Christmas --start 2026-12-24 --end 2026-12-26 --multiplier 0.4 --scope \
                country:DE
                """,
                """
                leadrelay calendar add \"New Year\" --start 2027-01-01 --end 2027-01-01 --multiplier 0.5 --repeats \
                yearly
                """,
                """
                leadrelay calendar add pause --start 2026-12-01T09:00 --end 2026-12-03 --multiplier 0 --scope \
                group:acme/solar
                """,
            ])
    ) { arguments, terminal in
        guard let text = arguments["multiplier"], let multiplier = Double(text), multiplier.isFinite else {
            throw WrongUsage(message: "--multiplier NUMBER is missing or no number")
        }
        func time(_ name: String) throws(WrongUsage) -> String {
            guard let value = arguments[name] else { throw WrongUsage(message: "--\(name) TIME is missing") }
            return value
        }
        let request = CalendarEventRequest(
            name: arguments.operands[0], start: try time("start"), end: try time("end"), multiplier: multiplier,
            scope: arguments["scope"], zone: arguments["zone"], repeats: try arguments.choice("repeats"),
            until: arguments["until"], note: arguments["note"])
        return try AdminOptions.client(arguments, terminal).ask(Operations.addCalendarEvent, body: request)
            .show(arguments, terminal) { "event \($0.id): from \($0.start) to \($0.end)\n" }
    }

    static let calendarRemove = Command(
        name: "calendar remove",
        usage: Usage(
            summary: "remove an event from the calendar",
            operands: [.init(name: "ID", help: "its number in `calendar list`")], options: AdminOptions.all,
            examples: ["leadrelay calendar remove 12"])
    ) { arguments, terminal in
        try AdminOptions.client(arguments, terminal).ask(
            Operations.removeCalendarEvent, ["id": arguments.operands[0]]
        ).show(arguments, terminal) { "event \($0.id) is removed\n" }
    }
}
