extension Destination.GoogleAds {
    /// Which of Google's interfaces is used.
    package enum Transport: Sendable, Equatable {
        /// `events:ingest` of the Data Manager API: open to everybody; the verdict comes later.
        case dataManager
        /// `uploadClickConversions` of a version of the Google Ads API: only for those who used it before June 2026;
        /// the verdict comes at once, for each row.
        case clickConversionUpload(version: String)

        /// What an access token must be good for (OAuth 2).
        package var scope: String {
            switch self {
            case .dataManager: "https://www.googleapis.com/auth/datamanager"
            case .clickConversionUpload: "https://www.googleapis.com/auth/adwords"
            }
        }

        /// Where Google answers.
        package var endpoint: String {
            switch self {
            case .dataManager: "https://datamanager.googleapis.com"
            case .clickConversionUpload: "https://googleads.googleapis.com"
            }
        }

        /// The newest version of the Google Ads API that the upload was written for.
        package static let newestVersion = "v26"
    }
}
