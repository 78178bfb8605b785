import API
import Domain
import HTTP
import Intake

/// The leads of a client, for managers: in figures, one by one, and as a table to take along.
enum FigureRoutes {
    static let all: [WebRoute] = [
        WebRoute(.get, "/leads", Operations.figures) { scene in
            .page(LeadsPage.page(scene.visitor, try figures(scene), LeadsPage.View(scene.query)))
        },
        WebRoute(.get, "/sources", Operations.sources) { scene in
            .page(
                SourcesPage.page(
                    scene.visitor, try scene.ask(Handlers.sources, query: ["days": scene.queried("days")])))
        },
        WebRoute(.get, "/leads/list", Operations.leadList) { scene in
            var query = scope(scene)
            query["before"] = scene.queried("before")
            let document = try scene.ask(Handlers.leadList, query: query)
            return .page(LeadListPage.page(scene.visitor, document, isFirst: scene.queried("before") == nil))
        },
        WebRoute(.get, "/leads.csv", Operations.figures) { scene in
            let figures = try figures(scene)
            return .file(
                "leads.csv", type: "text/csv; charset=utf-8",
                Array(LeadsPage.table(figures, LeadsPage.View(scene.query)).utf8))
        },
        WebRoute(.get, "/leads/upload", .permitted(Operations.uploadSpend.route.needs)) { scene in
            .page(
                UploadPage.page(
                    scene.visitor, clients: scene.clients, UploadPage.Typed(scene.query), notice: scene.notice))
        },
        WebRoute(.post, "/leads/upload", Operations.uploadSpend, upload),
    ]

    /// Looks at a table first, and keeps it when that is confirmed.
    @Sendable static func upload(_ scene: RequestContext) throws -> RequestContext.Answer {
        let typed = UploadPage.Typed(scene.form)
        let isReal = scene.posted("keep") != nil
        let body = try UploadRequest(
            client: typed.client, csv: typed.csv, currency: typed.currency.isEmpty ? nil : typed.currency,
            check: !isReal
        ).json()
        func page(_ result: UploadPage.Result?, _ notice: Page.Notice?, _ status: Int = 200) -> Page {
            UploadPage.page(
                scene.visitor, clients: scene.clients, typed, result: result, notice: notice, status: status)
        }
        return try scene.attempt {
            let result: UploadPage.Result =
                switch typed.kind {
                case .spend: .spend(try scene.ask(Handlers.uploadSpend, body: body))
                case .names: .names(try scene.ask(Handlers.uploadNames, body: body))
                }
            return .page(page(result, isReal ? Page.Notice(.good, "Kept. The pages show it from now on.") : nil))
        } elseShow: { notice, status in
            page(nil, notice, status)
        }
    }

    private static func figures(_ scene: RequestContext) throws -> FigureReport {
        var query = scope(scene)
        query["by"] = scene.queried("by")
        return try scene.ask(Handlers.figures, query: query)
    }

    /// Which leads of which days the address means.
    private static func scope(_ scene: RequestContext) -> [String: String?] {
        var query: [String: String?] = [:]
        for name in ["client", "from", "to"] { query[name] = scene.queried(name) }
        // An empty name is one too: leads that do not say.
        for level in ["group", "campaign", "adset", "ad"] { query[level] = scene.query[level] }
        return query
    }
}
