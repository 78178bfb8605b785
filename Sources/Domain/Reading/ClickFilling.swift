extension LeadEvent.Click {
    /// Takes the click ids of a page's address, unless the sender said one of the same platform itself: what it said is
    /// of this click. Answers the names of the fields that were filled.
    ///
    /// The parameters are those that auto-tagging adds (Google Ads help 9744275; Meta, "ClickID and the fbp and fbc
    /// parameters").
    mutating func fill(from address: String) -> [String] {
        let lacksGoogle = gclid == nil && gbraid == nil && wbraid == nil
        let lacksMeta = fbclid == nil && fbc == nil
        guard lacksGoogle || lacksMeta || gadSource == nil || gadCampaignID == nil else { return [] }
        let bytes = Array(address.utf8)
        guard
            var place = bytes.firstIndex(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }),
            bytes[place] == UInt8(ascii: "?")
        else { return [] }
        var filled: [String] = []
        var isOver = false
        while !isOver {
            let start = place + 1
            var middle: Int?
            place = start
            while place < bytes.endIndex, bytes[place] != UInt8(ascii: "&"), bytes[place] != UInt8(ascii: "#") {
                if middle == nil, bytes[place] == UInt8(ascii: "=") { middle = place }
                place += 1
            }
            isOver = place == bytes.endIndex || bytes[place] == UInt8(ascii: "#")
            guard let middle, let parameter = Self.parameter(bytes[start..<middle]) else { continue }
            let isWanted: Bool =
                switch parameter.field {
                case "gclid", "gbraid", "wbraid": lacksGoogle
                case "fbclid": lacksMeta
                default: true
                }
            guard isWanted, self[keyPath: parameter.target] == nil,
                let id = Self.id(String(decoding: bytes[start..<place], as: UTF8.self), parameter)
            else { continue }
            self[keyPath: parameter.target] = id
            filled.append(parameter.field)
        }
        return filled
    }

    private struct Parameter: Sendable {
        let name: String
        let field: String
        let target: any WritableKeyPath<LeadEvent.Click, String?> & Sendable
        let shape: TextShape
        let maximum: Int
    }

    private static let maximumID = 512
    private static let maximumSession = 64
    private static let parameters = [
        Parameter(name: "gclid", field: "gclid", target: \.gclid, shape: .googleClickID, maximum: maximumID),
        Parameter(name: "gbraid", field: "gbraid", target: \.gbraid, shape: .googleClickID, maximum: maximumID),
        Parameter(name: "wbraid", field: "wbraid", target: \.wbraid, shape: .googleClickID, maximum: maximumID),
        Parameter(name: "fbclid", field: "fbclid", target: \.fbclid, shape: .metaClickID, maximum: maximumID),
        Parameter(
            name: "gad_source", field: "gad_source", target: \.gadSource, shape: .identifier, maximum: maximumSession),
        Parameter(
            name: "gad_campaignid", field: "gad_campaign_id", target: \.gadCampaignID, shape: .identifier,
            maximum: maximumSession),
    ]

    /// Nobody encodes these letters. Most parameters of an address begin with another one.
    private static func parameter(_ name: ArraySlice<UInt8>) -> Parameter? {
        guard let first = name.first, "gwf".utf8.contains(first) else { return nil }
        return parameters.first { $0.name.utf8.elementsEqual(name) }
    }

    /// The id in `name=value`, if it is one.
    private static func id(_ pair: String, _ parameter: Parameter) -> String? {
        guard let text = WebAddress.parameter(parameter.name, of: "?" + pair), !text.isEmpty else { return nil }
        let shape = parameter.shape
        let id = shape.reading(text).flatMap { shape.isSuspicious($0) ? nil : $0 } ?? shape.mended(text)
        return id.flatMap { !$0.isEmpty && $0.isAtMost(parameter.maximum) ? $0 : nil }
    }
}
