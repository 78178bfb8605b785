import Console
import Domain
import HTTP

/// The leads of a client, for managers: as a page, and as a table to take along.
enum FigureRoutes {
    static let all: [WebRoute] = [
        WebRoute(.get, "/leads", .permitted(.readLeads)) { scene in
            .page(LeadsPage.page(scene.visitor, try figures(scene), LeadsPage.View(scene.query)))
        },
        WebRoute(.get, "/leads.csv", .permitted(.readLeads)) { scene in
            let figures = try figures(scene)
            return .file(
                "leads.csv", type: "text/csv; charset=utf-8",
                Array(LeadsPage.table(figures, LeadsPage.View(scene.query)).utf8))
        },
    ]

    private static func figures(_ scene: Scene) throws -> JSON {
        var query: [String: String?] = [:]
        for name in ["client", "from", "to", "by"] { query[name] = scene.queried(name) }
        // An empty name is one too: leads that do not say.
        for level in ["group", "campaign", "adset", "ad"] { query[level] = scene.query[level] }
        return try scene.ask(.get, "/api/figures", query: query)
    }
}
