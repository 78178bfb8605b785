/// How many requests a Cloud project is good for, whoever makes them (google-ads.md, section 9). What Google grants; a
/// tenth of it is left for others.
package struct ProjectQuota: Sendable, Equatable {
    /// Sending: `events:ingest`, or `uploadClickConversions`.
    package var sending: Rate?
    /// Asking what became of a request.
    package var asking = Rate(perMinute: 300, perDay: 50_000)

    package init() {}

    package struct Rate: Sendable, Equatable {
        package var perMinute: Int
        package var perDay: Int
        package init(perMinute: Int, perDay: Int) {
            self.perMinute = perMinute
            self.perDay = perDay
        }
    }
}

extension Destination.GoogleAds {
    /// What may be sent in the project's name. Data Manager documents its quota; the Google Ads API counts operations a
    /// day by the project's access level, of which Basic, the usual one, has 15,000, and documents no limit a minute.
    package var sendingRate: ProjectQuota.Rate {
        if let rate = credential.quota.sending { return rate }
        return switch transport {
        case .dataManager: ProjectQuota.Rate(perMinute: 300, perDay: 100_000)
        case .clickConversionUpload: ProjectQuota.Rate(perMinute: 300, perDay: 15_000)
        }
    }
}

extension Destination.Credential {
    /// The name of the Cloud project that it belongs to: as configured, else a service account's own, else the number
    /// that client ids of Google's begin with.
    package var projectName: String {
        if let project { return project }
        switch grant {
        case .refreshToken(let clientID, _, _):
            let number = clientID.prefix { $0 != "-" }
            return !number.isEmpty && number.utf8.allSatisfy { $0 &- 0x30 <= 9 } ? String(number) : clientID
        case .serviceAccount(let account):
            if let project = account.projectID { return project }
            let domain = account.email.split(separator: "@").last.map(String.init) ?? account.email
            return domain.hasSuffix(Self.accountDomain) ? String(domain.dropLast(Self.accountDomain.count)) : domain
        }
    }

    private static let accountDomain = ".iam.gserviceaccount.com"
}
