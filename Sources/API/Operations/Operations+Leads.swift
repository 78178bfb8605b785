import Domain

extension Operations {
    static let leads: [APIRoute] = [
        leadList.route, liveEvents.route, lead.route, searchLeads.route, markJunk.route, replay.route,
        eraseLeads.route,
    ]

    package static let leadList = Operation<LeadListDocument>(
        .get, "/api/leads", needs: .readLeads, .leads,
        """
        The single leads that `/api/figures` counts as leads of the same days, newest first. Tests, duplicates and \
        what is in quarantine are not among them.
        """,
        query: question + [
            QueryParameter("before", .text, "Go on where an earlier answer ended: its `next`."),
            .limit(50, atMost: 200),
        ])

    /// Which leads of which days; see `QuestionDocument`.
    static let question = [
        QueryParameter("client", .text, "Name of the client; the first that the caller may see if absent."),
        QueryParameter("from", .day, "First day by the client's clock; 28 days are told if absent."),
        QueryParameter("to", .day, "Last day, included; today if absent."),
        QueryParameter("group", .text, "Only of this group."),
        QueryParameter("campaign", .text, "Only of this campaign."),
        QueryParameter("adset", .text, "Only of this ad set."),
        QueryParameter("ad", .text, "Only of this ad."),
    ]

    package static let liveEvents = Operation<LiveDocument>(
        .get, "/api/live", needs: .readLeads, .leads,
        "The last events as they came, newest first; the newest 500 of each kind are looked at.",
        query: [
            .limit(50, atMost: 200), QueryParameter("source", .text, "Only of this source."), .client,
            QueryParameter(
                "state", .text, "Only in this state: `lead`, `duplicate`, `quarantined`, `inbox` and the like."),
        ])

    package static let lead = Operation<LeadAnswer>(
        .get, "/api/leads/{id}", needs: .readLeads, .leads,
        "Everything that happened to one event. Without `personal.read`, personal data is masked.", at: .event)

    // A post, because what is looked for is personal and does not belong into an address.
    package static let searchLeads = Operation<SearchDocument>(
        .post, "/api/leads/search", needs: .readLeads, .leads,
        "Finds events by our id, the sender's id, an e-mail address, a telephone number or a click id.",
        body: SearchRequest.self)

    package static let markJunk = Operation<JunkAnswer>(
        .post, "/api/leads/{id}/junk", needs: .changeQuarantine, .leads,
        "Remembers that a lead has turned out to be junk, or that it is none after all. Nothing is sent.",
        at: .event, body: JunkRequest.self)

    package static let replay = Operation<ReplayDocument>(
        .post, "/api/replay", needs: .replayLeads, .leads,
        "Sends again what has ended, or says what would come of it.", body: ReplayRequest.self, on: .long,
        forAllClients: true)

    package static let eraseLeads = Operation<ErasedDocument>(
        .post, "/api/leads/erase", needs: .eraseLeads, .leads,
        "Takes everything personal of somebody out. It cannot be undone.", body: EraseRequest.self, on: .long,
        forAllClients: true)
}
