import Domain
import HTTP
import Store

extension IntakeRoutes.Acknowledgement {
    /// The answer to an event that is durable.
    func response(_ posted: AppendResult) -> Response {
        var fields: [(name: String, value: String)]
        var status = answer
        var body: [UInt8] = []
        switch form {
        case .one:
            fields = [Self.json]
            body = Self.one(posted.ids)
        case .redirectRefused:
            fields = [Self.json]
            body = Self.one(posted.ids)
            body.removeLast()
            body.append(contentsOf: ",\"redirect\":\"not allowed\"}".utf8)
        case .batch:
            fields = [Self.json]
            body = Self.batch(posted.ids)
        case .redirect(let target):
            // 303: the browser goes on with GET, and going back does not post again.
            status = 303
            fields = [("Location", target), ("Cache-Control", "no-store")]
        case .pixel:
            (status, fields, body) = (200, Pixel.fields, Pixel.image)
        }
        // RFC 9110 15.3.5 and 15.3.6: neither has content, and so no type of it.
        if status == 204 || status == 205 {
            body = []
            fields.removeAll { $0.name == Self.json.name }
        }
        if posted.isReplay { fields.append(("Idempotency-Replayed", "true")) }
        CrossOrigin.append(audience, to: &fields)
        return Response(status, fields: fields, body: body)
    }

    private static let json = (name: "Content-Type", value: "application/json")

    private static func one(_ ids: [LeadID]) -> [UInt8] {
        guard ids.count == 1 else { return batch(ids) }
        var body: [UInt8] = []
        body.reserveCapacity(24)
        body.append(contentsOf: "{\"id\":\"".utf8)
        body.append(contentsOf: ids[0].description.utf8)
        body.append(contentsOf: "\"}".utf8)
        return body
    }

    private static func batch(_ ids: [LeadID]) -> [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(12 + ids.count * 16)
        body.append(contentsOf: "{\"ids\":[".utf8)
        for (index, id) in ids.enumerated() {
            body.append(contentsOf: (index == 0 ? "\"" : ",\"").utf8)
            body.append(contentsOf: id.description.utf8)
            body.append(UInt8(ascii: "\""))
        }
        body.append(contentsOf: "]}".utf8)
        return body
    }
}

/// One transparent point.
enum Pixel {
    static let fields: [(name: String, value: String)] = [
        ("Content-Type", "image/gif"), ("Cache-Control", "no-store"), ("Cross-Origin-Resource-Policy", "cross-origin"),
    ]

    /// 43 bytes: GIF89a, 1×1, one colour that is transparent.
    static let image: [UInt8] = [
        0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 0x01, 0x00, 0x01, 0x00, 0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0xFF,
        0xFF, 0xFF, 0x21, 0xF9, 0x04, 0x01, 0x00, 0x00, 0x00, 0x00, 0x2C, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00,
        0x01, 0x00, 0x00, 0x02, 0x02, 0x44, 0x01, 0x00, 0x3B,
    ]

    static var response: Response { Response(200, fields: fields, body: image) }
}
