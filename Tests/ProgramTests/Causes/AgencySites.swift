import Domain
import HTTP
import Service

/// The landing pages of all clients, each on a host of its own (`c07.localhost`), and the platform that their leads go
/// to, under a path of its own for each. Everything answers out of a cache, whose `Date` is of any time, as large pages
/// do, unless `isCached` is off.
final class AgencySites: Sendable {
    struct Page: Sendable {
        var status = 200
        var isParked = false
        /// Where the page has moved to, which shows no form.
        var isMoved = false
        var hasSnippet = true
        var isMarked = true
        var key: String
        var fields = ["name", "email", "phone"]
        var dropsQuery = false
        /// Its Content-Security-Policy.
        var policy: String?
        /// What a visitor who is a machine gets.
        var wall: Wall?

        enum Wall: Sendable { case forbidden, challenge }
    }

    enum Platform: Sendable { case fine, down, expired, throttled }

    private let isCached: Bool
    private let pages = Locked<[String: Page]>([:])
    private let platforms = Locked<[String: Platform]>([:])

    init(isCached: Bool = true) { self.isCached = isCached }

    func change(_ client: String, _ change: (inout Page) -> Void) {
        pages.withLock { change(&$0[client, default: Page(key: "pk_\(client)_key")]) }
    }

    func platform(of client: String, is state: Platform) { platforms.withLock { $0[client] = state } }

    func serve() throws -> Server {
        try Server([.tcp(host: "127.0.0.1", port: 0)], name: "sites") { _ in Answering(self) }
    }

    private final class Answering: Responder {
        private let sites: AgencySites
        init(_ sites: AgencySites) { self.sites = sites }
        func respond(to request: Request, _ exchange: Exchange) { exchange.reply(sites.answer(request)) }
    }

    private func answer(_ request: Request) -> Response {
        let parts = request.path.split(separator: "/").map(String.init)
        if parts.first == "platform", parts.count > 1 {
            return platformAnswer(request, platforms.withLock { $0[parts[1]] } ?? .fine)
        }
        let host = request.field("host") ?? ""
        guard let page = pages.withLock({ $0[String(host.prefix { $0 != "." })] }) else {
            return Response(200, fields: age(60))
        }
        return pageAnswer(page, path: request.path, query: request.query)
    }

    private func age(_ seconds: Int) -> [(name: String, value: String)] { isCached ? [("Age", "\(seconds)")] : [] }

    // MARK: A page

    private func pageAnswer(_ page: Page, path: String, query: String?) -> Response {
        func html(_ status: Int, _ body: String) -> Response {
            Response(
                status,
                fields: [("Content-Type", "text/html; charset=utf-8")] + age(1200)
                    + (page.policy.map { [("Content-Security-Policy", $0)] } ?? []),
                body: Array("<!doctype html><html><body>\(body)</body></html>".utf8))
        }
        switch page.wall {
        case .forbidden: return html(403, "Access denied")
        case .challenge: return html(503, "<title>Just a moment...</title>")
        case nil: break
        }
        func redirect(_ target: String) -> Response {
            let kept = page.dropsQuery ? nil : query
            return Response(302, fields: [("Location", target + (kept.map { "?\($0)" } ?? ""))] + age(5))
        }
        switch path {
        case "/offer": return redirect(page.isMoved ? "/spring" : "/offer/form")
        case "/spring": return html(200, "<h1>Our spring</h1>")
        default: break
        }
        if page.status != 200 { return html(page.status, "<title>\(page.status)</title>") }
        if page.isParked { return html(200, "<h1>This domain is for sale</h1>") }
        let snippet =
            page.hasSnippet
            ? #"<script src="https://relay.example/v1/relay.js" data-key="\#(page.key)"></script>"# : ""
        let inputs = page.fields.map { #"<input name="\#($0)">"# }.joined()
        let mark = page.isMarked ? " data-leadrelay" : ""
        return html(200, #"\#(snippet)<form\#(mark) action="/thanks" method="post">\#(inputs)</form>"#)
    }

    // MARK: The platform

    private func platformAnswer(_ request: Request, _ state: Platform) -> Response {
        func error(_ status: Int, _ code: Int, subcode: Int? = nil, _ words: String) -> Response {
            var members: [JSON.Member] = [
                .init("message", .string(words)), .init("type", "OAuthException"), .init("code", JSON(code)),
            ]
            if let subcode { members.append(.init("error_subcode", JSON(subcode))) }
            members.append(.init("fbtrace_id", "A1"))
            return json(status, ["error": .object(members)])
        }
        switch state {
        case .fine: break
        case .down: return json(503, ["error": "down"])
        case .expired: return error(400, 190, subcode: 463, "Error validating access token: Session has expired")
        case .throttled: return error(400, 80_004, "There have been too many calls to this ad-account.")
        }
        guard request.method == .post else { return json(200, ["id": "1", "name": "Pixel"]) }
        let events = (try? JSON(parsing: request.body))?["data"]?.array ?? []
        return json(200, ["events_received": JSON(events.count), "messages": [], "fbtrace_id": "A1"])
    }

    private func json(_ status: Int, _ body: JSON) -> Response {
        Response(status, fields: [("Content-Type", "application/json")] + age(1), body: body.bytes)
    }
}
