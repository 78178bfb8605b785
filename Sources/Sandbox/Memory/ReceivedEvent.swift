import Domain

/// An event that passed the checks, as the memory and the faults see it.
struct ReceivedEvent: Sendable {
    let platform: Platform
    /// Google's transaction id, Meta's event id, a webhook's id.
    let id: String
    let json: JSON

    /// Ids of the click, wherever the platform has them.
    var clicks: [String] {
        switch platform {
        case .metaAds: texts(json["user_data"]?["fbc"])
        case .webhook: (json["data"]?["event"]?["click"]?.object ?? []).compactMap(\.value.string)
        case .googleAdsUpload: ["gclid", "gbraid", "wbraid"].compactMap { json[$0]?.string }
        default: ["gclid", "gbraid", "wbraid"].compactMap { json["adIdentifiers"]?[$0]?.string }
        }
    }

    /// Hashes of the e-mail; to a webhook it comes in clear.
    var emails: [String] {
        switch platform {
        case .metaAds: texts(json["user_data"]?["em"])
        case .webhook: texts(json["data"]?["event"]?["person"]?["email"])
        case .googleAdsUpload: (json["userIdentifiers"]?.array ?? []).compactMap { $0["hashedEmail"]?.string }
        default: (json["userData"]?["userIdentifiers"]?.array ?? []).compactMap { $0["emailAddress"]?.string }
        }
    }

    private func texts(_ value: JSON?) -> [String] {
        value?.string.map { [$0] } ?? (value?.array ?? []).compactMap(\.string)
    }
}
