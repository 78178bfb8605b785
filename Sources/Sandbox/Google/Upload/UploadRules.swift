import Domain

/// What an upload must be like beyond its format: the tables. The reasons are `family.VALUE` of the Google Ads API's
/// errors.
enum UploadRules {
    static let maximumConversions = 2_000
    static let maximumIdentifiers = 5
    static let tolerance = Duration.hours(1)

    /// What refuses the whole request.
    static let request: [FieldRule<UploadRequest, String>] = [
        FieldRule("customer_id", "requestError.INVALID_CUSTOMER_ID", "The customer ID is not a number of 10 digits.") {
            !($0.customer.isDigits && $0.customer.utf8.count == 10)
        },
        FieldRule(
            "partial_failure", "partialFailureError.PARTIAL_FAILURE_MODE_REQUIRED", "Set partial_failure to true."
        ) {
            !$0.isPartial
        },
        FieldRule("conversions", "requestError.OPERATION_REQUIRED", "At least one conversion is required.") {
            $0.conversions.isEmpty
        },
        FieldRule(
            "conversions", "conversionUploadError.TOO_MANY_CONVERSIONS_IN_REQUEST",
            "At most 2000 conversions are allowed."
        ) { $0.conversions.count > maximumConversions },
        FieldRule(
            "conversions", "notAllowlistedError.CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE",
            "Session attributes and addresses are for chosen customers."
        ) { $0.hasAllowlistedFields },
    ]

    /// What refuses a row.
    static let conversion: [FieldRule<UploadConversion, String>] = [
        FieldRule("conversion_action", "requestError.RESOURCE_NAME_MISSING", "The conversion action is required.") {
            $0.action.isEmpty
        },
        FieldRule("conversion_action", "requestError.RESOURCE_NAME_MALFORMED", "The resource name is malformed.") {
            !$0.action.isEmpty && !isResource($0.action, "conversionActions")
        },
        FieldRule("conversion_action", "conversionUploadError.NO_CONVERSION_ACTION_FOUND", "There is no such action.") {
            isResource($0.action, "conversionActions") && !$0.action.hasPrefix("customers/\($0.customer)/")
        },
        FieldRule("conversion_date_time", "requestError.REQUIRED_FIELD_MISSING", "The time is required.") {
            $0.dateTime.isEmpty
        },
        FieldRule(
            "conversion_date_time", "dateError.INVALID_STRING_DATE_TIME_SECONDS_WITH_OFFSET",
            "The time must be yyyy-mm-dd hh:mm:ss+|-hh:mm."
        ) { !$0.dateTime.isEmpty && $0.moment == nil },
        FieldRule("conversion_date_time", "dateError.LATER_THAN_MAXIMUM_DATE", "The time lies in the future.") { row in
            row.moment.map { $0 > row.now + tolerance } ?? false
        },
        // Optional for Google; but without it a repeated delivery could not be recognised.
        FieldRule("order_id", "requestError.REQUIRED_FIELD_MISSING", "The order ID is required.") {
            $0.orderID.isEmpty
        },
        FieldRule("order_id", "conversionUploadError.ORDER_ID_CONTAINS_PII", "The order ID contains personal data.") {
            $0.orderID.utf8.contains(UInt8(ascii: "@"))
        },
        FieldRule("gclid", "requestError.REQUIRED_FIELD_MISSING", "A click ID or user identifier is required.") {
            $0.clicks.isEmpty && $0.identifiers.isEmpty
        },
        FieldRule("gbraid", "conversionUploadError.GBRAID_WBRAID_BOTH_SET", "Set only one of gbraid and wbraid.") {
            $0.text("gbraid") != nil && $0.text("wbraid") != nil
        },
        FieldRule("gclid", "fieldError.VALUE_MUST_BE_UNSET", "Set only one click ID.") {
            $0.clicks.count > 1 && $0.text("gclid") != nil
        },
        FieldRule("custom_variables", "fieldError.VALUE_MUST_BE_UNSET", "Braids go without custom variables.") {
            $0.hasBraid && !$0.variables.isEmpty
        },
        FieldRule("custom_variables", "requestError.RESOURCE_NAME_MALFORMED", "The resource name is malformed.") {
            $0.variables.contains {
                !isResource($0["conversionCustomVariable"]?.string ?? "", "conversionCustomVariables")
            }
        },
        FieldRule(
            "user_identifiers", "userDataError.TOO_MANY_USER_IDENTIFIERS", "At most 5 user identifiers are allowed."
        ) {
            $0.identifiers.count > maximumIdentifiers
        },
        FieldRule(
            "user_identifiers", "conversionUploadError.UNSUPPORTED_USER_IDENTIFIER", "Only email and phone are taken."
        ) {
            $0.identifiers.contains { identifier in
                ["mobileId", "thirdPartyUserId", "addressInfo"].contains { identifier[$0] != nil }
            }
        },
        FieldRule("user_identifiers", "conversionUploadError.INVALID_USER_IDENTIFIER", "Not one SHA-256 hash.") {
            $0.identifiers.contains { identifier in
                let hashes = ["hashedEmail", "hashedPhoneNumber"].compactMap { identifier[$0]?.string }
                return hashes.count != 1 || HashEncoding.hex.refuses(hashes[0])
            }
        },
        FieldRule("currency_code", "currencyCodeError.UNSUPPORTED", "The currency is not an ISO 4217 code.") {
            $0.text("currencyCode").map { !$0.isCapitals(3) } ?? false
        },
    ]

    /// `customers/1/<kind>/2`.
    private static func isResource(_ name: String, _ kind: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        return parts.count == 4 && parts[0] == "customers" && parts[1].isDigits && parts[2] == kind
            && parts[3].isDigits
    }
}
