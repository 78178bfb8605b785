import Configuration
import Console
import Domain
import HTTP
import Intake
import Service

/// Alerts: open ones, one of them with everything about it, how well it goes, and groups as the monitor sees them.
enum AlertRoutes {
    static let all: [WebRoute] = [
        WebRoute(.get, "/alerts", .permitted(.readAlerts)) { scene in
            let filter = AlertPages.Filter(scene.query)
            let document = try scene.ask(.get, "/api/alerts", query: filter.query)
            return .page(
                AlertPages.list(scene.visitor, document, filter, clients: scene.clients, notice: scene.notice))
        },
        WebRoute(.get, "/alerts/history", .permitted(.readAlerts), history),
        WebRoute(.get, "/group", .permitted(.readAlerts), group),
        WebRoute(.get, "/alerts/{id}", .permitted(.readAlerts)) { scene in
            .page(try page(scene, notice: scene.notice))
        },
        WebRoute(.post, "/alerts/{id}/acknowledge", .permitted(.changeAlerts)) { scene in
            try act(scene, "acknowledge", [:], done: "acknowledged")
        },
        WebRoute(.post, "/alerts/{id}/verdict", .permitted(.changeAlerts)) { scene in
            try act(scene, "verdict", fields(scene, ["side", "cause", "reason"]), done: "judged")
        },
        WebRoute(.post, "/alerts/{id}/snooze", .permitted(.changeAlerts)) { scene in
            try act(scene, "snooze", fields(scene, ["for"]), done: "snoozed")
        },
        WebRoute(.post, "/alerts/{id}/owner", .permitted(.changeAlerts)) { scene in
            try act(scene, "owner", fields(scene, ["owner", "team"]), done: "handed-over")
        },
        WebRoute(.post, "/alerts/{id}/resolve", .permitted(.changeAlerts)) { scene in
            try act(scene, "resolve", fields(scene, ["reason"]), done: "resolved")
        },
        WebRoute(.post, "/alerts/{id}/note", .permitted(.changeAlerts)) { scene in
            try act(scene, "note", fields(scene, ["text"]), done: "noted")
        },
        WebRoute(.post, "/alerts/{id}/examine", .permitted(.changeAlerts), on: .long) { scene in
            try act(scene, "checklist", [:], done: "examined")
        },
        WebRoute(.get, "/alerts/{id}/postmortem", .permitted(.changeAlerts), on: .long) { scene in
            let (id, markdown) = try postMortem(scene)
            return .page(AlertPages.postMortem(scene.visitor, id, markdown))
        },
        WebRoute(.get, "/alerts/{id}/postmortem.md", .permitted(.changeAlerts), on: .long) { scene in
            let (id, markdown) = try postMortem(scene)
            return .file("\(id).md", type: "text/markdown; charset=utf-8", Array(markdown.utf8))
        },
        WebRoute(.get, "/alerts/{id}/affected", .permitted(.changeAlerts), on: .long) { scene in
            .page(AlertPages.affected(scene.visitor, scene.alert, try investigation(scene), notice: scene.notice))
        },
        WebRoute(.post, "/alerts/{id}/replay", .permitted(.replayLeads), on: .long, replay),
    ]

    // MARK: One alert

    private static func page(_ scene: RequestContext, notice: Page.Notice?, status: Int = 200) throws -> Page {
        let alert = try scene.ask(.get, "/api/alerts/{id}", scene.parameters)
        let checklist = try scene.ask(.get, "/api/alerts/{id}/checklist", scene.parameters)
        let parts = AlertPages.Parts(alert: alert, checklist: checklist, volume: try volume(scene, alert))
        return AlertPages.show(scene.visitor, parts, notice: notice, status: status)
    }

    /// Time before and after an alert that its chart shows, and the most of it.
    private static let before: Duration = .hours(48)
    private static let after: Duration = .hours(12)
    private static let longest: Duration = .days(14)

    /// For alerts about leads that do not come: what was expected and what came around the time.
    private static func volume(_ scene: RequestContext, _ alert: JSON) throws -> JSON? {
        guard ["missing_leads", "low_leads"].contains(alert["kind"]?.string),
            let began = alert["began"]?.string.flatMap({ Instant(rfc3339: $0) }),
            let scope = alert["scope"]?.string.flatMap({ AlertScope($0) })
        else { return nil }
        let ended = alert["resolution"]?["ended"]?.string.flatMap { Instant(rfc3339: $0) }
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
        return try scene.ask(.get, "/api/volume", query: query)
    }

    private static func fields(_ scene: RequestContext, _ names: [String]) -> [String: String] {
        var fields: [String: String] = [:]
        for name in names { fields[name] = scene.form[name] ?? "" }
        return fields
    }

    private static func act(_ scene: RequestContext, _ verb: String, _ fields: [String: String], done: String) throws
        -> RequestContext.Answer
    {
        let body = JSON.object(fields.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value)) })
        return try scene.attempt {
            _ = try scene.ask(.post, "/api/alerts/{id}/\(verb)", scene.parameters, body: body)
            return .seeOther(Link.to("alerts", scene.alert, query: ["done": done]))
        } elseShow: { notice, status in
            try page(scene, notice: notice, status: status)
        }
    }

    private static func postMortem(_ scene: RequestContext) throws -> (id: String, markdown: String) {
        let document = try scene.ask(.get, "/api/alerts/{id}/postmortem", scene.parameters)
        return (document["alert"]?.string ?? "", document["markdown"]?.string ?? "")
    }

    // MARK: What was affected

    private static func investigation(_ scene: RequestContext) throws -> JSON {
        // Found first, so that what is not there is told as on any other page.
        _ = try scene.ask(.get, "/api/alerts/{id}", scene.parameters)
        return try scene.ask(.post, "/api/investigate", body: ["alert": .string(scene.alert)])
    }

    /// The leads of the alert's time that were rejected or expired: what sending them again would do, then doing it.
    @Sendable private static func replay(_ scene: RequestContext) throws -> RequestContext.Answer {
        let found = try investigation(scene)
        let isReal = scene.posted("run") != nil
        var members: [JSON.Member] = [
            JSON.Member("run", .bool(isReal)), JSON.Member("note", .string(scene.posted("note") ?? "")),
        ]
        for name in ["from", "to", "client", "group", "destination"] {
            if let value = found[name], value != .null { members.append(JSON.Member(name, value)) }
        }
        // What has ended since the preview is not touched.
        if let bound = scene.posted("ended_before") { members.append(JSON.Member("ended_before", .string(bound))) }
        return try scene.attempt {
            let result = try scene.ask(.post, "/api/replay", body: .object(members))
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

    @Sendable private static func history(_ scene: RequestContext) throws -> RequestContext.Answer {
        let days =
            scene.queried("days").flatMap { Int($0) }.flatMap { days in
                AlertHistoryPage.spans.contains { $0.days == days } ? days : nil
            } ?? 30
        let client = scene.queried("client")
        let figures = try scene.ask(
            .get, "/api/alerts/figures", query: ["days": "\(days)", "client": client])
        let alerts = try scene.ask(
            .get, "/api/alerts", query: ["state": "resolved", "client": client, "limit": "1000"])
        return .page(
            AlertHistoryPage.page(
                scene.visitor, figures, alerts: alerts, client: client, clients: scene.clients, days: days))
    }

    @Sendable private static func group(_ scene: RequestContext) throws -> RequestContext.Answer {
        let days =
            scene.queried("days").flatMap { Int($0) }.flatMap { days in
                GroupPage.spans.contains { $0.days == days } ? days : nil
            } ?? GroupPage.spans[0].days
        guard let client = scene.queried("client") else {
            throw Problem(.notFound, "The address names no client.")
        }
        let group = scene.query["group"] ?? ""
        let volume = try scene.ask(
            .get, "/api/volume",
            query: [
                "client": client, "group": group, "from": (scene.now - .days(days)).rfc3339Seconds,
                "to": scene.now.rfc3339Seconds,
            ])
        let alerts = try scene.ask(.get, "/api/alerts", query: ["state": "all", "client": client, "limit": "1000"])
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
