import API
import Configuration
import Domain
import HTTP
import Intake
import Service

/// Alerts: open ones, one of them with everything about it, how well it goes, and groups as the monitor sees them.
enum AlertRoutes {
    static let all: [WebRoute] = [
        WebRoute(.get, "/alerts", Operations.alerts) { scene in
            let filter = AlertPages.Filter(scene.query)
            let document = try scene.ask(Handlers.alerts, query: filter.query)
            return .page(
                AlertPages.list(scene.visitor, document, filter, clients: scene.clients, notice: scene.notice))
        },
        WebRoute(.get, "/alerts/history", Operations.alertFigures, history),
        WebRoute(.get, "/group", Operations.volume, group),
        WebRoute(.get, "/alerts/{id}", Operations.alert) { scene in
            .page(try page(scene, notice: scene.notice))
        },
        WebRoute(.post, "/alerts/{id}/acknowledge", Operations.acknowledgeAlert) { scene in
            try act(scene, Handlers.acknowledgeAlert, [], done: "acknowledged")
        },
        WebRoute(.post, "/alerts/{id}/verdict", Operations.judgeAlert) { scene in
            try act(scene, Handlers.judgeAlert, ["side", "cause", "reason"], done: "judged")
        },
        WebRoute(.post, "/alerts/{id}/snooze", Operations.snoozeAlert) { scene in
            try act(scene, Handlers.snoozeAlert, ["for"], done: "snoozed")
        },
        WebRoute(.post, "/alerts/{id}/owner", Operations.assignAlert) { scene in
            try act(scene, Handlers.assignAlert, ["owner", "team"], done: "handed-over")
        },
        WebRoute(.post, "/alerts/{id}/resolve", Operations.resolveAlert) { scene in
            try act(scene, Handlers.resolveAlert, ["reason"], done: "resolved")
        },
        WebRoute(.post, "/alerts/{id}/note", Operations.noteAlert) { scene in
            try act(scene, Handlers.noteAlert, ["text"], done: "noted")
        },
        WebRoute(.post, "/alerts/{id}/examine", Operations.runChecklist) { scene in
            try act(scene, Handlers.runChecklist, [], done: "examined")
        },
        WebRoute(.get, "/alerts/{id}/postmortem", Operations.postMortem) { scene in
            let (id, markdown) = try postMortem(scene)
            return .page(AlertPages.postMortem(scene.visitor, id, markdown))
        },
        WebRoute(.get, "/alerts/{id}/postmortem.md", Operations.postMortem) { scene in
            let (id, markdown) = try postMortem(scene)
            return .file("\(id).md", type: "text/markdown; charset=utf-8", Array(markdown.utf8))
        },
        WebRoute(.get, "/alerts/{id}/affected", Operations.investigate) { scene in
            .page(AlertPages.affected(scene.visitor, scene.alert, try investigation(scene), notice: scene.notice))
        },
        WebRoute(.post, "/alerts/{id}/replay", Operations.replay, replay),
    ]

    // MARK: One alert

    private static func page(_ scene: RequestContext, notice: Page.Notice?, status: Int = 200) throws -> Page {
        let alert = try scene.ask(Handlers.alert, scene.parameters)
        let checklist = try scene.ask(Handlers.checklist, scene.parameters)
        let parts = AlertPages.Parts(alert: alert, checklist: checklist, volume: try volume(scene, alert.alert))
        return AlertPages.show(scene.visitor, parts, notice: notice, status: status)
    }

    /// Time before and after an alert that its chart shows, and the most of it.
    private static let before: Duration = .hours(48)
    private static let after: Duration = .hours(12)
    private static let longest: Duration = .days(14)

    /// For alerts about leads that do not come: what was expected and what came around the time.
    private static func volume(_ scene: RequestContext, _ alert: AlertDocument) throws -> VolumeDocument? {
        guard [.missingLeads, .lowLeads].contains(alert.kind), let scope = AlertScope(alert.scope) else { return nil }
        let began = alert.began
        let ended = alert.resolution?.ended
        let to = min(scene.now, min(ended.map { $0 + after } ?? scene.now, began + longest))
        var query: [String: String?] = [
            "from": (began - before).rfc3339Seconds, "to": max(to, began + .hours(1)).rfc3339Seconds,
        ]
        switch scope {
        case .relay: break
        case .client(let client): query["client"] = client
        case .group(let client, let group):
            query["client"] = client
            query["group"] = group
        case .source, .destination, .platform, .channel, .external: return nil
        }
        return try scene.ask(Handlers.volume, query: query)
    }

    /// Does something about the alert, with these fields of the form.
    private static func act<Answer>(
        _ scene: RequestContext, _ handler: Handler<Answer>, _ fields: [String], done: String
    ) throws -> RequestContext.Answer {
        let body = JSON.object(fields.map { JSON.Member($0, .string(scene.form[$0] ?? "")) })
        return try scene.attempt {
            _ = try scene.ask(handler, scene.parameters, body: body)
            return .seeOther(Link.to("alerts", scene.alert, query: ["done": done]))
        } elseShow: { notice, status in
            try page(scene, notice: notice, status: status)
        }
    }

    private static func postMortem(_ scene: RequestContext) throws -> (id: String, markdown: String) {
        let document = try scene.ask(Handlers.postMortem, scene.parameters)
        return ("\(document.alert)", document.markdown)
    }

    // MARK: What was affected

    private static func investigation(_ scene: RequestContext) throws -> InvestigationDocument {
        // Found first, so that what is not there is told as on any other page.
        _ = try scene.ask(Handlers.alert, scene.parameters)
        return try scene.ask(Handlers.investigate, body: InvestigateRequest(alert: scene.alert).json())
    }

    /// The leads of the alert's time that were rejected or expired: what sending them again would do, then doing it.
    @Sendable static func replay(_ scene: RequestContext) throws -> RequestContext.Answer {
        let found = try investigation(scene)
        let isReal = scene.posted("run") != nil
        // What has ended since the preview is not touched.
        let request = ReplayRequest(
            from: found.from.instant.rfc3339, to: found.to.instant.rfc3339, destination: found.destination,
            client: found.client, group: found.group, endedBefore: scene.posted("ended_before"),
            note: scene.posted("note") ?? "", run: isReal)
        return try scene.attempt {
            let result = try scene.ask(Handlers.replay, body: request.json())
            let notice = isReal ? Page.Notice(.good, "They are being sent again.") : nil
            return .page(
                AlertPages.affected(
                    scene.visitor, scene.alert, isReal ? try investigation(scene) : found, replay: result,
                    notice: notice))
        } elseShow: { notice, status in
            AlertPages.affected(scene.visitor, scene.alert, found, notice: notice, status: status)
        }
    }

    // MARK: Many alerts

    @Sendable static func history(_ scene: RequestContext) throws -> RequestContext.Answer {
        let days =
            scene.queried("days").flatMap { Int($0) }.flatMap { days in
                AlertHistoryPage.spans.contains { $0.days == days } ? days : nil
            } ?? 30
        let client = scene.queried("client")
        let figures = try scene.ask(
            Handlers.alertFigures, query: ["days": "\(days)", "client": client])
        let alerts = try scene.ask(
            Handlers.alerts, query: ["state": "resolved", "client": client, "limit": "1000"])
        return .page(
            AlertHistoryPage.page(
                scene.visitor, figures, alerts: alerts, client: client, clients: scene.clients, days: days))
    }

    @Sendable static func group(_ scene: RequestContext) throws -> RequestContext.Answer {
        let days =
            scene.queried("days").flatMap { Int($0) }.flatMap { days in
                GroupPage.spans.contains { $0.days == days } ? days : nil
            } ?? GroupPage.spans[0].days
        guard let client = scene.queried("client") else {
            throw Problem(.notFound, "The address names no client.")
        }
        let group = scene.query["group"] ?? ""
        let volume = try scene.ask(
            Handlers.volume,
            query: [
                "client": client, "group": group, "from": (scene.now - .days(days)).rfc3339Seconds,
                "to": scene.now.rfc3339Seconds,
            ])
        let alerts = try scene.ask(Handlers.alerts, query: ["state": "all", "client": client, "limit": "1000"])
        return .page(GroupPage.page(scene.visitor, volume, alerts: alerts, days: days))
    }
}

extension RequestContext {
    /// The number of the alert in the address, as it is always written.
    var alert: String { AlertID(parameters["id"] ?? "")?.description ?? "" }

    /// The clients that the visitor may see, in the order of the configuration.
    var clients: [String] {
        let allowed = identity?.principal.clients ?? .only([])
        return relay.configuration.withLock { $0.clients }.map(\.name).filter { allowed.contains($0) }
    }
}
