package import API
package import Configuration
import Crypto
import Domain
package import HTTP
import Intake
import Service
import Store

/// The console and the API on the public listener: finds out who asks, whether they may, and lets a desk do it.
package final class ConsoleServer: Sendable {
    let relay: RelayContext
    private let desks: ReadPools
    private let proxies: Locked<TrustedProxies>

    package init(_ relay: RelayContext, _ desks: ReadPools) {
        self.relay = relay
        self.desks = desks
        proxies = Locked(Self.proxies(relay.configuration.withLock { $0 }))
    }

    private static func proxies(_ configuration: Configuration) -> TrustedProxies {
        TrustedProxies(configuration.trustedProxies.compactMap { Network($0) })
    }

    package func reload(_ configuration: Configuration) { proxies.withLock { $0 = Self.proxies(configuration) } }

    /// What a form or a program with a session sends along; see `Form`.
    static let tokenField = "x-form-token"

    package func respond(to request: Request, _ path: String, _ exchange: Exchange) {
        let visit = ClientInfo(
            request, proxies: proxies.withLock { $0 },
            publicURL: relay.configuration.withLock { $0.publicURL })
        if path.hasPrefix(ReportHook.path) { return report(request, path, visit, exchange) }
        if path == APIDescription.path {
            exchange.reply(
                request.method.isReading ? APIDescription.response : Self.wrongMethod("GET, HEAD").response)
            return
        }
        if path == "/api" || path.hasPrefix("/api/") { return api(request, path, visit, exchange) }
        if let asset = Assets.all.first(where: { $0.path == path }) {
            exchange.reply(request.method.isReading ? asset.response : Self.wrongMethod("GET, HEAD").response)
            return
        }
        page(request, path, visit, exchange)
    }

    // MARK: The API

    private func api(_ request: Request, _ path: String, _ visit: ClientInfo, _ exchange: Exchange) {
        let found = Handlers.find(request.method.isReading ? .get : request.method, path)
        var pool = APIRoute.Pool.quick
        if case .handler(let handler, _) = found { pool = handler.route.pool }
        // Tools that report alerts have fields of their own for their token. Nowhere else does basic authentication
        // count: a browser that knows it would send it whoever asks.
        let isReport = path == "/api/alerts/events" || path.hasPrefix("/api/alerts/from/")
        let visit = isReport && visit.session == nil ? visit.with(bearer: ReportHook.token(request)) : visit
        submit(pool, visit, exchange, { $0.response }) { [relay] reader in
            guard let identity = try relay.identity(of: visit, reader) else {
                throw Problem(.notSignedIn, "Send a token: \"Authorization: Bearer …\". Administrators make them.")
            }
            switch found {
            case .problem(let problem): throw problem
            case .handler(let handler, let parameters):
                if handler.route.method != .get { try Self.checkOrigin(request, visit, identity) }
                var call = try APICall(request, parameters, by: identity.principal)
                call.address = visit.address
                call.session = identity.session
                return handler.response(to: call, relay, reader)
            }
        }
    }

    /// A session's cookie is sent by the browser whoever asks it to; a token only by whoever has it.
    private static func checkOrigin(_ request: Request, _ visit: ClientInfo, _ identity: Identity) throws(Problem) {
        guard identity.session != nil else { return }
        try checkOrigin(visit, token: request.field(tokenField))
    }

    private static func checkOrigin(_ visit: ClientInfo, token: String?) throws(Problem) {
        guard visit.isFromOurPages, let expected = visit.formToken, let token, constantTimeEqual(token, expected)
        else {
            throw Problem(
                .notPermitted,
                "This did not come from a page of ours, or the page is too old. Load it again and repeat.")
        }
    }

    // MARK: Pages

    private func page(_ request: Request, _ path: String, _ visit: ClientInfo, _ exchange: Exchange) {
        let words = path.split(separator: "/")
        let method = request.method.isReading ? Request.Method.get : request.method
        var allowed: [String] = []
        for route in WebRoute.all {
            guard let parameters = Handlers.match(route.pattern, words) else { continue }
            if route.method.of(method) { return run(route, parameters, request, visit, exchange) }
            allowed.append(route.method.rawValue)
        }
        let problem =
            allowed.isEmpty
            ? Problem.notFound
            : Self.wrongMethod(Set(allowed).sorted().joined(separator: ", "))
        exchange.reply(Self.answer(problem, request, nil, relay.now))
    }

    private func run(
        _ route: WebRoute, _ parameters: [String: String], _ request: Request, _ visit: ClientInfo, _ exchange: Exchange
    ) {
        let show: @Sendable (Problem) -> Response = { [relay] in Self.answer($0, request, nil, relay.now) }
        submit(route.pool, visit, exchange, show) { [relay] reader in
            let identity = try relay.identity(of: visit, reader)
            // Who has come here for the first time gets a cookie, from which the token in forms is made.
            let guest = visit.session == nil && visit.guest == nil ? Base64.url.encode(randomBytes(32)) : nil
            let scene = RequestContext(
                relay: relay, reader: reader, visit: guest.map { visit.with(guest: $0) } ?? visit, identity: identity,
                parameters: parameters, query: try Self.fields(request.query.map { Array($0.utf8) }),
                form: try Self.form(request))
            var response: Response
            do {
                // A token is for programs; pages are for people.
                if route.access != .anybody, identity?.user == nil {
                    let next = request.method.isReading ? request.target : "/"
                    response =
                        RequestContext.Answer.seeOther(
                            Link.to("login", query: ["next": next == "/" ? nil : Link.local(next)])
                        ).response
                } else {
                    if route.method != .get { try Self.checkOrigin(visit, token: scene.form[Form.tokenField]) }
                    if case .permitted(let permission) = route.access, !scene.visitor.may(permission) {
                        throw Problem(.notPermitted, "This takes the permission \"\(permission.rawValue)\".")
                    }
                    response = try route.run(scene).response
                }
            } catch {
                response = Self.answer(Handlers.problem(error, relay), request, scene.visitor, relay.now)
            }
            if let guest {
                let (name, value) = Cookies.setGuest(guest, isSecure: visit.isSecure)
                response.fields.append((name, value))
            }
            return response
        }
    }

    private static func fields(_ bytes: [UInt8]?) throws(Problem) -> FormFields {
        do throws(FormFields.Fault) {
            return try FormFields(bytes ?? [])
        } catch {
            throw Problem(.requestUnusable, "Send fewer fields.")
        }
    }

    private static func form(_ request: Request) throws(Problem) -> FormFields {
        guard !request.method.isReading else { return try fields(nil) }
        let type = request.field("content-type").map { $0.prefix { $0 != ";" }.lowercased() }
        guard type == "application/x-www-form-urlencoded" || request.body.isEmpty else {
            throw Problem(.mediaTypeNotSupported, "Forms are sent as application/x-www-form-urlencoded.")
        }
        return try fields(request.body)
    }

    // MARK: Answers

    /// Lets a desk answer; whatever goes wrong becomes a problem.
    func submit(
        _ kind: APIRoute.Pool, _ visit: ClientInfo, _ exchange: Exchange,
        _ show: @escaping @Sendable (Problem) -> Response, _ answer: @escaping @Sendable (Reader) throws -> Response
    ) {
        do throws(Problem) {
            let isStranger = try enter(kind, visit)
            do throws(Problem) {
                try desks.submit(kind, isStranger: isStranger) { [relay] reader in
                    defer { Self.leave(kind, visit, relay) }
                    do {
                        exchange.reply(try answer(reader))
                    } catch {
                        exchange.reply(show(Handlers.problem(error, relay)))
                    }
                }
            } catch {
                Self.leave(kind, visit, relay)
                throw error
            }
        } catch {
            exchange.reply(show(error))
        }
    }

    /// Before anything waits for the one thread that looks at passwords. Answers whether it is for somebody from whose
    /// network nobody has signed in lately.
    private func enter(_ kind: APIRoute.Pool, _ visit: ClientInfo) throws(Problem) -> Bool {
        guard kind == .hashing else { return false }
        switch relay.signIns.gate.withLock({ $0.enter(visit.network, at: relay.now) }) {
        case .go(let isKnown): return !isKnown
        case .busy:
            throw Problem(
                .overloaded, "Other attempts from your network are being looked at. Try again in a moment.",
                retryAfter: 2)
        case .wait(let time):
            let (words, seconds) = RequestContext.tooManyAttempts(time)
            throw Problem(.tooManyAttempts, words, retryAfter: Int(seconds))
        }
    }

    private static func leave(_ kind: APIRoute.Pool, _ visit: ClientInfo, _ relay: RelayContext) {
        if kind == .hashing { relay.signIns.gate.withLock { $0.leave(visit.network) } }
    }

    /// A problem as a page for people, as a document for programs.
    private static func answer(_ problem: Problem, _ request: Request, _ visitor: Visitor?, _ now: Instant) -> Response
    {
        guard request.field("accept")?.contains("text/html") == true else { return problem.response }
        let visitor = visitor ?? Visitor(name: nil, permissions: [], formToken: "", now: now)
        let page = AccessPages.problem(
            visitor, status: problem.kind.status, title: problem.kind.title, detail: problem.detail)
        var response = page.response
        response.fields += problem.response.fields.filter { ["Retry-After", "Allow"].contains($0.name) }
        return response
    }

    private static func wrongMethod(_ allow: String) -> Problem {
        Problem(.methodNotAllowed, "Allowed methods: \(allow).", allow: allow)
    }
}

extension Request.Method {
    /// Whether it changes nothing (RFC 9110 9.2.1).
    package var isReading: Bool { self == .get || self == .head }
}
