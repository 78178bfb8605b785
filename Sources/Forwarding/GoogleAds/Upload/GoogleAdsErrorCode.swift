import Domain

/// What each error of the Google Ads API v26 means for an upload of click conversions (google-ads.md, section 11.4), by
/// `family.VALUE` as `errorCode` has it. An error that is not listed is unclassified: retried, counted and shown.
enum GoogleAdsErrorCode {
    enum Meaning: Equatable, Sendable {
        /// Stored before.
        case success
        /// This row will never be taken.
        case permanent
        /// Again later; `after` is the least wait.
        case retry(Verdict.Cause, after: Duration?)
        /// The operations of the day are used up.
        case dayIsSpent
        /// Nothing can be sent to the destination for so long.
        case rest(Duration)
        /// Too much for one request: send it in smaller ones.
        case smaller
        /// Another row of the request is the same to Google, and neither was taken: send them apart.
        case apart
        /// The access token: a new one first, a person if that does not help.
        case renew
        /// A person must act.
        case hold
    }

    static func meaning(of code: String) -> Meaning? { table[code] }

    private static let table: [String: Meaning] = {
        var table: [String: Meaning] = [
            "conversionUploadError.ORDER_ID_ALREADY_IN_USE": .success,
            "conversionUploadError.CLICK_CONVERSION_ALREADY_EXISTS": .success,
            "conversionUploadError.CALL_CONVERSION_ALREADY_EXISTS": .success,
            "conversionUploadError.TOO_MANY_CONVERSIONS_IN_REQUEST": .smaller,
            // A click younger than six hours.
            "conversionUploadError.TOO_RECENT_EVENT": .retry(.transient, after: .hours(6)),
            "conversionUploadError.TOO_RECENT_CALL": .retry(.transient, after: .hours(6)),
            "conversionUploadError.TOO_RECENT_CONVERSION_ACTION": .rest(.hours(6)),
            "conversionUploadError.DUPLICATE_ORDER_ID": .apart,
            "conversionUploadError.DUPLICATE_CLICK_CONVERSION_IN_REQUEST": .apart,
            "conversionUploadError.DUPLICATE_CALL_CONVERSION_IN_REQUEST": .apart,
            "conversionUploadError.GBRAID_WBRAID_BOTH_SET": .retry(.transient, after: nil),
            "conversionUploadError.INVALID_JOB_ID": .retry(.transient, after: nil),

            // Adjustments are not sent; whoever meets their errors should find them here all the same.
            "conversionAdjustmentUploadError.CONVERSION_ALREADY_RETRACTED": .success,
            "conversionAdjustmentUploadError.MORE_RECENT_RESTATEMENT_FOUND": .success,
            "conversionAdjustmentUploadError.RESTATEMENT_ALREADY_EXISTS": .success,
            "conversionAdjustmentUploadError.CONVERSION_ALREADY_ENHANCED": .success,
            "conversionAdjustmentUploadError.TOO_RECENT_CONVERSION_ACTION": .rest(.hours(6)),
            "conversionAdjustmentUploadError.CONVERSION_NOT_FOUND": .retry(.transient, after: .hours(24)),
            "conversionAdjustmentUploadError.TOO_RECENT_CONVERSION": .retry(.transient, after: .hours(24)),
            "conversionAdjustmentUploadError.TOO_MANY_ADJUSTMENTS_IN_REQUEST": .smaller,
            "conversionAdjustmentUploadError.DUPLICATE_ADJUSTMENT_IN_REQUEST": .apart,
            "conversionAdjustmentUploadError.DUPLICATE_ENHANCEMENT_IN_REQUEST": .apart,
            "conversionAdjustmentUploadError.GCLID_DATE_TIME_PAIR_AND_ORDER_ID_BOTH_SET": .retry(
                .transient, after: nil),
            "conversionAdjustmentUploadError.INVALID_JOB_ID": .retry(.transient, after: nil),

            "quotaError.RESOURCE_EXHAUSTED": .dayIsSpent,
            "quotaError.RESOURCE_TEMPORARILY_EXHAUSTED": .retry(.throttled, after: nil),
            "quotaError.EXCESSIVE_SHORT_TERM_QUERY_RESOURCE_CONSUMPTION": .retry(.throttled, after: .minutes(5)),
            "quotaError.EXCESSIVE_LONG_TERM_QUERY_RESOURCE_CONSUMPTION": .retry(.throttled, after: .hours(24)),

            "authenticationError.AUTHENTICATION_ERROR": .renew,
            "authenticationError.GOOGLE_ACCOUNT_AUTHENTICATION_FAILED": .renew,
            "authenticationError.OAUTH_TOKEN_INVALID": .renew,
            "authenticationError.OAUTH_TOKEN_EXPIRED": .renew,

            // The row may be stored or not; the order id makes repeating harmless.
            "internalError.INTERNAL_ERROR": .retry(.platformFault, after: .seconds(30)),
            "internalError.DEADLINE_EXCEEDED": .retry(.platformFault, after: .seconds(30)),
            "internalError.TRANSIENT_ERROR": .retry(.transient, after: nil),
            "internalError.ERROR_CODE_NOT_PUBLISHED": .retry(.unclassified, after: .minutes(1)),

            "requestError.TOO_MANY_MUTATE_OPERATIONS": .smaller,
            "requestError.TOO_MANY_ACTION_OPERATIONS": .smaller,
            "requestError.RPC_DEADLINE_TOO_SHORT": .retry(.platformFault, after: nil),
        ]
        for (code, meaning) in codes(permanent, .permanent) + codes(hold, .hold) { table[code] = meaning }
        // What this version's library does not know, hence neither do we.
        for family in families.split(whereSeparator: \.isWhitespace) {
            for value in ["UNSPECIFIED", "UNKNOWN"] {
                table["\(family).\(value)"] = .retry(.unclassified, after: .minutes(1))
            }
        }
        return table
    }()

    /// Reads `family: VALUE VALUE …`.
    private static func codes(_ text: String, _ meaning: Meaning) -> [(String, Meaning)] {
        var family = ""
        var codes: [(String, Meaning)] = []
        for word in text.split(whereSeparator: \.isWhitespace) {
            if word.last == ":" {
                family = String(word.dropLast())
            } else {
                codes.append(("\(family).\(word)", meaning))
            }
        }
        return codes
    }

    private static let families = """
        conversionUploadError conversionAdjustmentUploadError quotaError authenticationError authorizationError
        internalError requestError headerError notAllowlistedError dateError fieldError userDataError
        partialFailureError collectionSizeError currencyCodeError stringFormatError stringLengthError
        """

    private static let permanent = """
        conversionUploadError: UNPARSEABLE_GCLID CONVERSION_PRECEDES_EVENT EXPIRED_EVENT EVENT_NOT_FOUND
          UNAUTHORIZED_CUSTOMER CONVERSION_TRACKING_NOT_ENABLED_AT_IMPRESSION_TIME EXPIRED_CALL CALL_NOT_FOUND
          CONVERSION_PRECEDES_CALL CONVERSION_TRACKING_NOT_ENABLED_AT_CALL_TIME UNPARSEABLE_CALLERS_PHONE_NUMBER
          CUSTOM_VARIABLE_VALUE_CONTAINS_PII INVALID_CUSTOMER_FOR_CLICK INVALID_CUSTOMER_FOR_CALL
          CONVERSION_NOT_COMPLIANT_WITH_ATT_POLICY CLICK_NOT_FOUND INVALID_USER_IDENTIFIER UNPARSEABLE_WBRAID
          UNPARSEABLE_GBRAID ORDER_ID_CONTAINS_PII
        conversionAdjustmentUploadError: CONVERSION_EXPIRED ADJUSTMENT_PRECEDES_CONVERSION TOO_MANY_ADJUSTMENTS
          INVALID_USER_IDENTIFIER MISSING_ORDER_ID_FOR_WEBPAGE ORDER_ID_CONTAINS_PII
        requestError: REQUIRED_FIELD_MISSING INVALID_ENUM_VALUE
        dateError: INVALID_FIELD_VALUES_IN_DATE INVALID_FIELD_VALUES_IN_DATE_TIME INVALID_STRING_DATE
          INVALID_STRING_DATE_TIME_MICROS INVALID_STRING_DATE_TIME_SECONDS
          INVALID_STRING_DATE_TIME_SECONDS_WITH_OFFSET EARLIER_THAN_MINIMUM_DATE LATER_THAN_MAXIMUM_DATE
          DATE_RANGE_MINIMUM_DATE_LATER_THAN_MAXIMUM_DATE DATE_RANGE_MINIMUM_AND_MAXIMUM_DATES_BOTH_NULL
          DATE_RANGE_ERROR_START_TIME_MUST_BE_THE_START_OF_A_DAY DATE_RANGE_ERROR_END_TIME_MUST_BE_THE_END_OF_A_DAY
        fieldError: REQUIRED IMMUTABLE_FIELD INVALID_VALUE VALUE_MUST_BE_UNSET REQUIRED_NONEMPTY_LIST
          FIELD_CANNOT_BE_CLEARED BLOCKED_VALUE FIELD_CAN_ONLY_BE_CLEARED
        userDataError: TOO_MANY_USER_IDENTIFIERS
        collectionSizeError: TOO_FEW TOO_MANY
        currencyCodeError: UNSUPPORTED
        stringFormatError: ILLEGAL_CHARS INVALID_FORMAT
        stringLengthError: EMPTY TOO_SHORT TOO_LONG
        """

    private static let hold = """
        conversionUploadError: EXTERNAL_ATTRIBUTION_DATA_SET_FOR_NON_EXTERNALLY_ATTRIBUTED_CONVERSION_ACTION
          EXTERNAL_ATTRIBUTION_DATA_NOT_SET_FOR_EXTERNALLY_ATTRIBUTED_CONVERSION_ACTION
          ORDER_ID_NOT_PERMITTED_FOR_EXTERNALLY_ATTRIBUTED_CONVERSION_ACTION CUSTOM_VARIABLE_NOT_ENABLED
          EXTERNALLY_ATTRIBUTED_CONVERSION_ACTION_NOT_PERMITTED_WITH_USER_IDENTIFIER UNSUPPORTED_USER_IDENTIFIER
          ONE_PER_CLICK_CONVERSION_ACTION_NOT_PERMITTED_WITH_BRAID
          CUSTOMER_DATA_POLICY_PROHIBITS_ENHANCED_CONVERSIONS CUSTOMER_NOT_ACCEPTED_CUSTOMER_DATA_TERMS
          CUSTOMER_NOT_ENABLED_ENHANCED_CONVERSIONS_FOR_LEADS NO_CONVERSION_ACTION_FOUND
          INVALID_CONVERSION_ACTION_TYPE
        conversionAdjustmentUploadError: CANNOT_RESTATE_CONVERSION_ACTION_THAT_ALWAYS_USES_DEFAULT_CONVERSION_VALUE
          CUSTOMER_NOT_ACCEPTED_CUSTOMER_DATA_TERMS CONVERSION_ACTION_NOT_ELIGIBLE_FOR_ENHANCEMENT
          UNSUPPORTED_USER_IDENTIFIER CUSTOMER_DATA_POLICY_PROHIBITS_ENHANCEMENT NO_CONVERSION_ACTION_FOUND
          INVALID_CONVERSION_ACTION_TYPE
        quotaError: ACCESS_PROHIBITED PAYMENTS_PROFILE_ACTIVATION_RATE_LIMIT_EXCEEDED
        authenticationError: CLIENT_CUSTOMER_ID_INVALID CUSTOMER_NOT_FOUND GOOGLE_ACCOUNT_DELETED
          GOOGLE_ACCOUNT_COOKIE_INVALID GOOGLE_ACCOUNT_USER_AND_ADS_USER_MISMATCH LOGIN_COOKIE_REQUIRED NOT_ADS_USER
          OAUTH_TOKEN_DISABLED OAUTH_TOKEN_REVOKED OAUTH_TOKEN_HEADER_INVALID LOGIN_COOKIE_INVALID
          INVALID_EMAIL_ADDRESS USER_ID_INVALID TWO_STEP_VERIFICATION_NOT_ENROLLED ADVANCED_PROTECTION_NOT_ENROLLED
          ORGANIZATION_NOT_RECOGNIZED ORGANIZATION_NOT_APPROVED ORGANIZATION_NOT_ASSOCIATED_WITH_DEVELOPER_TOKEN
          DEVELOPER_TOKEN_INVALID
        authorizationError: USER_PERMISSION_DENIED DEVELOPER_TOKEN_NOT_ON_ALLOWLIST DEVELOPER_TOKEN_PROHIBITED
          PROJECT_DISABLED AUTHORIZATION_ERROR ACTION_NOT_PERMITTED INCOMPLETE_SIGNUP CUSTOMER_NOT_ENABLED
          MISSING_TOS DEVELOPER_TOKEN_NOT_APPROVED CLOUD_PROJECT_NOT_APPROVED_FOR_PRODUCTION
          INVALID_LOGIN_CUSTOMER_ID_SERVING_CUSTOMER_ID_COMBINATION SERVICE_ACCESS_DENIED
          ACCESS_DENIED_FOR_ACCOUNT_TYPE METRIC_ACCESS_DENIED CLOUD_PROJECT_NOT_UNDER_ORGANIZATION
          ACTION_NOT_PERMITTED_FOR_SUSPENDED_ACCOUNT
        requestError: RESOURCE_NAME_MISSING RESOURCE_NAME_MALFORMED BAD_RESOURCE_ID INVALID_CUSTOMER_ID
          OPERATION_REQUIRED RESOURCE_NOT_FOUND INVALID_PAGE_TOKEN EXPIRED_PAGE_TOKEN INVALID_PAGE_SIZE
          PAGE_SIZE_NOT_SUPPORTED IMMUTABLE_FIELD CANNOT_BE_EXECUTED_BY_MANAGER_ACCOUNT CANNOT_MODIFY_FOREIGN_FIELD
          DEVELOPER_TOKEN_PARAMETER_MISSING LOGIN_CUSTOMER_ID_PARAMETER_MISSING VALIDATE_ONLY_REQUEST_HAS_PAGE_TOKEN
          CANNOT_RETURN_SUMMARY_ROW_FOR_REQUEST_WITHOUT_METRICS CANNOT_RETURN_SUMMARY_ROW_FOR_VALIDATE_ONLY_REQUESTS
          INCONSISTENT_RETURN_SUMMARY_ROW_VALUE TOTAL_RESULTS_COUNT_NOT_ORIGINALLY_REQUESTED UNSUPPORTED_VERSION
          CLOUD_PROJECT_NOT_FOUND
        headerError: INVALID_LOGIN_CUSTOMER_ID INVALID_LINKED_CUSTOMER_ID
        notAllowlistedError: CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE
        userDataError: OPERATIONS_FOR_CUSTOMER_MATCH_NOT_ALLOWED USER_LIST_NOT_APPLICABLE
        partialFailureError: PARTIAL_FAILURE_MODE_REQUIRED
        """
}
