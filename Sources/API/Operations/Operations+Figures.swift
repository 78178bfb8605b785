import Domain

extension Operations {
    static let figureRoutes: [APIRoute] = [
        figures.route, sources.route, watchedGroups.route, volume.route, uploadSpend.route, names.route,
        uploadNames.route,
    ]

    package static let figures = Operation<FigureReport>(
        .get, "/api/figures", needs: .readLeads, .figures,
        "What became of a client's leads over some days, against as many days before.",
        query: question + [
            QueryParameter(
                "by", .choice(["group", "campaign", "adset", "ad"], usual: nil),
                "What the rows are: groups, or within a group its campaigns, ad sets or ads.")
        ])

    package static let sources = Operation<SourceListDocument>(
        .get, "/api/sources", needs: .readLeads, .figures,
        """
        What is unusual about each source's events over some days: fields left out, leads without contact data, \
        junk, skips, refusals.
        """,
        query: [QueryParameter("days", .number(1...90, usual: 7), "How many days to look at.")])

    package static let watchedGroups = Operation<WatchedGroupsDocument>(
        .get, "/api/groups", needs: .readAlerts, .figures,
        "The campaign groups that are watched: what each is watched to, and how many leads a day are expected of it.",
        query: [.client])

    package static let volume = Operation<VolumeDocument>(
        .get, "/api/volume", needs: .readAlerts, .figures,
        "Leads expected and received, hour by hour: of a group, of a client, or of everything. At most 35 days.",
        query: [
            QueryParameter("client", .text, "Of this client."),
            QueryParameter(
                "group", .text, "Of this group of the client; an empty name stands for leads without one."),
            QueryParameter("from", .moment, "From this moment; three days before `to` if absent."),
            QueryParameter("to", .moment, "To this moment; now if absent."),
        ])

    package static let uploadSpend = Operation<SpendDocument>(
        .post, "/api/spend", needs: .changeFigures, .figures,
        "Keeps what ads cost by day, from a table (CSV). What was known of a day and campaign is replaced.",
        body: UploadRequest.self, on: .long)

    package static let names = Operation<NameListDocument>(
        .get, "/api/names", needs: .readLeads, .figures,
        "What a client's groups, campaigns, ad sets and ads are called.",
        query: [QueryParameter("client", .text, "Whose they are; it has to be named.")])

    package static let uploadNames = Operation<UploadDocument>(
        .post, "/api/names", needs: .changeFigures, .figures,
        "Keeps names, from a table (CSV) with level, id, name; an empty name takes one away.",
        body: UploadRequest.self, on: .long)
}
