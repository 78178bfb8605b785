import Domain
import HTTP
import Service

/// Finds the imitation a request is for.
final class SandboxResponder: Responder {
    private let sandbox: Sandbox

    init(_ sandbox: Sandbox) { self.sandbox = sandbox }

    func respond(to request: Request, _ exchange: Exchange) {
        let path = request.path
        if request.method == .post { sandbox.options.records?.keep(path: path, body: request.body, at: sandbox.now) }
        switch (request.method, path) {
        case (.post, "/v1/events:ingest"): sandbox.conclude(sandbox.googleIngest(request), exchange)
        case (.get, "/v1/requestStatus:retrieve"): sandbox.conclude(sandbox.googleStatus(request), exchange)
        case (.post, "/token"): sandbox.conclude(sandbox.googleToken(request), exchange)
        case (.post, _) where Sandbox.isUpload(path): sandbox.conclude(sandbox.googleUpload(request), exchange)
        case (.get, _) where Self.isPixel(path): sandbox.conclude(sandbox.metaPixel(request), exchange)
        case (.options, _) where path.hasPrefix("/webhook/"): exchange.reply(Response(204, fields: [("Allow", "POST")]))
        case (.post, _) where path.hasPrefix("/webhook/"): sandbox.conclude(sandbox.webhook(request), exchange)
        case (.post, _) where path.hasSuffix("/events"): sandbox.conclude(sandbox.metaEvents(request), exchange)
        case (_, _) where path.hasPrefix("/demo/"): exchange.reply(sandbox.demonstrate(request))
        case (_, _) where path.hasPrefix("/page/"):
            exchange.reply(sandbox.landingPage.withLock { $0 }.response(to: path, query: request.query))
        case (_, _) where path.hasPrefix("/slack/"): sandbox.conclude(sandbox.slack(request), exchange)
        case (.post, _) where path.hasSuffix("/siteverify"): exchange.reply(Self.siteverify(request))
        case (.post, _) where path.hasPrefix("/pagerduty/"): sandbox.conclude(sandbox.pagerDuty(request), exchange)
        case (_, _) where path.hasPrefix("/twilio/"): sandbox.conclude(sandbox.twilio(request), exchange)
        case (.post, _) where path.hasPrefix("/alertmanager/"):
            sandbox.conclude(sandbox.alertmanager(request), exchange)
        case (.post, _) where path.hasPrefix("/am/"): sandbox.conclude(sandbox.alertmanagerAPI(request), exchange)
        case (.post, _) where path.hasPrefix("/teams/"): sandbox.conclude(sandbox.teams(request), exchange)
        case (.post, _) where path.hasPrefix("/telegram/"): sandbox.conclude(sandbox.telegram(request), exchange)
        case (.post, _) where path.hasPrefix("/jira/"): sandbox.conclude(sandbox.jira(request), exchange)
        case (.post, _) where path.hasPrefix("/alert-webhook/"):
            sandbox.conclude(sandbox.alertWebhook(request), exchange)
        case (_, _) where path.hasPrefix("/ping/"): sandbox.conclude(sandbox.ping(request), exchange)
        case (_, _) where path.hasPrefix("/sandbox/"): exchange.reply(sandbox.inspect(request))
        default: exchange.reply(GoogleError.notFound(path))
        }
    }

    /// `/v26.0/4711`
    private static func isPixel(_ path: String) -> Bool {
        let parts = path.split(separator: "/")
        return parts.count == 2 && parts[0].hasPrefix("v") && parts[0].contains(".") && String(parts[1]).isDigits
    }
}
