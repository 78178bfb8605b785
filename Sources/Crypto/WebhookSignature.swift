/// Signatures of Standard Webhooks with a shared secret: `v1,` and the HMAC-SHA256 of `id.timestamp.body` in base 64.
package enum WebhookSignature {
    /// What a secret is written as: `whsec_` and 24 to 64 bytes in base 64. `nil` for anything else.
    package static func key(_ secret: String) -> [UInt8]? {
        guard secret.hasPrefix("whsec_"), let key = Base64.plain.decode(String(secret.dropFirst("whsec_".count))),
            (24...64).contains(key.count)
        else { return nil }
        return key
    }

    package static func make(id: String, seconds: Int64, body: [UInt8], key: [UInt8]) -> String {
        "v1," + Base64.plain.encode(HMAC.sha256(key: key, message: Array("\(id).\(seconds).".utf8) + body))
    }
}
