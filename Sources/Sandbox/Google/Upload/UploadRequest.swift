import Domain

/// An upload, after its format was found right: what the rules ask about.
struct UploadRequest {
    let customer: String
    let conversions: [UploadConversion]
    let isPartial: Bool
    let isValidateOnly: Bool

    init(_ body: JSON, customer: String, now: Instant) {
        self.customer = customer
        conversions = (body["conversions"]?.array ?? []).map { UploadConversion($0, customer: customer, now: now) }
        isPartial = body["partialFailure"]?.bool ?? false
        isValidateOnly = body["validateOnly"]?.bool ?? false
    }

    /// What only chosen developers may send.
    var hasAllowlistedFields: Bool { conversions.contains { $0.hasAllowlistedFields } }
}

struct UploadConversion {
    let json: JSON
    let customer: String
    let now: Instant
    let action: String
    let orderID: String
    let dateTime: String
    /// `nil` if it is not `yyyy-mm-dd hh:mm:ss+hh:mm`.
    let moment: Instant?
    let identifiers: [JSON]
    let variables: [JSON]

    init(_ json: JSON, customer: String, now: Instant) {
        self.json = json
        self.customer = customer
        self.now = now
        action = json["conversionAction"]?.string ?? ""
        orderID = json["orderId"]?.string ?? ""
        dateTime = json["conversionDateTime"]?.string ?? ""
        moment = Self.moment(dateTime)
        identifiers = json["userIdentifiers"]?.array ?? []
        variables = json["customVariables"]?.array ?? []
    }

    func text(_ name: String) -> String? { json[name]?.string.flatMap { $0.isEmpty ? nil : $0 } }

    var clicks: [String] { ["gclid", "gbraid", "wbraid"].filter { text($0) != nil } }
    var hasBraid: Bool { text("gbraid") != nil || text("wbraid") != nil }
    var hasAllowlistedFields: Bool {
        ["userIpAddress", "sessionAttributesEncoded", "sessionAttributesKeyValuePairs"].contains { json[$0] != nil }
    }

    /// Conversions of one click, action and second are the same to Google.
    var clickKey: String? {
        clicks.first.flatMap { text($0) }.map { "\(action) \($0) \(moment?.seconds ?? 0)" }
    }

    private static func moment(_ text: String) -> Instant? {
        let shape = Array("0000-00-00 00:00:00±00:00".unicodeScalars)
        let scalars = Array(text.unicodeScalars)
        guard scalars.count == shape.count else { return nil }
        for (scalar, wanted) in zip(scalars, shape) {
            switch wanted {
            case "0": guard ("0"..."9").contains(scalar) else { return nil }
            case "±": guard scalar == "+" || scalar == "-" else { return nil }
            default: guard scalar == wanted else { return nil }
            }
        }
        return Instant(rfc3339: "\(text.prefix(10))T\(text.dropFirst(11))")
    }
}
