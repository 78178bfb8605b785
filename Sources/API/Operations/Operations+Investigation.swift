import Domain

extension Operations {
    static let investigation: [APIRoute] = [
        investigate.route, checklist.route, runChecklist.route, postMortem.route, addMarker.route, reportAds.route,
        weeklyReport.route,
    ]

    package static let investigate = Operation<InvestigationDocument>(
        .post, "/api/investigate", needs: .changeAlerts, .investigation,
        "What became of the leads of some time, or of those that an alert concerns, and what can be repaired.",
        body: InvestigateRequest.self, on: .long, forAllClients: true)

    package static let checklist = Operation<ChecklistDocument>(
        .get, "/api/alerts/{id}/checklist", needs: .readAlerts, .investigation,
        "What the checklist of an alert has found.", at: .alert)

    package static let runChecklist = Operation<ChecklistDocument>(
        .post, "/api/alerts/{id}/checklist", needs: .changeAlerts, .investigation,
        "Goes through the checklist of an alert.", at: .alert, on: .long)

    package static let postMortem = Operation<PostMortemDocument>(
        .get, "/api/alerts/{id}/postmortem", needs: .readAlerts, .investigation, "The post-mortem of an alert.",
        at: .alert, on: .long, forAllClients: true)

    package static let addMarker = Operation<AddedMarker>(
        .post, "/api/markers", needs: .changeAlerts, .investigation,
        "Notes that something was changed, for those who look for causes.", body: MarkerRequest.self,
        forAllClients: true)

    package static let reportAds = Operation<AdsDocument>(
        .post, "/api/facts/ads", needs: .changeAlerts, .investigation,
        "Tells what an ads account says, for those who look for causes: from a person, or a script that may ask it.",
        body: AdsRequest.self, forAllClients: true)

    package static let weeklyReport = Operation<WeeklyReportDocument>(
        .get, "/api/report", needs: .readAlerts, .investigation, "The report of a week.",
        query: [
            QueryParameter("week", .text, "Such as `2026-W47`, or any day of it; the last one if absent."),
            QueryParameter("client", .text, "Only of this client; of all together if absent."),
            QueryParameter(
                "for", .choice(["team", "client"], usual: "team"),
                "For the client: without what is internal. That takes a client."),
        ], on: .long, forAllClients: true)
}
