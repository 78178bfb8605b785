import Console
import Domain
import HTTP
import Service

/// Destinations, the books, and the settings.
enum DestinationRoutes {
    static let all: [WebRoute] = [
        WebRoute(.get, "/destinations", .permitted(.readDestinations)) { scene in
            let document = try scene.ask(.get, "/api/destinations")
            return .page(DestinationPages.list(scene.visitor, document, notice: scene.notice))
        },
        WebRoute(.get, "/destinations/{name}", .permitted(.readDestinations)) { scene in
            let document = try scene.ask(.get, "/api/destinations/{name}", scene.parameters)
            return .page(DestinationPages.show(scene.visitor, document, notice: scene.notice))
        },
        WebRoute(.post, "/destinations/{name}/pause", .permitted(.changeDestinations)) { scene in
            _ = try scene.ask(
                .post, "/api/destinations/{name}/pause", scene.parameters,
                body: ["reason": .string(scene.posted("reason") ?? "")])
            return .seeOther(Link.to("destinations", scene.parameters["name"] ?? "") + "?done=paused")
        },
        WebRoute(.post, "/destinations/{name}/resume", .permitted(.changeDestinations), on: .long) { scene in
            _ = try scene.ask(.post, "/api/destinations/{name}/resume", scene.parameters)
            return .seeOther(Link.to("destinations", scene.parameters["name"] ?? "") + "?done=resumed")
        },
        WebRoute(.post, "/destinations/{name}/test", .permitted(.changeDestinations), on: .long) { scene in
            // Found first, so that nobody is asked for a name that is not there.
            _ = try scene.ask(.get, "/api/destinations/{name}", scene.parameters)
            _ = try scene.ask(.post, "/api/preflight")
            return .seeOther(Link.to("destinations", scene.parameters["name"] ?? "") + "?done=tested")
        },
        WebRoute(.get, "/books", .permitted(.readBooks)) { scene in
            .page(BooksPage.page(scene.visitor, try scene.ask(.get, "/api/books"), notice: scene.notice))
        },
        WebRoute(.get, "/settings", .permitted(.readSettings)) { scene in
            .page(SettingsPage.page(scene.visitor, try scene.ask(.get, "/api/settings")))
        },
    ]
}
