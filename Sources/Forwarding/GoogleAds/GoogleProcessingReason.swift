import Domain

/// What each reason means that Google gives for an event after it had taken the request: the `ProcessingErrorReason`
/// values of Data Manager v1.9 (google-ads.md, section 6.1). A reason that is not listed is unclassified: retried,
/// counted and shown.
enum GoogleProcessingReason {
    enum Meaning: Equatable, Sendable {
        /// Stored before.
        case success
        /// This event will never be a conversion.
        case permanent
        /// The same event again, with the same transaction id; the least waits after the first, second … failure.
        case retry(Verdict.Cause, after: [Duration])
        /// A person must act; the events go out again afterwards.
        case hold
    }

    static func meaning(of reason: String) -> Meaning? { table[reason] }
    static var known: [String] { Array(table.keys) }

    private static let table: [String: Meaning] = {
        var table: [String: Meaning] = [
            prefix + "UNSPECIFIED": .retry(.unclassified, after: [.minutes(1)]),
            prefix + "INTERNAL_ERROR": .retry(.platformFault, after: [.hours(1), .hours(6), .hours(24)]),
            prefix + "TOO_RECENT_CLICK": .retry(.transient, after: [.hours(6)]),
            prefix + "TOO_RECENT_CALL": .retry(.transient, after: [.hours(6)]),
            prefix + "DESTINATION_TOO_RECENTLY_CREATED": .retry(.transient, after: [.hours(6)]),
            prefix + "DUPLICATE_GCLID": .success,
            prefix + "DUPLICATE_TRANSACTION_ID": .success,
            // The one name without REASON.
            "PROCESSING_ERROR_OPERATING_ACCOUNT_MISMATCH_FOR_AD_IDENTIFIER": .permanent,
        ]
        for reason in permanent.split(whereSeparator: \.isWhitespace) { table[prefix + reason] = .permanent }
        for reason in hold.split(whereSeparator: \.isWhitespace) { table[prefix + reason] = .hold }
        return table
    }()

    private static let prefix = "PROCESSING_ERROR_REASON_"

    private static let permanent = """
        INVALID_CUSTOM_VARIABLE EVENT_TOO_OLD DENIED_CONSENT UNKNOWN_CONSENT INVALID_GBRAID INVALID_GCLID
        INVALID_MERCHANT_ID INVALID_WBRAID INVALID_EVENT INSUFFICIENT_MATCHED_TRANSACTIONS INSUFFICIENT_TRANSACTIONS
        INVALID_FORMAT MATCH_ID_NOT_FOUND USER_ID_NOT_FOUND_FOR_MATCH_ID USER_ID_NOT_FOUND_FOR_GCLID
        USER_ID_NOT_FOUND_FOR_DCLID INVALID_AD_IDENTIFIERS INVALID_MOBILE_ID_FORMAT ORIGINAL_CONVERSIONS_NOT_FOUND
        EVENT_ID_DECODE_ERROR USER_ID_NOT_FOUND_FOR_IMPRESSION_ID USER_ID_NOT_FOUND CONVERSION_PRECEDES_CLICK
        INVALID_CLICK INVALID_OPERATING_ACCOUNT_FOR_CLICK CLICK_NOT_FOUND EXPIRED_CLICK EXPIRED_CALL INVALID_CALL
        """

    private static let hold = """
        CUSTOM_VARIABLE_NOT_ENABLED NO_CONSENT DESTINATION_ACCOUNT_ENHANCED_CONVERSIONS_TERMS_NOT_SIGNED
        DECRYPTION_ERROR DEK_DECRYPTION_ERROR INVALID_WIP INVALID_KEK WIP_AUTH_FAILED KEK_PERMISSION_DENIED
        AWS_AUTH_FAILED USER_IDENTIFIER_DECRYPTION_ERROR ONE_PER_CLICK_CONVERSION_ACTION_NOT_PERMITTED_WITH_BRAID
        EXTERNAL_ATTRIBUTION_DATA_MISSING
        """
}
