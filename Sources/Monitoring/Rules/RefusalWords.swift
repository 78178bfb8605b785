import Domain
import Store

/// What to do about requests that intake refuses, by the problem's name.
enum RefusalWords {
    /// Places that are named.
    private static let shown = 5

    static func evidence(_ places: [RefusalCount]) -> [Finding.Evidence] {
        var evidence = places.prefix(shown).map { place in
            let origin = place.host.isEmpty ? "" : " from \(place.host)"
            let key = place.key.isEmpty ? "" : ", key \(place.key)…"
            return Finding.Evidence(
                "refused: \(place.reason)\(origin)\(key)", "\(place.count) since \(place.first.plain)")
        }
        var seen: Set<String> = []
        for place in places.prefix(shown) where seen.insert(place.reason).inserted {
            evidence.append(.init("what to do", remedy(place.reason, host: place.host)))
        }
        return evidence
    }

    static func remedy(_ reason: String, host: String) -> String {
        switch reason {
        case "origin-not-allowed":
            """
            If the page is the client's, add \
            \(host.isEmpty ? "its origin (\"null\" where it hides it)" : "https://\(host)") to the source's origins.
            """
        case "key-unknown", "key-missing":
            "Give the sender the key of its source; a retired key can be kept beside the new one."
        case "signature-missing", "signature-wrong": "Compare the signature_secret with the sender's."
        case "signature-expired": "Set the sender's clock, and have it sign each attempt again."
        case "body-too-large", "batch-too-large": "Let the sender send fewer events at a time, or raise maximum_body."
        case "body-broken": "Have the sender compress the body again, and check what damages it on its way."
        case "media-type-not-supported": "Let the sender post JSON or a form, and name it in Content-Type."
        case "encoding-not-supported": "Let the sender post the body as it is, or packed with gzip."
        case "too-many-from-source": "Raise the source's rate if so many are real."
        case "too-many-from-address":
            """
            Raise address_rate if many people share an address. Behind a proxy, name it in trusted_proxies: else \
            all visitors have one address.
            """
        default: "The response tells the sender what is wrong: \(reason)."
        }
    }
}
