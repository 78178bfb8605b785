package import Domain

/// What Google refuses of an event, and what the event can do without (google-ads.md, sections 5.3, 6.1 and 11.4).
enum GoogleAmendment {
    /// By the reason alone, at the door, in a status, or of an upload's row; otherwise by the field that a violation
    /// names.
    static func of(_ receipt: Receipt) -> Amendment? {
        if let known = reasons[receipt.code] { return known }
        guard fields.contains(receipt.code) else { return nil }
        // `events.events[0].ad_identifiers.gclid: …`: what stands before the colon is Google's, the rest is anybody's.
        let path = receipt.message.prefix { $0 != ":" }
        return places.first { path.contains($0.name) }?.amendment
    }

    private static let reasons: [String: Amendment] = {
        var table: [String: Amendment] = [:]
        for reason in click.split(whereSeparator: \.isWhitespace) { table[String(reason)] = .googleClick }
        for reason in variables.split(whereSeparator: \.isWhitespace) { table[String(reason)] = .variables }
        return table
    }()

    private static let click = """
        INVALID_AD_IDENTIFIER_FOR_ACCOUNT
        PROCESSING_ERROR_REASON_INVALID_GCLID PROCESSING_ERROR_REASON_INVALID_GBRAID
        PROCESSING_ERROR_REASON_INVALID_WBRAID PROCESSING_ERROR_REASON_INVALID_AD_IDENTIFIERS
        PROCESSING_ERROR_OPERATING_ACCOUNT_MISMATCH_FOR_AD_IDENTIFIER
        PROCESSING_ERROR_REASON_USER_ID_NOT_FOUND_FOR_GCLID PROCESSING_ERROR_REASON_CONVERSION_PRECEDES_CLICK
        PROCESSING_ERROR_REASON_INVALID_CLICK PROCESSING_ERROR_REASON_INVALID_OPERATING_ACCOUNT_FOR_CLICK
        PROCESSING_ERROR_REASON_CLICK_NOT_FOUND PROCESSING_ERROR_REASON_EXPIRED_CLICK
        conversionUploadError.UNPARSEABLE_GCLID conversionUploadError.UNPARSEABLE_GBRAID
        conversionUploadError.UNPARSEABLE_WBRAID conversionUploadError.EXPIRED_EVENT
        conversionUploadError.CONVERSION_PRECEDES_EVENT conversionUploadError.EVENT_NOT_FOUND
        conversionUploadError.UNAUTHORIZED_CUSTOMER conversionUploadError.INVALID_CUSTOMER_FOR_CLICK
        conversionUploadError.CONVERSION_TRACKING_NOT_ENABLED_AT_IMPRESSION_TIME conversionUploadError.CLICK_NOT_FOUND
        """

    private static let variables = """
        CUSTOM_VARIABLE_VALUE_CONTAINS_PII INVALID_CUSTOM_VARIABLE_VALUE PROCESSING_ERROR_REASON_INVALID_CUSTOM_VARIABLE
        conversionUploadError.CUSTOM_VARIABLE_VALUE_CONTAINS_PII
        """

    /// Reasons that can be about any field.
    private static let fields: Set<String> = [
        "INVALID_ARGUMENT", "INVALID_FORMAT", "FIELD_VALUE_TOO_LONG", "FIELD_VALUE_TOO_SHORT", "INVALID_POSTAL_CODE",
        "INVALID_COUNTRY_CODE", "INVALID_REGION_CODE",
    ]

    /// The more exact first.
    private static let places: [(name: String, amendment: Amendment)] = [
        ("ad_identifiers.lead_id", .googleSession), ("ad_identifiers.session_attributes", .googleSession),
        ("ad_identifiers", .googleClick), ("custom_variables", .variables), ("event_device_info", .device),
        (".address", .address),
    ]
}

extension GoogleAds {
    package func amendment(for receipt: Receipt) -> Amendment? { GoogleAmendment.of(receipt) }

    /// The event without what was refused, if it has it and can be matched without.
    package func amended(_ fragment: Fragment, _ amendment: Amendment) -> Fragment? {
        guard var event = FragmentObject(fragment) else { return nil }
        switch amendment {
        case .googleClick: guard event.remove(["gclid", "gbraid", "wbraid"], from: "adIdentifiers") else { return nil }
        case .googleSession:
            guard event.remove(["leadId", "sessionAttributes"], from: "adIdentifiers") else { return nil }
        case .variables: guard event.remove("customVariables") else { return nil }
        case .device: guard event.remove("eventDeviceInfo") else { return nil }
        case .address:
            guard event.removeElements(from: "userData", "userIdentifiers", where: { $0["address"] != nil }) else {
                return nil
            }
        case .metaClick, .metaLeadID: return nil
        }
        let click = event["adIdentifiers"]
        let isRecognisable =
            event["userData"] != nil || click?["gclid"] != nil || click?["gbraid"] != nil || click?["wbraid"] != nil
            || click?["leadId"] != nil || click?["sessionAttributes"] != nil
        return isRecognisable ? event.fragment : nil
    }
}

extension GoogleAdsUpload {
    package func amendment(for receipt: Receipt) -> Amendment? { GoogleAmendment.of(receipt) }

    /// As for the Data Manager API.
    package func amended(_ fragment: Fragment, _ amendment: Amendment) -> Fragment? {
        guard var row = FragmentObject(fragment) else { return nil }
        switch amendment {
        case .googleClick:
            // `let`s, so that all of them are tried.
            let gclid = row.remove("gclid")
            let gbraid = row.remove("gbraid")
            let wbraid = row.remove("wbraid")
            guard gclid || gbraid || wbraid, row["userIdentifiers"] != nil else { return nil }
        case .variables: guard row.remove("customVariables") else { return nil }
        case .googleSession, .device, .address, .metaClick, .metaLeadID: return nil
        }
        var result = row.fragment
        // The click is not in it any more.
        if amendment == .googleClick { result.otherKey = nil }
        return result
    }
}
