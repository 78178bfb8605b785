import Domain

/// Requests that the real platforms would take.
enum Fixtures {
    /// 2026-11-25T10:03:20Z
    static let now = Instant(seconds: 1_795_601_000)

    static let hash = "c4d25e9c90ff23e9145397bc6fbd5385ca5fbe78211222ccbecd0b369ebb19a6"
    static let hashOfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    static let tokenForm = "grant_type=refresh_token&client_id=client&client_secret=secret&refresh_token=1%2F%2Frefresh"

    static let google: JSON = [
        "destinations": [
            [
                "reference": "d1",
                "operatingAccount": ["accountType": "GOOGLE_ADS", "accountId": "1234567890"],
                "loginAccount": ["accountType": "GOOGLE_ADS", "accountId": "1112223333"],
                "productDestinationId": "987654321",
            ]
        ],
        "encoding": "HEX",
        "validateOnly": false,
        "consent": ["adUserData": "CONSENT_GRANTED", "adPersonalization": "CONSENT_DENIED"],
        "events": [
            [
                "destinationReferences": ["d1"],
                "transactionId": "lead-0001",
                "eventTimestamp": "2026-11-25T09:32:45.123Z",
                "eventSource": "WEB",
                "adIdentifiers": [
                    "gclid": "TeSter-123",
                    "landingPageDeviceInfo": ["ipAddress": "203.0.113.7", "userAgent": "Mozilla/5.0"],
                ],
                "conversionValue": .number("25.5"),
                "currency": "EUR",
                "userData": [
                    "userIdentifiers": [
                        ["emailAddress": .string(hash)],
                        ["phoneNumber": .string(hash)],
                        [
                            "address": [
                                "givenName": .string(hash), "familyName": .string(hash), "regionCode": "US",
                                "postalCode": "94025",
                            ]
                        ],
                    ]
                ],
            ],
            [
                "transactionId": "lead-0002",
                "eventTimestamp": "2026-11-25T01:40:00-08:00",
                "eventSource": "WEB",
                "adIdentifiers": ["gbraid": "abc"],
            ],
        ],
    ]

    static let upload: JSON = [
        "conversions": [
            [
                "gclid": "TeSter-123",
                "conversionAction": "customers/1234567890/conversionActions/987654321",
                "conversionDateTime": "2026-11-25 09:32:45+00:00",
                "conversionValue": .number("25.5"),
                "currencyCode": "EUR",
                "orderId": "lead-0001",
                "consent": ["adUserData": "GRANTED", "adPersonalization": "DENIED"],
                "conversionEnvironment": "WEB",
                "customVariables": [
                    [
                        "conversionCustomVariable": "customers/1234567890/conversionCustomVariables/55",
                        "value": "north",
                    ]
                ],
                "userIdentifiers": [
                    ["userIdentifierSource": "FIRST_PARTY", "hashedEmail": .string(hash)],
                    ["hashedPhoneNumber": .string(hash)],
                ],
            ],
            [
                "wbraid": "abc",
                "conversionAction": "customers/1234567890/conversionActions/987654321",
                "conversionDateTime": "2026-11-25 01:40:00-08:00",
                "orderId": "lead-0002",
            ],
        ],
        "partialFailure": true,
        "validateOnly": false,
        "jobId": 77,
    ]

    static let meta: JSON = [
        "data": [
            [
                "event_name": "Lead",
                "event_time": 1_795_600_000,
                "event_id": "lead-0001",
                "action_source": "website",
                "event_source_url": "https://example.com/landing?fbclid=AbC",
                "user_data": [
                    "em": [.string(hash)],
                    "ph": [.string(hash)],
                    "fn": .string(hash),
                    "country": [.string(hash)],
                    "external_id": ["crm-1"],
                    "client_ip_address": "203.0.113.7",
                    "client_user_agent": "Mozilla/5.0",
                    "fbc": "fb.1.1795599999000.IwAR2AbC-_123",
                    "fbp": "fb.1.1795599999000.1234567890",
                ],
                "custom_data": ["value": .number("25.5"), "currency": "EUR", "content_name": "Quote form"],
                "opt_out": false,
                "data_processing_options": ["LDU"],
                "data_processing_options_country": 0,
                "data_processing_options_state": 0,
            ],
            [
                "event_name": "Qualified",
                "event_time": 1_795_600_100,
                "event_id": "lead-0001-q",
                "action_source": "system_generated",
                "user_data": ["lead_id": "1234567890123456"],
                "custom_data": ["lead_event_source": "LeadRelay", "event_source": "crm"],
            ],
        ],
        "access_token": "token",
        "test_event_code": "TEST12345",
        "partner_agent": "leadrelay-1",
    ]
}
