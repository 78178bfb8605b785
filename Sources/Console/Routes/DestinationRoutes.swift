import API
import Domain
import HTTP
import Service

/// Destinations, the books, and the settings.
enum DestinationRoutes {
    static let all: [WebRoute] = [
        WebRoute(.get, "/destinations", Operations.destinations) { scene in
            let document = try scene.ask(Handlers.destinations)
            return .page(DestinationPages.list(scene.visitor, document, notice: scene.notice))
        },
        WebRoute(.get, "/destinations/{name}", Operations.destination) { scene in
            let document = try scene.ask(Handlers.destination, scene.parameters)
            return .page(DestinationPages.show(scene.visitor, document, notice: scene.notice))
        },
        WebRoute(.post, "/destinations/{name}/pause", Operations.pauseDestination) { scene in
            _ = try scene.ask(
                Handlers.pauseDestination, scene.parameters,
                body: PauseRequest(reason: scene.posted("reason") ?? "").json())
            return .seeOther(Link.to("destinations", scene.parameters["name"] ?? "") + "?done=paused")
        },
        WebRoute(.post, "/destinations/{name}/resume", Operations.resumeDestination) { scene in
            _ = try scene.ask(Handlers.resumeDestination, scene.parameters)
            return .seeOther(Link.to("destinations", scene.parameters["name"] ?? "") + "?done=resumed")
        },
        WebRoute(.post, "/destinations/{name}/test", Operations.askPreflight) { scene in
            // Found first, so that nobody is asked for a name that is not there.
            _ = try scene.ask(Handlers.destination, scene.parameters)
            _ = try scene.ask(Handlers.askPreflight)
            return .seeOther(Link.to("destinations", scene.parameters["name"] ?? "") + "?done=tested")
        },
        WebRoute(.get, "/books", Operations.books) { scene in
            .page(BooksPage.page(scene.visitor, try scene.ask(Handlers.books), notice: scene.notice))
        },
        WebRoute(.get, "/settings", Operations.settings) { scene in
            .page(SettingsPage.page(scene.visitor, try scene.ask(Handlers.settings)))
        },
    ]
}
