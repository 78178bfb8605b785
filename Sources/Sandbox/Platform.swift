/// What the sandbox imitates.
package enum Platform: String, Sendable, CaseIterable {
    case googleAds = "google_ads"
    /// Google's older way of taking leads, `uploadClickConversions`.
    case googleAdsUpload = "google_ads_upload"
    case metaAds = "meta_ads"
    /// A customer's own receiver of signed webhooks.
    case webhook
    /// Google's OAuth 2 token endpoint.
    case googleToken = "google_token"
    /// Google's answer to what became of a request.
    case googleStatus = "google_status"
    // Ways to reach people.
    case slack
    case pagerDuty = "pagerduty"
    case twilio
    case alertmanager
    case alertmanagerAPI = "alertmanager_api"
    case teams
    case telegram
    case jira
    case alertWebhook = "alert_webhook"
    case heartbeat
}
