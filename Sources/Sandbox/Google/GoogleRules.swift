import Domain

/// What the Data Manager API demands of a request beyond its format: the tables.
enum GoogleRules {
    static let maximumDestinations = 10
    static let maximumEvents = 2_000
    static let maximumIdentifiers = 10
    static let maximumTransactionID = 64
    /// How far in the future an event may be. Google documents that there is a limit, but not which.
    static let tolerance = Duration.hours(1)

    static let request: [FieldRule<GoogleRequest, String>] = [
        FieldRule("destinations", "REQUIRED_FIELD_MISSING", "At least one destination is required.") {
            $0.destinations.isEmpty
        },
        FieldRule("destinations", "TOO_MANY_DESTINATIONS", "At most 10 destinations are allowed.") {
            $0.destinations.count > maximumDestinations
        },
        FieldRule("destinations", "DUPLICATE_DESTINATION_REFERENCE", "Destination references must be unique.") {
            $0.references.count < $0.destinations.count { $0.reference != nil }
        },
        FieldRule("events", "REQUIRED_FIELD_MISSING", "At least one event is required.") { $0.events.isEmpty },
        FieldRule("events", "TOO_MANY_EVENTS", "At most 2000 events are allowed.") { $0.events.count > maximumEvents },
        FieldRule("encoding", "REQUIRED_FIELD_MISSING", "The encoding is required with user data.") {
            $0.encoding == nil && $0.events.contains { $0.hasUserData }
        },
    ]

    static let destination: [FieldRule<GoogleDestination, String>] = [
        FieldRule("operating_account", "REQUIRED_FIELD_MISSING", "The operating account is required.") {
            $0.operatingAccount == nil
        },
        FieldRule("operating_account.account_type", "MISMATCHED_ACCOUNT_TYPE", "The account is no Google Ads account.")
        {
            $0.operatingAccount?["accountType"]?.string.map { $0 != "GOOGLE_ADS" } == true
        },
        FieldRule("product_destination_id", "REQUIRED_FIELD_MISSING", "The conversion action is required.") {
            $0.conversionAction.isEmpty
        },
        FieldRule("product_destination_id", "INVALID_CONVERSION_ACTION_ID", "The conversion action is not a number.") {
            !$0.conversionAction.isEmpty && !$0.conversionAction.isDigits
        },
    ]

    static let account: [FieldRule<JSON, String>] = [
        FieldRule("account_type", "REQUIRED_FIELD_MISSING", "The account type is required.") {
            ["", "ACCOUNT_TYPE_UNSPECIFIED"].contains($0["accountType"]?.string ?? "")
        },
        FieldRule("product", "INVALID_DESTINATION", "The product is deprecated, use the account type.") {
            $0["product"] != nil
        },
        FieldRule("account_id", "INVALID_NUMBER_FORMAT", "The account ID is not a number of 10 digits.") {
            let id = $0["accountId"]?.string ?? ""
            return $0["accountType"] == "GOOGLE_ADS" && !(id.isDigits && id.utf8.count == 10)
        },
    ]

    static let event: [FieldRule<GoogleEvent, String>] = [
        FieldRule("event_timestamp", "REQUIRED_FIELD_MISSING", "The event timestamp is required.") { $0.moment == nil },
        FieldRule("event_timestamp", "EVENT_TIME_INVALID", "The event timestamp lies in the future.") { event in
            event.moment.map { $0 > event.now + tolerance } ?? false
        },
        FieldRule("event_source", "REQUIRED_FIELD_MISSING", "The event source is required.") { $0.source.isEmpty },
        // Optional for Google; but without it a repeated delivery could not be recognised.
        FieldRule("transaction_id", "REQUIRED_FIELD_MISSING", "The transaction ID is required.") {
            $0.transactionID.isEmpty
        },
        FieldRule("transaction_id", "FIELD_VALUE_TOO_LONG", "The transaction ID is longer than 64 characters.") {
            $0.transactionID.utf8.count > maximumTransactionID
        },
        FieldRule("transaction_id", "INVALID_EVENT", "The transaction ID contains personal data.") {
            $0.transactionID.utf8.contains(UInt8(ascii: "@"))
        },
        FieldRule("destination_references", "INVALID_DESTINATION", "There is no destination of that reference.") {
            event in
            event.references.contains { !event.knownReferences.contains($0.string ?? "") }
        },
        FieldRule("", "NO_IDENTIFIERS_PROVIDED", "Ad identifiers or user data must be provided.") {
            !$0.hasClick && $0.identifiers.isEmpty
        },
        FieldRule("ad_identifiers.session_attributes", "INVALID_FORMAT", "The session attributes cannot be read.") {
            $0.hasOddSession
        },
        FieldRule("user_data.user_identifiers", "REQUIRED_FIELD_MISSING", "User data must have an identifier.") {
            $0.hasUserData && $0.identifiers.isEmpty
        },
        FieldRule("user_data.user_identifiers", "TOO_MANY_USER_IDENTIFIERS", "At most 10 user identifiers are allowed.")
        {
            $0.identifiers.count > maximumIdentifiers
        },
        FieldRule("currency", "INVALID_CURRENCY_CODE", "The currency is not an ISO 4217 code.") {
            !$0.currency.isEmpty && !$0.currency.isCapitals(3)
        },
    ]

    /// For an event whose transaction ID an earlier one of the same request has, for the same destinations.
    static let repetition = FieldRule<GoogleEvent, String>(
        "transaction_id", "INVALID_EVENT", "The transaction ID occurs twice in this request."
    ) { !$0.transactionID.isEmpty }

    static let identifier: [FieldRule<(value: JSON, encoding: HashEncoding), String>] = [
        FieldRule("", "REQUIRED_FIELD_MISSING", "The user identifier is empty.") { $0.value.object?.isEmpty ?? false },
        FieldRule("email_address", "INVALID_SHA256_FORMAT", "The email address is not a SHA-256 hash.") { identifier in
            identifier.value["emailAddress"]?.string.map(identifier.encoding.refuses) ?? false
        },
        FieldRule("phone_number", "INVALID_SHA256_FORMAT", "The phone number is not a SHA-256 hash.") { identifier in
            identifier.value["phoneNumber"]?.string.map(identifier.encoding.refuses) ?? false
        },
    ]

    static let address: [FieldRule<(value: JSON, encoding: HashEncoding), String>] =
        [
            ("given_name", "givenName"), ("family_name", "familyName"), ("region_code", "regionCode"),
            ("postal_code", "postalCode"),
        ]
        .map { field, name in
            FieldRule("address.\(field)", "REQUIRED_FIELD_MISSING", "An address needs all of its four parts.") {
                ($0.value[name]?.string ?? "").isEmpty
            }
        } + [
            FieldRule("address.given_name", "INVALID_SHA256_FORMAT", "The given name is not a SHA-256 hash.") {
                address in
                address.value["givenName"]?.string.map { !$0.isEmpty && address.encoding.refuses($0) } ?? false
            },
            FieldRule("address.family_name", "INVALID_SHA256_FORMAT", "The family name is not a SHA-256 hash.") {
                address in
                address.value["familyName"]?.string.map { !$0.isEmpty && address.encoding.refuses($0) } ?? false
            },
            FieldRule("address.region_code", "INVALID_COUNTRY_CODE", "The region code is not two capital letters.") {
                $0.value["regionCode"]?.string.map { !$0.isEmpty && !$0.isCapitals(2) } ?? false
            },
        ]
}
