import Crypto

/// Twilio's proof that a callback is its own: base 64 of the HMAC-SHA1, keyed with the account's auth token, of the
/// whole URL and every posted field's name and value, sorted by name (twilio.com/docs/usage/security, "Validating
/// requests").
package enum TwilioSignature {
    /// The value of `X-Twilio-Signature`. `url` is the one that Twilio was given, scheme, query and all.
    package static func make(url: String, fields: [(name: String, value: String)], authToken: String) -> String {
        let text =
            url
            + fields.sorted { ($0.name, $0.value) < ($1.name, $1.value) }.map { $0.name + $0.value }.joined()
        return Base64.plain.encode(HMAC.sha1(key: Array(authToken.utf8), message: Array(text.utf8)))
    }

    package static func isGenuine(
        _ signature: String?, url: String, fields: [(name: String, value: String)], authToken: String
    ) -> Bool {
        guard let signature else { return false }
        return constantTimeEqual(signature, make(url: url, fields: fields, authToken: authToken))
    }
}
