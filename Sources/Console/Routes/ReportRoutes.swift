import API
import Configuration
import Crypto
import Domain
import HTTP
import Intake
import Service
import Store

/// `/hooks/alerts/TOOL` and `/hooks/alerts/TOOL/TOKEN`: webhooks of tools that can neither set a header nor send JSON.
///
/// What comes here is turned into a call of `POST /api/alerts/from/{tool}`. The token is taken out of the address
/// before anything is done with it, so that it stands in no log and in no audit entry.
enum ReportHook {
    static let path = "/hooks/alerts/"

    /// The words behind `path`.
    static func words(_ path: String) -> (tool: String, token: String?)? {
        let words = path.dropFirst(Self.path.count).split(separator: "/", omittingEmptySubsequences: false)
            .map { $0.percentDecoded() ?? String($0) }
        guard (1...2).contains(words.count), !words.contains("") else { return nil }
        return (words[0], words.count == 2 ? words[1] : nil)
    }

    /// The body as the tools' readers want it: JSON as it is, a list under `items`, fields of a form or of the query as
    /// texts.
    static func body(_ request: Request) throws(Problem) -> JSON {
        var fields: [JSON.Member] = []
        if let query = request.query { fields = try members(Array(query.utf8)).filter { $0.name != tokenField } }
        guard !request.body.isEmpty else { return .object(fields) }
        let type = request.field("content-type").map { $0.prefix { $0 != ";" }.lowercased() } ?? ""
        if type == "application/x-www-form-urlencoded", request.body.first != UInt8(ascii: "{") {
            return .object(try members(request.body) + fields)
        }
        switch try? JSON(parsing: request.body) {
        case .object(let members)?:
            return .object(members + fields.filter { field in !members.contains { $0.name == field.name } })
        case .array(let items)?: return ["items": .array(items)]
        default: throw Problem(.requestUnusable, "The body is JSON, or the fields of a form.", invalid: "body")
        }
    }

    /// In the query of the address.
    static let tokenField = "token"

    private static func members(_ bytes: [UInt8]) throws(Problem) -> [JSON.Member] {
        guard let fields = try? FormFields(bytes) else { throw Problem(.requestUnusable, "Send fewer fields.") }
        return fields.all.map { JSON.Member($0.name, .string($0.value)) }
    }

    /// The token in a header: `Authorization` with any scheme (Grafana lets people choose one), as the password of
    /// basic authentication, or in a field of its own.
    static func token(_ request: Request) -> String? {
        if let authorization = request.field("authorization") {
            let parts = authorization.split(separator: " ", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { return parts.first }
            guard parts[0].lowercased() == "basic" else { return parts[1] }
            let pair = Base64.plain.decode(parts[1]).map { String(decoding: $0, as: UTF8.self) } ?? ""
            return pair.firstIndex(of: ":").map { String(pair[pair.index(after: $0)...]) }
        }
        for name in ["x-leadrelay-token", "x-api-key", "x-auth-token"] {
            if let value = request.field(name), !value.isEmpty { return value }
        }
        return nil
    }

    /// `Sentry-Hook-Signature`: HMAC-SHA256 of the body with the integration's client secret, in hex (docs.sentry.io,
    /// "Webhooks", "Sentry-Hook-Signature").
    static func isSigned(_ request: Request, _ secret: Secret) -> Bool {
        guard let signature = request.field("sentry-hook-signature") else { return false }
        let expected = Hex.encode(HMAC.sha256(key: Array(secret.value.utf8), message: request.body))
        return constantTimeEqual(signature.lowercased(), expected)
    }
}

extension ConsoleServer {
    func report(_ request: Request, _ path: String, _ visit: ClientInfo, _ exchange: Exchange) {
        let isReading = request.method == .get && request.query != nil
        guard request.method == .post || request.method == .put || isReading else {
            exchange.reply(
                Problem(.methodNotAllowed, "Allowed methods: POST, PUT, GET with a query.", allow: "GET, POST, PUT")
                    .response)
            return
        }
        guard let (tool, inPath) = ReportHook.words(path) else {
            exchange.reply(Problem(.notFound, "Webhooks of tools are posted to \(ReportHook.path)TOOL.").response)
            return
        }
        submit(.quick, visit, exchange, { $0.response }) { [relay] reader in
            let inQuery = request.query.flatMap { try? FormFields(query: $0) }?[ReportHook.tokenField]
            let visit = visit.with(bearer: ReportHook.token(request) ?? inPath ?? inQuery)
            let configured = relay.configuration.withLock { $0.tool(tool) }
            let caller: Principal
            if let configured, let secret = configured.signingSecret, ReportHook.isSigned(request, secret) {
                caller = Principal(
                    name: "tool \(configured.name)", permissions: [.reportAlerts],
                    clients: configured.client.isEmpty ? .all : .only([configured.client]))
            } else if let identity = try relay.identity(of: visit, reader), identity.session == nil {
                caller = identity.principal
            } else {
                throw Problem(
                    .notSignedIn,
                    """
                    Send a token with the scope "alerts.report": as Bearer, as the password of basic authentication, \
                    or at the end of the address.
                    """
                )
            }
            guard
                case .handler(let handler, let parameters) = Handlers.find(.post, "/api/alerts/from/\(tool)")
            else { throw Problem(.notFound, "No tool of this name is understood.") }
            var call = APICall(parameters: parameters, caller: caller)
            call.body = try ReportHook.body(request)
            call.address = visit.address
            return handler.response(to: call, relay, reader)
        }
    }
}
