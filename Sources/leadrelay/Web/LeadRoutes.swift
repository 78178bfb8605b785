import Configuration
import Console
import Domain
import HTTP
import Intake
import Service
import Store

/// Leads: finding one, its story, sending again, erasing; and watching them come.
enum LeadRoutes {
    static let all: [WebRoute] = [
        WebRoute(.get, "/lead", .permitted(.readLeads)) { .page(LeadPages.find($0.visitor, notice: $0.notice)) },
        WebRoute(.post, "/lead", .permitted(.readLeads), find),
        WebRoute(.get, "/lead/{id}", .permitted(.readLeads)) { scene in
            let lead = try scene.ask(.get, "/api/leads/{id}", scene.parameters)
            return .page(LeadPages.lead(scene.visitor, lead, notice: scene.notice))
        },
        WebRoute(.post, "/lead/{id}/replay", .permitted(.replayLeads), on: .long, replay),
        WebRoute(.post, "/lead/{id}/erase", .permitted(.eraseLeads), on: .long) { scene in
            let id = scene.parameters["id"] ?? ""
            _ = try scene.ask(.post, "/api/leads/erase", body: ["id": .string(id)])
            return .seeOther(Link.to("lead", id) + "?done=erased")
        },
        WebRoute(.post, "/lead/{id}/junk", .permitted(.changeQuarantine)) { scene in
            _ = try scene.ask(
                .post, "/api/leads/{id}/junk", scene.parameters,
                body: ["junk": .bool(scene.posted("undo") == nil), "note": .string(scene.posted("note") ?? "")])
            return .seeOther(Link.to("lead", scene.parameters["id"] ?? "") + "?done=junk")
        },
        WebRoute(.get, "/live", .permitted(.readLeads), live),
    ]

    @Sendable private static func find(_ scene: RequestContext) throws -> RequestContext.Answer {
        let found = try scene.ask(.post, "/api/leads/search", body: ["q": .string(scene.posted("q") ?? "")])
        if let leads = found["leads"]?.array, leads.count == 1, let id = leads[0]["id"]?.string {
            return .seeOther(Link.to("lead", id))
        }
        return .page(LeadPages.find(scene.visitor, found: found))
    }

    @Sendable private static func replay(_ scene: RequestContext) throws -> RequestContext.Answer {
        let id = scene.parameters["id"] ?? ""
        let isPreview = scene.posted("do") == "preview"
        let report = try scene.ask(
            .post, "/api/replay",
            body: [
                "ids": .array([.string(id)]), "note": .string(scene.posted("note") ?? ""), "run": .bool(!isPreview),
            ])
        let lead = try scene.ask(.get, "/api/leads/{id}", scene.parameters)
        let words = (report["left"]?.array ?? []).compactMap { $0["words"]?.string }
        let again = report["again"]?.integer ?? 0
        let notice =
            switch (again > 0, isPreview) {
            case (true, true):
                Page.Notice(.good, "To \(again) \(again == 1 ? "destination" : "destinations") it would be sent again.")
            case (true, false): Page.Notice(.good, "It is being sent again.")
            case (false, true): Page.Notice(.warn, "Nothing would be sent again: \(words.joined(separator: "; ")).")
            case (false, false): Page.Notice(.warn, "Nothing is sent again: \(words.joined(separator: "; ")).")
            }
        return .page(LeadPages.lead(scene.visitor, lead, notice: notice))
    }

    @Sendable private static func live(_ scene: RequestContext) throws -> RequestContext.Answer {
        let filter = LivePage.Filter(
            source: scene.queried("source"), client: scene.queried("client"), state: scene.queried("state"))
        let document = try scene.ask(
            .get, "/api/live", query: ["source": filter.source, "client": filter.client, "state": filter.state])
        if scene.queried("part") != nil { return .part(LivePage.rows(scene.visitor, document)) }
        let view = scene.relay.view(of: scene.identity?.principal.clients ?? .only([]))
        return .page(
            LivePage.page(
                scene.visitor, document, filter,
                sources: view.configuration.sources.map(\.name).filter(view.shows(source:)),
                clients: view.configuration.clients.map(\.name).filter(view.clients.contains)))
    }
}
