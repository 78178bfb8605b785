import API
import Domain
import HTTP
import Service

extension WebRoute {
    /// Every page and every form's target; what is not here does not exist. Authorisation is tested over this list.
    static let all: [WebRoute] =
        [
            WebRoute(.get, "/", .signedIn) { scene in
                let status = try scene.ask(Handlers.status)
                return scene.queried("part") == nil
                    ? .page(OverviewPage.page(scene.visitor, status)) : .part(OverviewPage.part(scene.visitor, status))
            }
        ] + FigureRoutes.all + LeadRoutes.all + QuarantineRoutes.all + DestinationRoutes.all
        // `/alerts/calendar` before `/alerts/{id}`.
        + CalendarRoutes.all + AlertRoutes.all + AccessRoutes.all
}
