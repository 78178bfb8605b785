import Crypto
import Domain
import HTTP

/// `POST /vNN.N/{pixel}/events` of the Conversions API: one bad event, and nothing of the request is taken.
extension Sandbox {
    func metaEvents(_ request: Request) -> Finding {
        let trace = "A" + Base64.url.encode(randomBytes(15))
        func refused(_ error: MetaError, _ reason: String) -> Finding {
            .refused(.metaAds, error.response(trace: trace), reason, trace: trace)
        }
        let path = request.path.split(separator: "/", omittingEmptySubsequences: false)
        guard path.count == 4, Self.isVersion(path[1]) else {
            return refused(MetaError(code: 2500, message: "Unknown path components: \(request.path)"), "path")
        }
        let pixel = String(path[2])
        guard pixel.isDigits else { return refused(.unknownPixel(pixel), "100/33") }
        guard let body = Self.body(of: request), body.object != nil else { return refused(.notJSON, "not_json") }
        if let error = authenticate(request, body) { return refused(error, "\(error.code)") }

        let content = MetaBody(body, now: now)
        if let defect = content.defects.first {
            return refused(
                .invalid(defect), ["100", defect.subcode.map(String.init)].compactMap(\.self).joined(separator: "/"))
        }
        let answer: JSON = [
            "events_received": JSON(content.events.count), "messages": [], "fbtrace_id": .string(trace),
        ]
        var finding = Finding(platform: .metaAds, response: .json(200, answer), trace: trace)
        finding.accounts = [pixel]
        finding.events = content.events.map { ReceivedEvent(platform: .metaAds, id: $0.id, json: $0.json) }
        finding.deliveries = content.events.indices.map { ($0, 0) }
        return finding
    }

    /// `GET /vNN.N/{pixel}?fields=id,name`: every pixel is there.
    func metaPixel(_ request: Request) -> Finding {
        let trace = "A" + Base64.url.encode(randomBytes(15))
        if let error = authenticate(request, .object([])) {
            return .refused(.metaAds, error.response(trace: trace), "\(error.code)", trace: trace)
        }
        let pixel = request.path.split(separator: "/").last.map(String.init) ?? ""
        return Finding(
            platform: .metaAds,
            response: .json(200, ["id": .string(pixel), "name": .string("Sandbox pixel \(pixel)")]), isKept: false,
            trace: trace)
    }

    /// `v` and two numbers: `v26.0`.
    private static func isVersion(_ text: Substring) -> Bool {
        let parts = text.dropFirst().split(separator: ".", omittingEmptySubsequences: false)
        return text.hasPrefix("v") && parts.count == 2 && parts.allSatisfy { String($0).isDigits }
    }

    /// JSON, or a form as Meta's own SDK sends it, whose `data` is a JSON text.
    private static func body(of request: Request) -> JSON? {
        switch request.field("content-type").flatMap(MediaType.init)?.name {
        case "application/json": return try? JSON(parsing: request.body)
        case "application/x-www-form-urlencoded":
            guard let form = try? FormFields(request.body) else { return nil }
            return .object(
                form.all.map { name, value in
                    let isText = name != "data" && name != "platforms" && name != "trace"
                    return JSON.Member(name, isText ? .string(value) : (try? JSON(parsing: Array(value.utf8))) ?? .null)
                })
        default: return nil
        }
    }

    /// The token may stand in the body, in the query, or in the head.
    private func authenticate(_ request: Request, _ body: JSON) -> MetaError? {
        let query = request.query.flatMap { try? FormFields(query: $0) }
        let head = request.field("authorization").flatMap { $0.hasPrefix("Bearer ") ? String($0.dropFirst(7)) : nil }
        guard let token = body["access_token"]?.string ?? query?["access_token"] ?? head, !token.isEmpty else {
            return .noToken
        }
        guard options.metaAccessTokens.isEmpty || options.metaAccessTokens.contains(token) else { return .unknownToken }
        guard let secret = options.metaAppSecret else { return nil }
        guard let proof = body["appsecret_proof"]?.string ?? query?["appsecret_proof"] else { return .noProof }
        let right = Hex.encode(HMAC.sha256(key: Array(secret.utf8), message: Array(token.utf8)))
        return constantTimeEqual(proof, right) ? nil : .wrongProof
    }
}
