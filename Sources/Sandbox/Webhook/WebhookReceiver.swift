import Crypto
import Domain
import HTTP

/// `POST /webhook/{name}`: a customer's receiver that verifies what Standard Webhooks says, and then our own contract
/// of the body.
extension Sandbox {
    /// How far the sender's clock may be off before a request counts as replayed.
    private static let tolerance: Int64 = 300

    func webhook(_ request: Request) -> Finding {
        func refused(_ status: Int, _ reason: String) -> Finding {
            .refused(.webhook, .json(status, ["error": .string(reason)]), reason)
        }
        let name = String(request.path.dropFirst("/webhook/".count))
        guard !name.isEmpty, !name.contains("/") else { return refused(404, "no_such_webhook") }
        guard request.field("content-type").flatMap(MediaType.init)?.name == "application/json" else {
            return refused(400, "type")
        }
        guard let id = request.field("webhook-id"), !id.isEmpty, !id.contains(".") else { return refused(400, "id") }
        guard let text = request.field("webhook-timestamp"), let seconds = Int64(text), text == String(seconds),
            abs(now.seconds - seconds) <= Self.tolerance
        else { return refused(400, "timestamp") }
        guard isSigned(request, id: id, seconds: text) else { return refused(401, "signature") }
        if let body = try? JSON(parsing: request.body), body["type"]?.string == "preflight" {
            return Finding(platform: .webhook, response: Response(204), isKept: false, trace: id)
        }
        guard let body = try? JSON(parsing: request.body), Self.isOurs(body) else { return refused(422, "body") }
        var finding = Finding(platform: .webhook, response: Response(204), trace: id)
        finding.accounts = [name]
        finding.events = [ReceivedEvent(platform: .webhook, id: id, json: body)]
        finding.deliveries = [(0, 0)]
        return finding
    }

    /// One good signature among those that are offered is enough; without a secret its form is.
    private func isSigned(_ request: Request, id: String, seconds: String) -> Bool {
        let offered = (request.field("webhook-signature") ?? "").split(separator: " ").filter { $0.hasPrefix("v1,") }
            .compactMap { Base64.plain.decode(String($0.dropFirst("v1,".count))) }.filter { $0.count == SHA256.length }
        guard let secret = options.webhookSecret else { return !offered.isEmpty }
        guard let key = Base64.plain.decode(String(secret.trimmingPrefix("whsec_"))) else { return false }
        let right = HMAC.sha256(key: key, message: Array("\(id).\(seconds).".utf8) + request.body)
        return offered.contains { constantTimeEqual($0, right) }
    }

    private static func isOurs(_ body: JSON) -> Bool {
        func isMoment(_ value: JSON?) -> Bool { value?.string.flatMap { Instant(rfc3339: $0) } != nil }
        guard let type = body["type"]?.string, !type.isEmpty, isMoment(body["timestamp"]), let data = body["data"]
        else { return false }
        return data["lead_id"]?.string.flatMap { LeadID($0) } != nil && data["event_id"]?.string?.isEmpty == false
            && data["source"]?.string?.isEmpty == false && isMoment(data["received_at"])
            && data["dimension"]?.object != nil && data["event"]?["event"]?.string == type
    }
}
