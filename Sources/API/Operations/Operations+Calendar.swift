import Domain

extension Operations {
    static let calendarRoutes: [APIRoute] = [
        calendar.route, addCalendarEvent.route, removeCalendarEvent.route, tryRule.route,
    ]

    package static let calendar = Operation<CalendarDocument>(
        .get, "/api/calendar", needs: .readAlerts, .calendar, "Events that change how many leads are expected.",
        query: [QueryParameter("all", .text, "With any value also those of the last 60 days that are over.")])

    package static let addCalendarEvent = Operation<CalendarEventDocument>(
        .post, "/api/calendar", needs: .changeAlerts, .calendar,
        "Adds an event. Its times are by the clock of its zone; a day as an end counts to its end.",
        body: CalendarEventRequest.self, forAllClients: true)

    package static let removeCalendarEvent = Operation<RemovedEvent>(
        .post, "/api/calendar/{id}/remove", needs: .changeAlerts, .calendar, "Takes an event out of the calendar.",
        at: .calendarEvent, forAllClients: true)

    package static let tryRule = Operation<TriedRule>(
        .post, "/api/rules/try", needs: .changeAlerts, .calendar,
        "What a fixed rule would have done in the last weeks, before it is armed.", body: RuleRequest.self,
        forAllClients: true)
}
