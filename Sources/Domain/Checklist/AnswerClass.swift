/// What a platform's code says about the cause: coarser than a verdict, for the checklist. Codes are those of receipts.
package enum AnswerClass: String, CaseIterable, Sendable {
    /// Taken.
    case good
    /// Token, session, grant.
    case authentication
    /// The account may not be used by this login, or is not there.
    case permission
    /// The conversion action, dataset or terms.
    case action
    /// No click could be found for it: normal for some, a fault when many.
    case clickNotFound = "click_not_found"
    /// The window had closed.
    case tooOld = "too_old"
    /// Stamped before its click, or in the future.
    case time
    /// Click or conversion action too new.
    case tooRecent = "too_recent"
    /// A click id that cannot be read.
    case clickDamaged = "click_damaged"
    case throttled
    /// 5xx, time-out, no connection: the platform's own fault or the way there.
    case fault
    /// Skipped because of consent.
    case consent
    /// Everything else.
    case other

    /// `code` as on the receipt, `status` the HTTP status (0: none), `isGood` whether the delivery was taken.
    package static func of(_ code: String, status: Int, platform: String, isGood: Bool = false) -> AnswerClass {
        if isGood { return .good }
        // Of a code with a prefix of its kind, the last part says it.
        let name = code.hasPrefix(processing) ? String(code.dropFirst(processing.count)) : code
        if let known = common[name] { return known }
        switch platform {
        case "google_ads": return google[name] ?? byStatus(status, name)
        case "meta_ads": return meta(name) ?? byStatus(status, name)
        case "webhook" where status == 401: return .authentication
        case "webhook" where status == 403 || status == 410: return .permission
        default: return byStatus(status, name)
        }
    }

    private static let processing = "PROCESSING_ERROR_REASON_"

    private static func byStatus(_ status: Int, _ code: String) -> AnswerClass {
        switch status {
        case 429: .throttled
        case 401: .authentication
        case 408, 500...: .fault
        default: .other
        }
    }

    /// Codes of our own.
    private static let common: [String: AnswerClass] = [
        "unreachable": .fault, "interrupted": .fault, "expired": .tooOld, "too_old": .tooOld,
        "consent_denied": .consent, "consent_unspecified": .consent,
        "invalid_grant": .authentication, "invalid_client": .authentication, "unauthorized_client": .authentication,
        "scope_missing": .authentication, "private_key": .authentication,
    ]

    /// Data Manager's reasons, at the door and later, and those of the older upload.
    private static let google: [String: AnswerClass] = {
        let words: [(AnswerClass, String)] = [
            (
                .authentication,
                """
                UNAUTHENTICATED ACCESS_TOKEN_EXPIRED ACCESS_TOKEN_SCOPE_INSUFFICIENT OAUTH_TOKEN_EXPIRED
                OAUTH_TOKEN_INVALID OAUTH_TOKEN_REVOKED OAUTH_TOKEN_DISABLED AUTHENTICATION_ERROR NOT_ADS_USER
                TWO_STEP_VERIFICATION_NOT_ENROLLED API_KEY_INVALID CONSUMER_INVALID
                """
            ),
            (
                .permission,
                """
                PERMISSION_DENIED NOT_FOUND UNAUTHORIZED_CUSTOMER USER_PERMISSION_DENIED CUSTOMER_NOT_ENABLED
                CUSTOMER_NOT_FOUND INVALID_DESTINATION OPERATING_ACCOUNT_LOGIN_ACCOUNT_MISMATCH \
                INVALID_CUSTOMER_FOR_CLICK
                INVALID_OPERATING_ACCOUNT_FOR_CLICK UNSUPPORTED_OPERATING_ACCOUNT_FOR_DATA_PARTNER NOT_ALLOWLISTED
                INVALID_AD_IDENTIFIER_FOR_ACCOUNT PROCESSING_ERROR_OPERATING_ACCOUNT_MISMATCH_FOR_AD_IDENTIFIER
                ACCESS_PROHIBITED ACCESS_DENIED USER_PROJECT_DENIED CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE
                SERVICE_DISABLED
                """
            ),
            (
                .action,
                """
                NO_CONVERSION_ACTION_FOUND INVALID_CONVERSION_ACTION INVALID_CONVERSION_ACTION_ID
                INVALID_CONVERSION_ACTION_TYPE CONVERSION_TRACKING_NOT_ENABLED_AT_IMPRESSION_TIME
                CUSTOMER_NOT_ACCEPTED_CUSTOMER_DATA_TERMS CUSTOMER_DATA_POLICY_PROHIBITS_ENHANCED_CONVERSIONS
                CUSTOMER_NOT_ENABLED_ENHANCED_CONVERSIONS_FOR_LEADS TERMS_AND_CONDITIONS_NOT_SIGNED
                DESTINATION_ACCOUNT_NOT_ENABLED_ENHANCED_CONVERSIONS_FOR_LEADS
                DESTINATION_ACCOUNT_DATA_POLICY_PROHIBITS_ENHANCED_CONVERSIONS
                DESTINATION_ACCOUNT_ENHANCED_CONVERSIONS_TERMS_NOT_SIGNED
                ONE_PER_CLICK_CONVERSION_ACTION_NOT_PERMITTED_WITH_BRAID EXTERNAL_ATTRIBUTION_DATA_MISSING
                EXTERNAL_ATTRIBUTION_DATA_NOT_SET_FOR_EXTERNALLY_ATTRIBUTED_CONVERSION_ACTION
                EXTERNAL_ATTRIBUTION_DATA_SET_FOR_NON_EXTERNALLY_ATTRIBUTED_CONVERSION_ACTION
                ORDER_ID_NOT_PERMITTED_FOR_EXTERNALLY_ATTRIBUTED_CONVERSION_ACTION
                EU_POLITICAL_ADVERTISING_DECLARATION_REQUIRED CUSTOM_VARIABLE_NOT_ENABLED
                """
            ),
            (
                .clickNotFound,
                """
                EVENT_NOT_FOUND CLICK_NOT_FOUND MATCH_ID_NOT_FOUND USER_ID_NOT_FOUND USER_ID_NOT_FOUND_FOR_GCLID
                ORIGINAL_CONVERSIONS_NOT_FOUND
                """
            ),
            (.tooOld, "EXPIRED_EVENT EXPIRED_CLICK EXPIRED_CALL EVENT_TOO_OLD REQUEST_TOO_OLD"),
            (.time, "CONVERSION_PRECEDES_EVENT CONVERSION_PRECEDES_CLICK EVENT_TIME_INVALID"),
            (
                .tooRecent,
                """
                TOO_RECENT_EVENT TOO_RECENT_CLICK TOO_RECENT_CONVERSION_ACTION DESTINATION_TOO_RECENTLY_CREATED
                CONVERSION_ACTION_TOO_RECENTLY_CREATED
                """
            ),
            (
                .clickDamaged,
                """
                UNPARSEABLE_GCLID UNPARSEABLE_GBRAID UNPARSEABLE_WBRAID INVALID_GCLID INVALID_GBRAID INVALID_WBRAID
                INVALID_CLICK INVALID_AD_IDENTIFIERS
                """
            ),
            (.throttled, "RESOURCE_EXHAUSTED RATE_LIMIT_EXCEEDED RESOURCE_TEMPORARILY_EXHAUSTED"),
            (.fault, "INTERNAL_ERROR DEADLINE_EXCEEDED TRANSIENT_ERROR UNAVAILABLE INTERNAL"),
            (.consent, "DENIED_CONSENT UNKNOWN_CONSENT NO_CONSENT"),
        ]
        var table: [String: AnswerClass] = [:]
        for (kind, names) in words {
            for name in names.split(whereSeparator: \.isWhitespace) { table[String(name)] = kind }
        }
        return table
    }()

    /// `code` or `code/subcode` (meta-ads.md, section 5).
    private static func meta(_ text: String) -> AnswerClass? {
        switch text {
        case "100/2804001": return .clickDamaged
        case "100/2804003": return .tooOld
        case "100/2804118", "100/2804132": return .action
        case "100/33": return .permission
        default: break
        }
        guard let code = Int(text.prefix { $0 != "/" }) else { return nil }
        switch code {
        case 102, 190, 2635: return .authentication
        case 3, 10, 200...299, 294: return .permission
        case 4, 17, 32, 341, 368, 613, 80_000...80_014: return .throttled
        case 1, 2, 5000: return .fault
        default: return nil
        }
    }
}
