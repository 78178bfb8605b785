/// The messages of the Data Manager API as its discovery document (revision 20261106) describes them.
///
/// Fields for other products than Google Ads are known too: sending them is not a mistake of the format.
enum GoogleMessages {
    static let request = MessageType([
        "destinations": .list(.message(destination)), "events": .list(.message(event)), "consent": .message(consent),
        "validateOnly": .bool, "encoding": .choice("Encoding", ["ENCODING_UNSPECIFIED", "HEX", "BASE64"]),
        "encryptionInfo": .message(encryptionInfo),
    ])

    static let destination = MessageType([
        "reference": .text, "loginAccount": .message(account), "linkedAccount": .message(account),
        "operatingAccount": .message(account), "productDestinationId": .text,
    ])

    static let account = MessageType([
        "accountId": .text,
        "accountType": .choice(
            "AccountType",
            [
                "ACCOUNT_TYPE_UNSPECIFIED", "GOOGLE_ADS", "DISPLAY_VIDEO_PARTNER", "DISPLAY_VIDEO_ADVERTISER",
                "DATA_PARTNER", "GOOGLE_ANALYTICS_PROPERTY", "GOOGLE_AD_MANAGER_AUDIENCE_LINK", "FLOODLIGHT_CONFIG",
                "GOOGLE_AD_MANAGER",
            ]),
        "product": .choice(
            "Product",
            [
                "PRODUCT_UNSPECIFIED", "GOOGLE_ADS", "DISPLAY_VIDEO_PARTNER", "DISPLAY_VIDEO_ADVERTISER",
                "DATA_PARTNER",
            ]),
    ])

    static let event = MessageType([
        "destinationReferences": .list(.text), "transactionId": .text, "eventTimestamp": .timestamp,
        "lastUpdatedTimestamp": .timestamp, "userData": .message(userData), "consent": .message(consent),
        "adIdentifiers": .message(adIdentifiers), "currency": .text, "conversionValue": .number,
        "conversionCount": .number,
        "eventSource": .choice(
            "EventSource", ["EVENT_SOURCE_UNSPECIFIED", "WEB", "APP", "IN_STORE", "PHONE", "MESSAGE", "OTHER"]),
        "eventDeviceInfo": .message(deviceInfo), "cartData": .message(cartData),
        "customVariables": .list(.message(customVariable)),
        "experimentalFields": .list(.message(MessageType(["field": .text, "value": .text]))),
        "userProperties": .message(userProperties), "eventName": .text, "clientId": .text, "userId": .text,
        "additionalEventParameters": .list(.message(parameter)), "thirdPartyUserData": .message(userData),
        "eventLocation": .message(location), "appInstanceId": .text,
        "callInfo": .message(MessageType(["startTimestamp": .timestamp])),
    ])

    static let consent: MessageType = {
        let status = FieldType.choice(
            "ConsentStatus", ["CONSENT_STATUS_UNSPECIFIED", "CONSENT_GRANTED", "CONSENT_DENIED"])
        return MessageType(["adUserData": status, "adPersonalization": status])
    }()

    static let userData = MessageType(["userIdentifiers": .list(.message(userIdentifier))])
    static let userIdentifier = MessageType(
        ["emailAddress": .text, "phoneNumber": .text, "address": .message(address)], oneOf: "identifier")
    static let address = MessageType([
        "givenName": .text, "familyName": .text, "regionCode": .text, "postalCode": .text, "addressLine": .text,
        "city": .text, "administrativeArea": .text,
    ])

    static let adIdentifiers = MessageType([
        "sessionAttributes": .text, "gclid": .text, "gbraid": .text, "wbraid": .text, "leadId": .text,
        "landingPageDeviceInfo": .message(deviceInfo), "mobileDeviceId": .text, "dclid": .text, "impressionId": .text,
        "matchId": .text, "encryptedUserIds": .list(.message(encryptedUserID)), "ppid": .text, "visitorPpid": .text,
    ])
    static let deviceInfo = MessageType([
        "userAgent": .text, "ipAddress": .text, "category": .text, "languageCode": .text, "screenHeight": .integer,
        "screenWidth": .integer, "operatingSystem": .text, "operatingSystemVersion": .text, "model": .text,
        "brand": .text, "browser": .text, "browserVersion": .text,
    ])
    static let encryptedUserID = MessageType([
        "encryptedId": .text, "entityId": .bigInteger,
        "entityType": .choice(
            "EncryptionEntityType",
            [
                "ENCRYPTION_ENTITY_TYPE_UNSPECIFIED", "CAMPAIGN_MANAGER_ACCOUNT", "CAMPAIGN_MANAGER_ADVERTISER",
                "DISPLAY_VIDEO_PARTNER", "DISPLAY_VIDEO_ADVERTISER", "GOOGLE_ADS_CUSTOMER",
                "GOOGLE_AD_MANAGER_NETWORK_CODE",
            ]),
        "source": .choice("EncryptionSource", ["ENCRYPTION_SOURCE_UNSPECIFIED", "AD_SERVING", "DATA_TRANSFER"]),
    ])

    static let customVariable = MessageType([
        "variable": .text, "value": .text, "destinationReferences": .list(.text),
    ])
    static let parameter = MessageType(["parameterName": .text, "value": .text])
    static let userProperties = MessageType([
        "customerType": .choice("CustomerType", ["CUSTOMER_TYPE_UNSPECIFIED", "NEW", "RETURNING", "REENGAGED"]),
        "customerValueBucket": .choice(
            "CustomerValueBucket", ["CUSTOMER_VALUE_BUCKET_UNSPECIFIED", "LOW", "MEDIUM", "HIGH"]),
        "additionalUserProperties": .list(.message(MessageType(["propertyName": .text, "value": .text]))),
    ])

    static let cartData = MessageType([
        "merchantId": .text, "merchantFeedLabel": .text, "merchantFeedLanguageCode": .text,
        "transactionDiscount": .number, "items": .list(.message(item)), "couponCodes": .list(.text),
    ])
    static let item = MessageType([
        "merchantProductId": .text, "quantity": .bigInteger, "unitPrice": .number, "itemId": .text,
        "additionalItemParameters": .list(.message(parameter)), "merchantId": .text, "merchantFeedLabel": .text,
        "merchantFeedLanguageCode": .text, "conversionValue": .number,
        "customVariables": .list(.message(customVariable)),
    ])
    static let location = MessageType([
        "storeId": .text, "city": .text, "subdivisionCode": .text, "regionCode": .text, "subcontinentCode": .text,
        "continentCode": .text,
    ])

    static let encryptionInfo: MessageType = {
        let key = FieldType.choice("KeyType", ["KEY_TYPE_UNSPECIFIED", "XCHACHA20_POLY1305"])
        let google: NameTable<FieldType> = [
            "keyType": key, "wipProvider": .text, "kekUri": .text, "encryptedDek": .text,
        ]
        let amazon: NameTable<FieldType> = ["keyType": key, "roleArn": .text, "kekUri": .text, "encryptedDek": .text]
        return MessageType(
            [
                "gcpWrappedKeyInfo": .message(MessageType(google)), "awsWrappedKeyInfo": .message(MessageType(amazon)),
                "coordinatorKeyInfo": .message(MessageType(["keyId": .text])),
            ], oneOf: "wrapped_key")
    }()
}
