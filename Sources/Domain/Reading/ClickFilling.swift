extension LeadEvent.Click {
    /// Takes the click ids of a page's address, unless the sender said one of the same platform itself: what it said is of this click. Answers
    /// the names of the fields that were filled.
    ///
    /// The parameters are those that auto-tagging adds (Google Ads help 9744275; Meta, "ClickID and the fbp and fbc parameters").
    mutating func fill(from address: String) -> [String] {
        guard let mark = address.utf8.firstIndex(of: UInt8(ascii: "?")),
            address.utf8[mark...].contains(UInt8(ascii: "=")), Self.mayHoldIDs(address.utf8[mark...])
        else { return [] }
        var filled: [String] = []
        func parameter(_ name: String, _ shape: TextShape, _ maximum: Int) -> String? {
            guard let text = WebAddress.parameter(name, of: address), !text.isEmpty else { return nil }
            let id = shape.reading(text).flatMap { shape.isSuspicious($0) ? nil : $0 } ?? shape.mended(text)
            return id.flatMap { !$0.isEmpty && $0.isAtMost(maximum) ? $0 : nil }
        }
        func take(_ place: inout String?, _ name: String, as field: String, _ shape: TextShape, _ maximum: Int) {
            guard place == nil, let id = parameter(name, shape, maximum) else { return }
            place = id
            filled.append(field)
        }
        if gclid == nil, gbraid == nil, wbraid == nil {
            take(&gclid, "gclid", as: "gclid", .googleClickID, Self.maximumID)
            take(&gbraid, "gbraid", as: "gbraid", .googleClickID, Self.maximumID)
            take(&wbraid, "wbraid", as: "wbraid", .googleClickID, Self.maximumID)
        }
        if fbclid == nil, fbc == nil { take(&fbclid, "fbclid", as: "fbclid", .metaClickID, Self.maximumID) }
        take(&gadSource, "gad_source", as: "gad_source", .identifier, Self.maximumSession)
        take(&gadCampaignID, "gad_campaignid", as: "gad_campaign_id", .identifier, Self.maximumSession)
        return filled
    }

    private static let maximumID = 512
    private static let maximumSession = 64

    /// Most addresses have none: one pass over the bytes tells.
    private static func mayHoldIDs(_ query: Substring.UTF8View) -> Bool {
        var previous: UInt8 = 0
        for byte in query {
            // "clid=", "raid=", "gad_".
            if byte == UInt8(ascii: "d"), previous == UInt8(ascii: "i") || previous == UInt8(ascii: "a") { return true }
            previous = byte
        }
        return false
    }
}
