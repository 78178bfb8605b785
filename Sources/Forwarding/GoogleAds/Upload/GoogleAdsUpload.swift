import Curl
package import Domain

/// Google Ads through `uploadClickConversions` of the Google Ads API (google-ads.md, section 11): for accounts that
/// used it before June 2026 and may still.
///
/// A request is taken in part (`partialFailure`), and the answer has a verdict for each row at once.
package struct GoogleAdsUpload: Adapter {
    let destination: Destination
    let google: Destination.GoogleAds
    /// Of the Google Ads API, `v26`.
    let version: String

    package init(_ destination: Destination, _ google: Destination.GoogleAds, version: String) {
        self.destination = destination
        self.google = google
        self.version = version
    }

    package var limits: AdapterLimits {
        AdapterLimits(batch: 2000, usualBatch: 2000, throttleRest: .seconds(30), quota: google.sendingQuota)
    }
    package var credential: Destination.Credential? { google.credential }
    package var secrets: [(secret: String, mask: String)] { google.credential.secrets }
}
