import Curl
package import Domain

/// Google Ads through the Data Manager API, `events:ingest` (google-ads.md).
///
/// A 200 is a receipt, not a conversion: the deliveries are `sent`, and `requestStatus:retrieve` says later what became
/// of them (`GoogleAdsStatus.swift`). A request is taken whole or not at all, so the answer's violations say which
/// events to leave out before the rest is sent again.
package struct GoogleAds: Adapter {
    let destination: Destination
    let google: Destination.GoogleAds

    package init(_ destination: Destination, _ google: Destination.GoogleAds) {
        self.destination = destination
        self.google = google
    }

    package var limits: AdapterLimits {
        // Requests are few, and a refusal names the events that it is about: large batches.
        AdapterLimits(
            batch: 2000, usualBatch: 2000, throttleRest: .minutes(1), confirmAfter: google.confirmAfter,
            quota: google.sendingQuota, inquiryQuota: google.askingQuota)
    }
    package var credential: Destination.Credential? { google.credential }
    package var secrets: [(secret: String, mask: String)] { google.credential.secrets }
}
