import API
import Configuration
import Console
import Domain
import HTTP
import Intake
import Monitoring
import Service
import Store

/// Everything on the public listener: intake under `/v1/`, health, metrics, the console and its API. One for each event
/// loop.
final class PublicResponder: Responder {
    private let intake: IntakeRoutes
    private let site: PublicRoutes
    private let notifying: NotificationService

    init(intake: IntakeRoutes, site: PublicRoutes, notifying: NotificationService) {
        self.intake = intake
        self.site = site
        self.notifying = notifying
    }

    func respond(to request: Request, _ exchange: Exchange) {
        let path = request.path
        if path == SlackButtons.path { return exchange.reply(notifying.buttons.take(request).response(good: 200)) }
        if path.hasPrefix(TwilioCallback.path) {
            return exchange.reply(notifying.texts.take(request).response(good: 204))
        }
        if path.hasPrefix("/v1/") { return intake.respond(to: request, exchange) }
        // RFC 9110 9.3.7: about the server as a whole.
        if path == "*" { return exchange.reply(Response(204, fields: [("Allow", "GET, HEAD, POST, OPTIONS")])) }
        site.respond(to: request, path, exchange)
    }

    func refusal(of head: Request, length: Int?) -> Response? {
        head.path.hasPrefix("/v1/") ? intake.refusal(of: head, length: length) : nil
    }

    func roundEnded() { intake.roundEnded() }
}

/// What is not intake: health and metrics here, all else in the console.
///
/// Who may see what: `/healthz` and `/readyz` are for everybody; `/metrics` for the addresses in `observers`, and for a
/// token with the scope `metrics.read`; everything else for those who have signed in.
final class PublicRoutes: Sendable {
    private let relay: RelayContext
    private let desks: ReadPools
    private let metrics: Metrics
    private let web: ConsoleServer
    private let observers: Locked<Observers>

    /// Who may read the metrics without a token.
    struct Observers: Sendable {
        let networks: TrustedProxies
        let proxies: TrustedProxies

        init(_ configuration: Configuration) {
            networks = TrustedProxies(configuration.observers.compactMap { Network($0) })
            proxies = TrustedProxies(configuration.trustedProxies.compactMap { Network($0) })
        }

        func contains(_ visit: ClientInfo) -> Bool {
            visit.isCertain && (visit.address == "unix" || HostAddress(visit.address).map(networks.contains) ?? false)
        }
    }

    init(_ relay: RelayContext, desks: ReadPools, metrics: Metrics) {
        self.relay = relay
        self.desks = desks
        self.metrics = metrics
        web = ConsoleServer(relay, desks)
        observers = Locked(Observers(relay.configuration.withLock { $0 }))
    }

    func reload(_ configuration: Configuration) {
        observers.withLock { $0 = Observers(configuration) }
        web.reload(configuration)
    }

    func respond(to request: Request, _ path: String, _ exchange: Exchange) {
        switch path {
        case "/healthz": get(request, exchange) { Self.text(200, "ok\n") }
        case "/readyz":
            get(request, exchange) {
                let problems = relay.health.problems
                return problems.isEmpty
                    ? Self.text(200, "ready\n" + Self.storeFacts) : Self.text(503, problems.map { $0 + "\n" }.joined())
            }
        case "/metrics": showMetrics(request, exchange)
        default: web.respond(to: request, path, exchange)
        }
    }

    private func get(_ request: Request, _ exchange: Exchange, _ answer: () -> Response) {
        guard request.method.isReading else {
            exchange.reply(Problem(.methodNotAllowed, "Allowed methods: GET, HEAD.", allow: "GET, HEAD").response)
            return
        }
        exchange.reply(answer())
    }

    private func showMetrics(_ request: Request, _ exchange: Exchange) {
        let observers = observers.withLock { $0 }
        let visit = ClientInfo(request, proxies: observers.proxies)
        let refusal = Problem(
            .notPermitted,
            "Add your address to \"observers\" in the configuration, or send a token with the scope \"metrics.read\".")
        guard request.method.isReading, !observers.contains(visit) else {
            return get(request, exchange) { Self.metrics(metrics.text) }
        }
        guard visit.bearer != nil else { return exchange.reply(refusal.response) }
        do throws(Problem) {
            try desks.submit(.quick) { [relay, metrics] reader in
                do {
                    let caller = try relay.identity(of: visit, reader)?.principal
                    exchange.reply(
                        caller?.may(.readMetrics) == true ? Self.metrics(metrics.text) : refusal.response)
                } catch {
                    exchange.reply(Handlers.problem(error, relay).response)
                }
            }
        } catch {
            exchange.reply(error.response)
        }
    }

    /// What our promises rest on; asserted when the file was opened.
    private static let storeFacts = "journal_mode=wal synchronous=full\n"

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

extension HookAnswer {
    /// `good`: how the service wants to be told that there is nothing more to say.
    fileprivate func response(good: Int) -> Response {
        switch self {
        case .taken: Response(good)
        case .wrongMethod: Problem(.methodNotAllowed, "Allowed methods: POST.", allow: "POST").response
        case .unknown(let why): Problem(.notFound, why).response
        case .refused(let why): Problem(.notPermitted, why).response
        case .overloaded(let why): Problem(.overloaded, why, retryAfter: 2).response
        }
    }
}
