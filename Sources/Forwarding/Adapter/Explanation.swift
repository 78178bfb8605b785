import Domain

/// What a platform's code means in plain words, and what to do about it. For pages, messages and whoever is woken at
/// night.
package struct Explanation: Equatable, Sendable {
    package let meaning: String
    package let remedy: String

    private init(_ meaning: String, _ remedy: String) {
        self.meaning = meaning
        self.remedy = remedy
    }

    /// For any code: the words for that very code, else for its kind. `kind` is a cause of a retry or an outcome.
    package init(platform: String, code: String, kind: String, status: Int) {
        if let own = Self.own[code] {
            self = own
            return
        }
        let known: Explanation? =
            switch platform {
            case "google_ads": Self.google[code] ?? Self.general(google: code)
            case "meta_ads": Self.meta(code)
            default: nil
            }
        self = known ?? Self.general(kind: kind, status: status)
    }

    /// Our own codes.
    private static let own: [String: Explanation] = [
        "expired": Explanation(
            "The platform takes a lead only for some days, and they passed before it could be sent.",
            "Nothing can be done for these leads. Find out what kept the lane from sending in time."),
        "unconfirmed": Explanation(
            "Google took the lead and never said what became of it.", "Compare the counts in Google Ads."),
        "erased": Explanation("The person was erased before the lead could be sent.", "No action needed."),
    ]

    private static let google: [String: Explanation] = [
        "PERMISSION_DENIED": Explanation(
            "The account behind the credential may not send conversions to this Google Ads account.",
            """
            Give it access in Google Ads under Admin, Access and security, or set login_account to the manager \
            account. Then resume.
            """
        ),
        "NOT_FOUND": Explanation(
            "Google does not know the account or the conversion action.",
            "Check account and conversion_actions in the configuration, then resume."),
        "INVALID_CONVERSION_ACTION_ID": Explanation(
            "There is no conversion action with this id in the account.",
            """
            Take the id from the address bar of the conversion action in Google Ads (ctId), correct \
            conversion_actions, then resume.
            """
        ),
        "INVALID_CONVERSION_ACTION_TYPE": Explanation(
            "The conversion action is not one for imported leads.",
            "Make a conversion action of the type Import, from clicks, and put its id into conversion_actions."),
        "CONVERSION_ACTION_TOO_RECENTLY_CREATED": Explanation(
            "Google takes up to six hours until it accepts leads for a new conversion action.",
            "Wait: the lane tries again by itself."),
        "TERMS_AND_CONDITIONS_NOT_SIGNED": Explanation(
            "Somebody has to accept Google’s customer data terms for this account.",
            "Accept them in Google Ads under Goals, Conversions, Settings, then resume."),
        "DESTINATION_ACCOUNT_ENHANCED_CONVERSIONS_TERMS_NOT_SIGNED": Explanation(
            "Enhanced conversions for leads are not accepted for this account.",
            "Turn them on in Google Ads under Goals, Conversions, Settings, then resume."),
        "DESTINATION_ACCOUNT_NOT_ENABLED_ENHANCED_CONVERSIONS_FOR_LEADS": Explanation(
            "Enhanced conversions for leads are off in this account.",
            "Turn them on in Google Ads under Goals, Conversions, Settings, then resume."),
        "EVENT_TIME_INVALID": Explanation(
            "The time of the lead is in the future or older than Google takes.", "Check the clock of whoever posts."),
        "NO_IDENTIFIERS_PROVIDED": Explanation(
            "There was neither a click id nor a usable e-mail address or number.",
            "Check that the landing page keeps gclid, and the fields of the form."),
        "SERVICE_DISABLED": Explanation(
            "The Data Manager API is not switched on in the Google Cloud project.",
            "Enable datamanager.googleapis.com in the project of the OAuth client, then resume."),
        "ACCESS_TOKEN_SCOPE_INSUFFICIENT": Explanation(
            "The grant does not cover the Data Manager API.",
            "Grant access anew with the scope https://www.googleapis.com/auth/datamanager, then resume."),
        "RESOURCE_EXHAUSTED": Explanation(
            "The Google Cloud project’s quota is used up for now.",
            "Leads go again by themselves. If it stays, raise pace.linger or ask Google for more."),
        "invalid_grant": Explanation(
            """
            The refresh token is no longer good: revoked, or the OAuth app is still in testing, where tokens end \
            after a week.
            """,
            "Publish the OAuth app, grant access anew, put the new token in place, then resume."),
        "invalid_client": Explanation(
            "Google does not know the OAuth client, or the secret is wrong.",
            "Check client_id and client_secret, then resume."),
    ]

    private static func general(google code: String) -> Explanation? {
        switch GoogleReason.meaning(of: code) {
        case .hold: general(kind: "hold", status: 403)
        case .permanent: general(kind: "rejected", status: 400)
        case .retry(let cause, _): general(kind: cause.rawValue, status: 0)
        case .rest, .smaller, .success, nil: nil
        }
    }

    private static func meta(_ code: String) -> Explanation? {
        let parts = code.split(separator: "/").map { Int64($0) ?? 0 }
        guard let number = parts.first else { return nil }
        let subcode = parts.count > 1 ? parts[1] : 0
        if number == 190 {
            return Explanation(
                "The access token is no longer good: it ended, was revoked, or its user lost access.",
                "Make a new system user token in Meta Business settings, put it in place, then resume.")
        }
        if number == 104 || number == 2500 {
            return Explanation(
                "Meta saw no access token that it could read.",
                "Check access_token: a system user's token from Meta Business settings, alone in its file. Then resume."
            )
        }
        if number == 12 || number == 2635 {
            return Explanation(
                "Meta has switched this version of its interface off.",
                "Raise version, or leave it out for the newest that is known here. Then resume.")
        }
        if number == 803 || number == 100 && subcode == 33 {
            return Explanation(
                "Meta does not know the pixel, or the token may not use it.",
                "Check pixel, and give the system user access to it in Events Manager, then resume.")
        }
        if number == 100, subcode == 2_804_003 {
            return Explanation(
                "The lead happened more than seven days ago; Meta takes no older ones.",
                "Nothing can be done for these leads. Find out what kept the lane from sending in time.")
        }
        switch MetaCode.meaning(code: number, subcode: subcode, message: "") {
        case .permanent:
            return Explanation(
                "Meta refuses this lead because of what is in it.",
                "Look at one of the leads: Meta’s own words say which field.")
        case .retry(let cause, _): return general(kind: cause.rawValue, status: 0)
        case .throttled: return general(kind: Verdict.Cause.throttled.rawValue, status: 429)
        case .hold:
            return Explanation(
                "The token lacks a permission, or the pixel’s terms are not accepted.",
                "Check the system user’s permissions and the pixel in Events Manager, then resume.")
        case nil: return nil
        }
    }

    private static func general(kind: String, status: Int) -> Explanation {
        switch Verdict.Cause(rawValue: kind) {
        case .unreachable:
            return Explanation(
                "There was no connection to the platform.",
                "Leads go again by themselves. If it stays: check the machine’s network, DNS and outgoing firewall.")
        case .unknown:
            return Explanation(
                "The request was sent, but no answer came that could be read.",
                "Leads go again by themselves; the platform recognises a second copy.")
        case .throttled:
            return Explanation(
                "The platform asks for fewer requests.", "Leads go again by themselves. If it stays, lower the pace.")
        case .transient, .platformFault:
            return Explanation(
                "The platform has trouble of its own.",
                "Leads go again by themselves. If it stays, look at the platform’s status page.")
        case .unclassified:
            return Explanation(
                "The platform gave an answer that is not known here.",
                "Leads go again until the platform’s window closes. Look up the code in the platform’s documentation.")
        case .credentials:
            return Explanation("The access token had run out.", "It is renewed automatically.")
        case nil: break
        }
        switch kind {
        case "hold":
            return Explanation(
                "Somebody has to act at the platform before it takes anything.",
                "Do what the platform’s own words ask for, then resume.")
        case "expired": return own["expired"]!
        case "released":
            return Explanation(
                "It was sent in smaller parts to find the event that spoils the batch.", "No action needed.")
        case "rejected":
            return Explanation(
                "The platform will never take this lead.", "The platform’s own words say why; look at one of the leads."
            )
        default:
            return Explanation(
                status >= 500 ? "The other side broke down." : "The other side did not take it.",
                "Look at one of the leads for its own words.")
        }
    }
}
