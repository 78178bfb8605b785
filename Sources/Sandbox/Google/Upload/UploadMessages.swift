/// The body of `uploadClickConversions` as `google-ads` 34.0.0 describes it (v26). `customerId` stands in the path.
enum UploadMessages {
    static let request = MessageType([
        "conversions": .list(.message(conversion)), "partialFailure": .bool, "validateOnly": .bool, "jobId": .integer,
    ])

    static let conversion = MessageType([
        "gclid": .text, "gbraid": .text, "wbraid": .text, "conversionAction": .text, "conversionDateTime": .text,
        "conversionValue": .number, "currencyCode": .text, "orderId": .text,
        "externalAttributionData": .message(
            MessageType(["externalAttributionCredit": .number, "externalAttributionModel": .text])),
        "customVariables": .list(
            .message(MessageType(["conversionCustomVariable": .text, "value": .text]))),
        "cartData": .message(cartData), "userIdentifiers": .list(.message(userIdentifier)),
        "conversionEnvironment": .choice("ConversionEnvironment", ["UNSPECIFIED", "UNKNOWN", "APP", "WEB"]),
        "consent": .message(consent),
        "customerType": .choice(
            "ConversionCustomerType", ["UNSPECIFIED", "UNKNOWN", "NEW", "RETURNING", "REENGAGED"]),
        "userIpAddress": .text, "sessionAttributesEncoded": .text,
        "sessionAttributesKeyValuePairs": .message(
            MessageType([
                "keyValuePairs": .list(
                    .message(MessageType(["sessionAttributeKey": .text, "sessionAttributeValue": .text])))
            ])),
    ])

    static let consent: MessageType = {
        let status = FieldType.choice("ConsentStatus", ["UNSPECIFIED", "UNKNOWN", "GRANTED", "DENIED"])
        return MessageType(["adUserData": status, "adPersonalization": status])
    }()

    static let cartData = MessageType([
        "merchantId": .bigInteger, "feedCountryCode": .text, "feedLanguageCode": .text,
        "localTransactionCost": .number,
        "items": .list(.message(MessageType(["productId": .text, "quantity": .integer, "unitPrice": .number]))),
    ])

    static let userIdentifier = MessageType([
        "userIdentifierSource": .choice(
            "UserIdentifierSource", ["UNSPECIFIED", "UNKNOWN", "FIRST_PARTY", "THIRD_PARTY"]),
        "hashedEmail": .text, "hashedPhoneNumber": .text, "mobileId": .text, "thirdPartyUserId": .text,
        "addressInfo": .message(
            MessageType([
                "hashedFirstName": .text, "hashedLastName": .text, "hashedStreetAddress": .text, "city": .text,
                "state": .text, "countryCode": .text, "postalCode": .text,
            ])),
    ])
}
