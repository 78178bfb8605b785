import Console
import Domain
import HTTP
import Intake
import Service
import Store

/// Everything on the public listener: intake under `/v1/`, health, metrics, the overview page. One for each event loop.
final class PublicResponder: Responder {
    private let intake: IntakeRoutes
    private let site: Site
    private let buttons: SlackButtons

    init(intake: IntakeRoutes, site: Site, buttons: SlackButtons) {
        self.intake = intake
        self.site = site
        self.buttons = buttons
    }

    func respond(to request: Request, _ exchange: Exchange) {
        let path = request.path
        if path == "/hooks/slack" { return buttons.respond(to: request, exchange) }
        if path.hasPrefix("/v1/") { return intake.respond(to: request, exchange) }
        site.respond(to: request, path, exchange)
    }

    func roundEnded() { intake.roundEnded() }
}

/// What is not intake. Cheap, except for the overview page, which asks the database on a thread of its own.
final class Site: Sendable {
    private let relay: Relay
    private let desk: Desk
    private let metrics: Metrics
    private let observers: Locked<Observers>

    /// Who may look inside.
    struct Observers: Sendable {
        let networks: TrustedProxies
        let proxies: TrustedProxies

        init(_ configuration: Configuration) {
            networks = TrustedProxies(configuration.observers.compactMap { Network($0) })
            proxies = TrustedProxies(configuration.trustedProxies.compactMap { Network($0) })
        }

        func contains(_ request: Request) -> Bool {
            let address = proxies.visitor(peer: request.peer, forwardedFor: request.field("x-forwarded-for"))
            return address == "unix" || HostAddress(address).map(networks.contains) ?? false
        }
    }

    init(_ relay: Relay, desk: Desk, metrics: Metrics) {
        self.relay = relay
        self.desk = desk
        self.metrics = metrics
        observers = Locked(Observers(relay.configuration.withLock { $0 }))
    }

    func reload(_ configuration: Configuration) { observers.withLock { $0 = Observers(configuration) } }

    func respond(to request: Request, _ path: String, _ exchange: Exchange) {
        switch path {
        case "/healthz": get(request, exchange) { Self.text(200, "ok\n") }
        case "/readyz":
            get(request, exchange) {
                let problems = relay.problems
                return problems.isEmpty
                    ? Self.text(200, "ready\n" + relay.storeFacts) : Self.text(503, problems.map { $0 + "\n" }.joined())
            }
        case "/metrics": observed(request, exchange) { exchange.reply(Self.metrics(metrics.text)) }
        case "/": observed(request, exchange) { overview(exchange) }
        case "/style.css": get(request, exchange) { OverviewPage.styleSheet }
        default: exchange.reply(Problem(.notFound, "Lead events are posted to /v1/leads.").response)
        }
    }

    private func get(_ request: Request, _ exchange: Exchange, _ answer: () -> Response) {
        guard request.method == .get || request.method == .head else {
            exchange.reply(Problem(.methodNotAllowed, "Possible here: GET, HEAD.", allow: "GET, HEAD").response)
            return
        }
        exchange.reply(answer())
    }

    private func observed(_ request: Request, _ exchange: Exchange, _ answer: () -> Void) {
        guard request.method == .get || request.method == .head else {
            exchange.reply(Problem(.methodNotAllowed, "Possible here: GET, HEAD.", allow: "GET, HEAD").response)
            return
        }
        guard observers.withLock({ $0 }).contains(request) else {
            exchange.reply(
                Problem(.notPermitted, "Add your address to \"observers\" in the configuration to look inside.")
                    .response)
            return
        }
        answer()
    }

    private func overview(_ exchange: Exchange) {
        let isTaken = desk.submit { [relay] reader in
            do {
                exchange.reply(OverviewPage.response(try relay.overview(reader)))
            } catch {
                relay.log.error("console.failed", ["reason": "\(error)"])
                exchange.reply(Problem(.failed, "The page could not be made; the log says why.").response)
            }
        }
        if !isTaken {
            exchange.reply(Problem(.overloaded, "Too many pages are waiting. Try again.", retryAfter: 2).response)
        }
    }

    private static func text(_ status: Int, _ text: String) -> Response {
        let fields = [
            (name: "Content-Type", value: "text/plain; charset=utf-8"), (name: "Cache-Control", value: "no-store"),
        ]
        return Response(status, fields: fields, body: Array(text.utf8))
    }

    private static func metrics(_ text: String) -> Response {
        let fields = [(name: "Content-Type", value: "text/plain; version=0.0.4; charset=utf-8")]
        return Response(200, fields: fields, body: Array(text.utf8))
    }
}
