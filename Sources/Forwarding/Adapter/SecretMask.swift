import Crypto
package import Curl
import Domain

extension Adapter {
    /// The request without anything secret, for people to look at. The bytes of a secret are replaced wherever they
    /// stand and however they are written there, so that nothing has to be understood of the request: what cannot be
    /// read is masked all the same.
    package func masked(_ transfer: Transfer) -> Transfer {
        var transfer = transfer
        transfer.fields = transfer.fields.map { field in
            switch field.name.lowercased() {
            case "authorization": (field.name, "Bearer ***")
            case "webhook-signature": (field.name, "v1,***")
            default: field
            }
        }
        // A secret may be a part of another.
        for (secret, mask) in secrets.sorted(by: { $0.secret.utf8.count > $1.secret.utf8.count }) {
            for form in SecretMask.forms(of: secret) {
                transfer.url = SecretMask.replaced(form, with: mask, in: transfer.url)
                transfer.fields = transfer.fields.map { ($0.name, SecretMask.replaced(form, with: mask, in: $0.value)) }
                transfer.body = transfer.body.map { SecretMask.replaced(form, with: mask, in: $0) }
            }
        }
        return transfer
    }
}

enum SecretMask {
    /// As it is, and as it is written in JSON, in a query, and in base 64.
    static func forms(of secret: String) -> [[UInt8]] {
        guard !secret.isEmpty else { return [] }
        var written: [UInt8] = []
        JSON.write(secret, to: &written)
        let plain = Array(secret.utf8)
        let encoded = AccessToken.percentEncoded(secret)
        let forms = [
            plain, Array(written.dropFirst().dropLast()), Array(encoded.utf8), Array(encoded.lowercased().utf8),
            Array(Base64.plain.encode(plain).utf8), Array(Base64.url.encode(plain).utf8),
        ]
        return forms.enumerated().filter { !forms[..<$0.offset].contains($0.element) }.map(\.element)
    }

    static func replaced(_ secret: [UInt8], with mask: String, in text: String) -> String {
        String(decoding: replaced(secret, with: mask, in: Array(text.utf8)), as: UTF8.self)
    }

    static func replaced(_ secret: [UInt8], with mask: String, in bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var start = 0
        while let place = bytes.place(of: secret, from: start) {
            result += bytes[start..<place]
            result += mask.utf8
            start = place + secret.count
        }
        return start == 0 ? bytes : result + bytes[start...]
    }
}

extension Destination.Credential {
    /// What must not be seen of it.
    var secrets: [(secret: String, mask: String)] {
        switch grant {
        case .refreshToken(_, let clientSecret, let refreshToken):
            [(clientSecret.value, "***"), (refreshToken.value, "***")]
        case .serviceAccount(let account): [(account.privateKey.value, "***")]
        }
    }
}
