import Curl
import Domain
import TestSupport
import Testing

@testable import Forwarding

/// A lead says whom it is about, and one of its other fields is nonsense. It goes out as if the field had not been
/// there.
@Suite struct `What was left out of a lead` {
    static let identifiers: [(object: String, field: String, value: JSON)] = [
        ("person", "email", "jane.doe@example.com"), ("person", "phone", "+4915123456789"),
        ("click", "gclid", "TeSter-123"),
        ("click", "fbclid", "IwAR0_x-Y"), ("click", "wbraid", "0BBBBB"), ("click", "meta_lead_id", "123456789012345"),
        ("person", "email", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
    ]

    /// Nothing that could be read as anything, for a field that any text fits, and for one that has a form.
    private static func nonsense(_ path: String, using dice: inout SeededGenerator) -> JSON {
        let mark = "zqXj" + ["é", "<", "\"", "\\", " \u{1}é"].randomElement(using: &dice)! + "q"
        let anywhere: [JSON] = [
            ["a": .string(mark)], [["b": .string(mark)]], true,
            .string("{{\(mark.filter(\.isLetter).filter(\.isASCII))}}"), "[zqXj]", "${zqXj}",
        ]
        let formed: [JSON] = [
            .string(mark), .string(mark + mark + "@"), .string("zqXj " + String(repeating: mark, count: 300)),
            "undefined", "null", "NaN",
        ]
        let isFree =
            ["first_name", "last_name", "city", "region", "user_agent", "form_id", "campaign_group"].contains {
                path.hasSuffix($0)
            }
            || path.hasSuffix("_id") && path != "click.meta_lead_id"
            || ["click.gad_source", "person.postal_code"].contains(path)
        // A person's name may be any word, and what a program calls itself may be long.
        let isLegible: (JSON) -> Bool = { value in path == "person.email" && value.string?.contains("@") == true }
        return (isFree ? anywhere : anywhere + formed).filter { !isLegible($0) }.randomElement(using: &dice)!
    }

    static let sides = [
        "occurred_at", "sent_at", "value", "currency", "campaign_group", "campaign_id", "adset_id", "ad_id",
        "click.gclid", "click.gbraid",
        "click.wbraid", "click.fbclid", "click.fbc", "click.fbp", "click.meta_lead_id", "click.google_lead_id",
        "click.gad_source",
        "click.landed_at", "person.email", "person.phone", "person.first_name", "person.last_name", "person.city",
        "person.region",
        "person.postal_code", "person.country", "person.external_id", "page.url", "page.referrer", "client.ip",
        "client.user_agent",
    ]

    private static func document(_ identifier: Int, _ extra: (path: String, value: JSON)?) -> JSON {
        var objects: [String: [JSON.Member]] = [
            "person": [], "click": [], "page": [],
            "client": [JSON.Member("user_agent", "M"), JSON.Member("ip", "203.0.113.9")],
        ]
        let (object, field, value) = identifiers[identifier]
        objects[object, default: []].append(JSON.Member(field, value))
        var members = [JSON.Member("event_id", "e1"), JSON.Member("event", "lead")]
        if let extra {
            let names = extra.path.split(separator: ".").map(String.init)
            if names.count == 1 {
                members.append(JSON.Member(names[0], extra.value))
            } else {
                objects[names[0]]?.removeAll { $0.name == names[1] }
                objects[names[0]]?.append(JSON.Member(names[1], extra.value))
            }
        }
        return .object(members + objects.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .object($0.value)) })
    }

    private static func requests(_ event: LeadEvent) -> [[UInt8]?] {
        Samples.all.filter { $0.platform.name != "webhook" }.flatMap { destination in
            [Source.Kind.web, .crm].map { kind in
                let outgoing = EncodedLead(
                    lead: LeadID(rawValue: 1), eventID: "e1", receivedAt: .start, event: event, country: "DE",
                    kind: kind)
                let adapter = Forwarding.makeAdapter(destination)
                guard case .event(let fragment) = adapter.encode(outgoing, at: .start) else { return nil }
                return adapter.transfer([fragment], token: "t", at: .start).body
            }
        }
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `is in no request, and keeps none from going out`(seed: UInt64) throws {
        var dice = SeededGenerator(seed: seed)
        var sent = 0
        for _ in 0..<600 {
            let identifier = Int.random(in: 0..<Self.identifiers.count, using: &dice)
            let path = Self.sides.randomElement(using: &dice)!
            let (object, field, _) = Self.identifiers[identifier]
            if path == "\(object).\(field)" { continue }
            let value = Self.nonsense(path, using: &dice)
            let spoilt = LeadEvent.reading(
                Self.document(identifier, (path, value)), receivedAt: .start, manner: .lenient)
            let clean = LeadEvent.reading(
                Self.document(identifier, (path, .null)), receivedAt: .start, manner: .lenient)
            let event = try #require(spoilt.event, "\(path) \(value.text) \(spoilt.defects)")
            #expect(spoilt.leftOut.map(\.field) == [path], "\(value.text)")
            #expect(event == clean.event, "\(path) \(value.text)")
            let requests = Self.requests(event)
            #expect(requests == Self.requests(try #require(clean.event)))
            sent += requests.count { $0 != nil }
            for body in requests.compactMap({ $0 }) {
                #expect(!String(decoding: body, as: UTF8.self).lowercased().contains("zqxj"), "\(path) \(value.text)")
            }
        }
        #expect(sent > 600)
    }

    /// A number's hash fits one platform's way of writing it only, and nobody knows which.
    @Test func `a telephone number's hash goes to nobody`() {
        let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
        let reading = LeadEvent.reading(
            ["event_id": "1", "person": ["email": "jane@example.com", "phone": .string(hash)]], receivedAt: .start,
            manner: .lenient)
        #expect(reading.leftOut == [LeftOut(field: "person.phone", reason: .malformed)])
    }

    @Test func `an address's hash goes to both platforms as it is`() throws {
        let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
        let event = try #require(
            LeadEvent.reading(
                ["event_id": "1", "person": ["email": .string(hash.uppercased())]], receivedAt: .start, manner: .lenient
            ).event)
        let bodies = Self.requests(event).compactMap { $0 }.map { String(decoding: $0, as: UTF8.self) }
        #expect(bodies.count >= 2 && bodies.allSatisfy { $0.contains(hash) })
    }
}
