import Curl
import Domain
import Service
import Store
import TestSupport
import Testing

@testable import API
@testable import CommandLine
@testable import Configuration
@testable import leadrelay

/// What form builders, tag managers, CRMs and browsers really send, posted to a running relay: a lead with what could
/// be read, or put aside with everything that was wrong. Each row says a good address or click id besides.
@Suite(.timeLimit(.minutes(Hanging.minutes))) struct `Dirty leads at the running relay` {
    private static let form = "application/x-www-form-urlencoded"

    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let body: String
        let type: String
        /// Lines that the lead's story has; none: it is put aside.
        let shows: [String]
        init(_ name: String, _ body: String, _ shows: [String], type: String = "application/json") {
            (self.name, self.body, self.type, self.shows) = (name, body, type, shows)
        }
        var testDescription: String { name }
    }

    static let rows: [Row] = [
        Row("currency without a value", #"{"person":{"email":"a@e.de"},"currency":"EUR"}"#, ["currency left out"]),
        Row("a blank value with a currency", "email=a%40e.de&value=&currency=EUR", ["currency left out"], type: form),
        Row("a country by its name", #"{"person":{"email":"a@e.de","country":"Germany"}}"#, [#""country": "DE""#]),
        Row(
            "a country by its name in a form", "email=a%40e.de&country=United+States", [#""country": "US""#], type: form
        ),
        Row(
            "an address with a port", #"{"person":{"email":"a@e.de"},"client":{"ip":"203.0.113.9:52344"}}"#,
            [#""ip": "203.0.113.9""#]),
        Row("a private address", #"{"person":{"email":"a@e.de"},"client":{"ip":"10.1.2.3"}}"#, ["client.ip left out"]),
        Row(
            "half a cookie", #"{"person":{"email":"a@e.de"},"click":{"fbc":"fb.1.1795999999000."}}"#,
            ["click.fbc left out"]),
        Row(
            "a cookie in seconds", #"{"click":{"gclid":"Cj0","fbc":"fb.1.1795999999.IwAR0_x"}}"#,
            ["fb.1.1795999999000.IwAR0_x"]),
        Row(
            "more of the query than the click id", #"{"click":{"gclid":"Cj0KCQ&gad_source=1"}}"#,
            [#""gclid": "Cj0KCQ""#]),
        Row("the cookie of a click id", #"{"click":{"gclid":"GCL.1795943730.Cj0KCQ"}}"#, [#""gclid": "Cj0KCQ""#]),
        Row(
            "a program's word for nothing",
            #"{"person":{"email":"a@e.de"},"click":{"gclid":"undefined","fbclid":"null"}}"#,
            ["click.gclid left out", "click.fbclid left out"]),
        Row(
            "a template nobody filled in",
            #"{"person":{"email":"a@e.de"},"click":{"gclid":"{gclid}"},"ad_id":"{{ad.id}}"}"#,
            ["click.gclid left out", "ad_id left out"]),
        Row(
            "digits of another script", #"{"person":{"email":"a@e.de","phone":"٠٥٠١٢٣٤٥٦٧"}}"#,
            [#""phone": "0501234567""#]),
        Row(
            "a number out of an address book", #"{"person":{"phone":"\u202a+49 151 23456789\u202c"}}"#,
            [#""phone": "+49 151 23456789""#]),
        Row(
            "a number with a remark", "email=a%40e.de&phone=0151+12345678+(please+call+after+5+pm)",
            [#""phone": "0151 12345678""#], type: form),
        Row("a number that is none", #"{"person":{"email":"a@e.de","phone":"ask me"}}"#, ["person.phone left out"]),
        Row(
            "a label of a consent box",
            "email=a%40e.de&custom[I+have+read+and+accept+the+terms+and+conditions+of+this+offer+and+of+its+partners]=on",
            ["cut"], type: form),
        Row(
            "a long message", "email=a%40e.de&custom[message]=" + String(repeating: "word+", count: 240),
            ["custom.message was longer than 1000"], type: form),
        Row(
            "sixty further fields", "email=a%40e.de&" + (0..<60).map { "custom[f\($0)]=x" }.joined(separator: "&"),
            ["custom left out"], type: form),
        Row(
            "nested fields", #"{"person":{"email":"a@e.de"},"custom":{"rows":[{"n":1},{"n":2}]}}"#, [#""rows.1.n": 2"#]),
        Row(
            "an address's hash",
            #"{"person":{"email":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}}"#, ["9f86d081"]),
        Row(
            "a number's hash",
            #"{"person":{"email":"a@e.de","phone":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}}"#,
            ["person.phone left out"]),
        Row("a blank in an address", #"{"person":{"email":"jane@ example.com"}}"#, ["jane@example.com"]),
        Row(
            "a variation selector behind an address", #"{"person":{"email":"jane@example.com\ufe0f"}}"#,
            ["jane@example.com"]),
        Row(
            "a name between direction marks", #"{"person":{"email":"a@e.de","first_name":"\u2068Jane\u2069"}}"#,
            [#""first_name": "Jane""#]),
        Row(
            "Google's way to write a time", #"{"person":{"email":"a@e.de"},"occurred_at":"NOW_GOOGLE"}"#,
            ["occurred_at was written in another way"]),
        Row(
            "Graph's way to write a time", #"{"person":{"email":"a@e.de"},"occurred_at":"NOW_GRAPH"}"#,
            ["occurred_at was written in another way"]),
        Row(
            "milliseconds", #"{"person":{"email":"a@e.de"},"occurred_at":NOW_MILLISECONDS}"#,
            ["occurred_at was written in another way"]),
        Row(
            "a German date", "email=a%40e.de&occurred_at=29.11.2026+9:05",
            ["occurred_at left out", "the time of receipt is taken"], type: form),
        Row("a decimal comma", "email=a%40e.de&value=49,90&currency=EUR", [#""value": 49.90"#], type: form),
        Row(
            "an amount in quotation marks", #"{"person":{"email":"a@e.de"},"value":"49.90","currency":"EUR"}"#,
            [#""value": 49.90"#]),
        Row(
            "an amount that may be two", #"{"person":{"email":"a@e.de"},"value":"1,234","currency":"EUR"}"#,
            ["value left out"]),
        Row(
            "numbers for texts",
            #"{"event_id":1732,"person":{"phone":4915123456789},"click":{"meta_lead_id":1234567890123456}}"#,
            [#""meta_lead_id": "1234567890123456""#]),
        Row(
            "a blank in the page's address",
            #"{"person":{"email":"a@e.de"},"page":{"url":"https://e.de/?utm_campaign=Summer Sale"}}"#, ["Summer%20Sale"]
        ),
        Row(
            "click ids in the page's address only",
            #"{"person":{"email":"a@e.de"},"page":{"url":"https://e.de/?gclid=Cj0&fbclid=IwAR0_x"}}"#,
            [#""gclid": "Cj0""#, #""fbclid": "IwAR0_x""#]),
        Row("a bare percent sign", "email=a%40e.de&custom[wish]=50%off+100%+sure", ["50%off 100% sure"], type: form),
        Row(
            "form names in JSON", #"{"email":"jane@example.com","gclid":"Cj0KCQ"}"#,
            [#""email": "jane@example.com""#, #""gclid": "Cj0KCQ""#]),
        // Put aside: too little is left, or it says what may be sent.
        Row("nothing but an address that is none", #"{"event_id":"1","person":{"email":"jane at example"}}"#, []),
        Row(
            "a consent that cannot be read", #"{"person":{"email":"a@e.de"},"consent":{"ad_user_data":"perhaps"}}"#, []),
        Row("a test flag that cannot be read", #"{"person":{"email":"a@e.de"},"test":"maybe"}"#, []),
        Row("an event's name that cannot be read", #"{"person":{"email":"a@e.de"},"event":"very good lead"}"#, []),
        Row("an event of last year", #"{"person":{"email":"a@e.de"},"occurred_at":"2020-01-01T00:00:00Z"}"#, []),
        Row("names that no rule knows", "your-email=jane%40example.com&menge=3", [], type: form),
    ]

    @Test func `become leads, with what can be used of them`() throws {
        let stage = try RelayStage()
        try stage.service.reload(
            try stage.configuration(
                sources: #"page: { keys: "pk_page_key", rate: "unlimited", address_rate: "unlimited" }"#))
        let now = Instant(milliseconds: Clock.system.milliseconds()) - .minutes(1)
        let iso = now.rfc3339Seconds
        var posted: [(row: Row, id: String)] = []
        for row in Self.rows {
            let body = row.body.replacing(
                "NOW_GOOGLE", with: iso.replacing("T", with: " ").replacing("Z", with: "+00:00")
            )
            .replacing("NOW_GRAPH", with: iso.replacing("Z", with: "+0000")).replacing(
                "NOW_MILLISECONDS", with: "\(now.milliseconds)")
            posted.append((row, try stage.post(body, type: row.type)))
        }
        try stage.settle()
        for (row, id) in posted {
            let story = try stage.command("lead", "show", id).output
            let isLead = story.contains("state         lead")
            #expect(isLead == !row.shows.isEmpty, "\(row.name): \(story)")
            for words in row.shows { #expect(story.contains(words), "\(row.name): \(words)\n\(story)") }
        }
        let books = stage.service.relay.ledger.books
        #expect(books.total(.quarantined) == Self.rows.count { $0.shows.isEmpty })
        #expect(books.total(.lead) == Self.rows.count { !$0.shows.isEmpty })
        // What was left out is counted under its field.
        let status = try stage.command("status", "--json")
        #expect(status.code == .good)
        #expect(try stage.command("audit").code == .good)
    }
}
