import Crypto
import Curl
package import Domain

/// Meta Ads through the Conversions API, `/{pixel}/events` (meta-ads.md).
///
/// One event that Meta does not like fails the whole request, and the answer does not say which: a refused batch is
/// halved until the event stands alone.
package struct MetaAds: Adapter {
    let destination: Destination
    let meta: Destination.MetaAds
    /// Proves that we know the app's secret without showing it.
    let proof: String?

    package init(_ destination: Destination, _ meta: Destination.MetaAds) {
        self.destination = destination
        self.meta = meta
        proof = meta.appSecret.map { Self.appSecretProof(secret: $0.value, accessToken: meta.accessToken.value) }
    }

    /// HMAC-SHA256 of the access token under the app's secret, in hexadecimal digits.
    package static func appSecretProof(secret: String, accessToken: String) -> String {
        Hex.encode(HMAC.sha256(key: Array(secret.utf8), message: Array(accessToken.utf8)))
    }

    package var limits: AdapterLimits {
        AdapterLimits(
            batch: 1000, deduplication: Destination.MetaAds.deduplication, throttleRest: .minutes(5))
    }
    package var credential: Destination.Credential? { nil }
}
