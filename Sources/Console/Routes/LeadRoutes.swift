import API
import Configuration
import Domain
import HTTP
import Intake
import Service
import Store

/// Leads: finding one, its story, sending again, erasing; and watching them come.
enum LeadRoutes {
    static let all: [WebRoute] = [
        WebRoute(.get, "/lead", Operations.searchLeads) { .page(LeadPages.find($0.visitor, notice: $0.notice)) },
        WebRoute(.post, "/lead", Operations.searchLeads, find),
        WebRoute(.get, "/lead/{id}", Operations.lead) { scene in
            let lead = try scene.ask(Handlers.lead, scene.parameters)
            return .page(LeadPages.lead(scene.visitor, lead, notice: scene.notice))
        },
        WebRoute(.post, "/lead/{id}/replay", Operations.replay, replay),
        WebRoute(.post, "/lead/{id}/erase", Operations.eraseLeads) { scene in
            let id = scene.parameters["id"] ?? ""
            _ = try scene.ask(Handlers.eraseLeads, body: ["id": .string(id)])
            return .seeOther(Link.to("lead", id) + "?done=erased")
        },
        WebRoute(.post, "/lead/{id}/junk", Operations.markJunk) { scene in
            _ = try scene.ask(
                Handlers.markJunk, scene.parameters,
                body: ["junk": .bool(scene.posted("undo") == nil), "note": .string(scene.posted("note") ?? "")])
            return .seeOther(Link.to("lead", scene.parameters["id"] ?? "") + "?done=junk")
        },
        WebRoute(.get, "/live", Operations.liveEvents, live),
    ]

    @Sendable static func find(_ scene: RequestContext) throws -> RequestContext.Answer {
        let found = try scene.ask(Handlers.searchLeads, body: ["q": .string(scene.posted("q") ?? "")])
        if found.leads.count == 1 { return .seeOther(Link.to("lead", "\(found.leads[0].id)")) }
        return .page(LeadPages.find(scene.visitor, found: found))
    }

    @Sendable static func replay(_ scene: RequestContext) throws -> RequestContext.Answer {
        let id = scene.parameters["id"] ?? ""
        let isPreview = scene.posted("do") == "preview"
        let report = try scene.ask(
            Handlers.replay,
            body: ReplayRequest(ids: [id], note: scene.posted("note") ?? "", run: !isPreview).json())
        let lead = try scene.ask(Handlers.lead, scene.parameters)
        let words = report.left.map(\.words)
        let again = report.again
        let notice =
            switch (again > 0, isPreview) {
            case (true, true):
                Page.Notice(.good, "To \(again) \(again == 1 ? "destination" : "destinations") it would be sent again.")
            case (true, false): Page.Notice(.good, RequestContext.isSentAgain)
            case (false, true): Page.Notice(.warn, "Nothing would be sent again: \(words.joined(separator: "; ")).")
            case (false, false): Page.Notice(.warn, "Nothing is sent again: \(words.joined(separator: "; ")).")
            }
        return .page(LeadPages.lead(scene.visitor, lead, notice: notice))
    }

    @Sendable static func live(_ scene: RequestContext) throws -> RequestContext.Answer {
        let filter = LivePage.Filter(
            source: scene.queried("source"), client: scene.queried("client"), state: scene.queried("state"))
        let document = try scene.ask(
            Handlers.liveEvents, query: ["source": filter.source, "client": filter.client, "state": filter.state])
        if scene.queried("part") != nil { return .part(LivePage.rows(scene.visitor, document)) }
        let view = scene.relay.view(of: scene.identity?.principal.clients ?? .only([]))
        return .page(
            LivePage.page(
                scene.visitor, document, filter,
                sources: view.configuration.sources.map(\.name).filter(view.shows(source:)),
                clients: view.configuration.clients.map(\.name).filter(view.clients.contains)))
    }
}
