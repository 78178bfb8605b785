import Domain

extension Operations {
    static let alerting: [APIRoute] = [
        alerts.route, alertFigures.route, reportAlerts.route, reportFromTool.route, alert.route,
        acknowledgeAlert.route, resolveAlert.route, snoozeAlert.route, noteAlert.route, assignAlert.route,
        judgeAlert.route, heartbeat.route, silences.route, addSilence.route, endSilence.route, channels.route,
        testChannel.route, actions.route, tryAction.route,
    ]

    package static let alerts = Operation<AlertListDocument>(
        .get, "/api/alerts", needs: .readAlerts, .alerts,
        "Alerts, newest first. Who sees some clients only sees theirs.",
        query: [
            QueryParameter("state", .choice(["open", "resolved", "all"], usual: "open"), "Only in this state."),
            .client,
            QueryParameter("kind", .choice(AlertKind.allCases.map(\.rawValue), usual: nil), "Only of this kind."),
            QueryParameter(
                "severity", .choice(Severity.allCases.map(\.rawValue), usual: nil), "Only of this severity."),
            QueryParameter(
                "before", .text, "Only those with a smaller number: the last one of the page before."),
            .limit(100, atMost: 1000),
        ])

    package static let alertFigures = Operation<AlertFiguresDocument>(
        .get, "/api/alerts/figures", needs: .readAlerts, .alerts,
        "Response times: time to detect, to acknowledge and to resolve of the alerts opened in the last days.",
        query: [QueryParameter("days", .number(1...400, usual: 30), "How many days to look at."), .client])

    package static let reportAlerts = Operation<TakenEvents>(
        .post, "/api/alerts/events", needs: .reportAlerts, .alerts,
        """
        Alerts of other tools: opened, updated and resolved under a key of their own. One event, or up to 100 as \
        `events`; all are taken or none.
        """,
        body: AlertEventRequest.self, takesAnyBody: true, isSummed: true, refusals: [413, 429])

    package static let reportFromTool = Operation<TakenEvents>(
        .post, "/api/alerts/from/{tool}", needs: .reportAlerts, .alerts,
        """
        The webhook of another tool as it sends it. Each alert of a batch counts by itself; the answer says what \
        became of each.
        """,
        at: .tool, takesAnyBody: true, isSummed: true, refusals: [429])

    package static let alert = Operation<AlertStoryDocument>(
        .get, "/api/alerts/{id}", needs: .readAlerts, .alerts,
        "One alert with its evidence, its story, and who has been told.", at: .alert)

    package static let acknowledgeAlert = Operation<ChangedAlert>(
        .post, "/api/alerts/{id}/acknowledge", needs: .changeAlerts, .alerts,
        "The caller has it in hand. Ends by itself after `for`, or after what the severity allows.", at: .alert,
        body: AcknowledgeRequest.self)

    package static let resolveAlert = Operation<ChangedAlert>(
        .post, "/api/alerts/{id}/resolve", needs: .changeAlerts, .alerts, "Ends it by the word of the caller.",
        at: .alert, body: ResolveRequest.self)

    package static let snoozeAlert = Operation<ChangedAlert>(
        .post, "/api/alerts/{id}/snooze", needs: .changeAlerts, .alerts, "Nothing more about it until then.",
        at: .alert, body: SnoozeRequest.self)

    package static let noteAlert = Operation<ChangedAlert>(
        .post, "/api/alerts/{id}/note", needs: .changeAlerts, .alerts,
        "Adds to its story: for the team, or as a message to the client.", at: .alert,
        body: NoteRequest.self)

    package static let assignAlert = Operation<ChangedAlert>(
        .post, "/api/alerts/{id}/owner", needs: .changeAlerts, .alerts, "Hands it over.", at: .alert,
        body: OwnerRequest.self)

    package static let judgeAlert = Operation<ChangedAlert>(
        .post, "/api/alerts/{id}/verdict", needs: .changeAlerts, .alerts,
        "Says whose side the cause is on; `planned` and `not_a_problem` end the alert, the others acknowledge it.",
        at: .alert, body: VerdictRequest.self)

    package static let heartbeat = Operation<HeartbeatDocument>(
        .post, "/api/heartbeats/{name}", needs: .changeAlerts, .alerts,
        "A sign of life of something that is listed under `monitoring.heartbeats`.", at: .heartbeat,
        forAllClients: true)

    package static let silences = Operation<SilenceListDocument>(
        .get, "/api/silences", needs: .readAlerts, .alerts, "What nobody is told of at present or will not be.")

    package static let addSilence = Operation<SilenceDocument>(
        .post, "/api/silences", needs: .changeAlerts, .alerts,
        "Silences some alerts for a time: they are kept, but nobody is told of them.", body: SilenceRequest.self,
        forAllClients: true)

    package static let endSilence = Operation<EndedSilence>(
        .post, "/api/silences/{id}/end", needs: .changeAlerts, .alerts, "Ends a silence now.", at: .silence,
        forAllClients: true)

    package static let channels = Operation<ReachDocument>(
        .get, "/api/channels", needs: .readAlerts, .alerts, "The ways to reach people, and how they do.",
        forAllClients: true)

    package static let testChannel = Operation<ChannelTestDocument>(
        .post, "/api/channels/{name}/test", needs: .changeAlerts, .alerts, "Sends a test message.", at: .channel,
        body: ChannelTestRequest.self, on: .long, forAllClients: true)

    package static let actions = Operation<ActionListDocument>(
        .get, "/api/actions", needs: .readAlerts, .alerts,
        "What the relay does by itself about alerts, and what it has done in a week.", forAllClients: true)

    package static let tryAction = Operation<TriedAction>(
        .post, "/api/actions/{name}/try", needs: .changeAlerts, .alerts,
        "What an action would do about an alert as it stands. Nothing is done.", at: .action,
        body: TryActionRequest.self, on: .long, forAllClients: true)
}
