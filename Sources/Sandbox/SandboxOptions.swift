package import Crypto

/// What can be set about a sandbox. Everything that is remembered has a bound.
package struct SandboxOptions: Sendable {
    /// Event ids, over all platforms and accounts (`not_remembered` counts the events beyond).
    package var maximumIDs = 4_000_000
    /// Whole events, for each platform; the newest are kept.
    package var maximumEvents = 1_000
    /// Google requests whose status can be asked for; the newest are kept.
    package var maximumRequests = 100_000
    /// Google access tokens that are valid at once; the newest are kept.
    package var maximumTokens = 1_000
    /// Faults that can be on at once.
    package var maximumFaults = 1_000
    /// Bytes of a request's body.
    package var maximumBody = 16 << 20

    /// How long an access token of Google's is good for.
    package var tokenLifetime = Duration.seconds(3599)
    /// Refresh tokens that are taken; empty: all.
    package var refreshTokens: Set<String> = []
    /// How long refresh tokens last, as Google says while an OAuth app is in testing; `nil`: it says nothing.
    package var refreshTokenLifetime: Duration?
    /// What the person has ticked on the consent screen.
    package var grantedScope =
        "https://www.googleapis.com/auth/datamanager https://www.googleapis.com/auth/adwords"
    /// What service accounts' assertions must be signed for; without it every signature of the right length will do.
    package var serviceAccountKey: RSAPublicKey?
    /// How long Google says PROCESSING of a request.
    package var processingTime = Duration.seconds(2)
    /// Access tokens that Meta takes; empty: all.
    package var metaAccessTokens: Set<String> = []
    /// With it every request to Meta must carry the right `appsecret_proof`.
    package var metaAppSecret: String?
    /// What webhooks must be signed with, `whsec_…`; without it only the form of their signatures is looked at.
    package var webhookSecret: String?
    /// The relay that the pages at `/demo/` send to; without it there are no pages.
    package var demonstration: Demonstration?
    /// Where requests with events are kept as they came.
    package var records: RequestRecords?
    /// Whether the Slack app may read the history of its channels.
    package var slackReadsHistory = true

    package init() {}
}
