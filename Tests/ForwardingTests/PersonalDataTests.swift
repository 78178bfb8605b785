import Crypto
import Curl
import Domain
import Service
import Store
import TestSupport
import Testing

@testable import Forwarding

@Suite struct `An address of a page` {
    private static func lead(_ url: String) -> LeadEvent {
        var event = Samples.event
        event.person.email = "jane.doe@example.com"
        event.person.phone = "0151 2345 6789"
        event.person.firstName = "Jane"
        event.person.lastName = "Müller"
        event.page.url = url
        event.page.referrer = url
        return event
    }

    private static func base64(_ text: String, url: Bool = false) -> String {
        (url ? Base64.url : Base64.plain).encode(Array(text.utf8))
    }

    private static let site = "https://www.acme.example"

    /// Everything after the host, and what is left of it.
    static let addresses: [(String, String)] = [
        ("/x?utm_source=fb&gclid=G&fbclid=F&id=2", "/x?utm_source=fb&gclid=G&fbclid=F&id=2"),
        ("/x?name=Jane+Doe&plz=10115", "/x?plz=10115"), ("/x?vorname=Erika&nachname=Muster&plz=1", "/x?plz=1"),
        ("/x?q=jane.doe%2540example.com", "/x"), ("/x?q=jane.doe%252540example.com&a=1", "/x?a=1"),
        ("/x?e=" + base64("jane.doe@example.com"), "/x"), ("/x?e=" + base64("jane.doe@example.com", url: true), "/x"),
        ("/x?d=" + base64(#"{"email":"somebody.else@example.org"}"#), "/x"),
        ("/x?d=pre." + base64("Jane Müller") + "&b=2", "/x?b=2"), ("/thanks/4915123456789", "/thanks/"),
        ("/thanks/0151-2345-6789/ok", "/thanks//ok"), ("/thanks/%2B49%20151%2023456789", "/thanks/"),
        ("/jane.doe@example.com/x", "//x"), ("/hallo/jane-mueller", "/hallo/"), ("/hallo/MULLER", "/hallo/"),
        ("/x?a=J%C3%A4ne&b=M%C3%BCller", "/x"), ("/x?a=JANE&b=1", "/x?b=1"), ("/x?ref=janemuller7", "/x"),
        ("/x?next=https%3A%2F%2Fa.example%2F%3Fmail%3Djane.doe%2540example.com&b=1", "/x?b=1"),
        ("/x?prenom=A&nom=B&nombre=C&apellidos=D&geburtsdatum=1.2.1980&strasse=E&dob=F&b=1", "/x?b=1"),
        ("/x?first=A&last=B&fname=C&lname=D&tel=1&handy=2&movil=3&b=1", "/x?b=1"),
        ("/x?%D0%B8%D0%BC%D1%8F=A&b=1", "/x?b=1"),
        ("/x?campaign_name=summer&hotel=3", "/x?campaign_name=summer&hotel=3"),
        ("/x?utm_content=jane.doe%40example.com&utm_term=jane", "/x?utm_term=jane"),
        ("/x?gclid=Cj0Jane4915123456789&a=1", "/x?gclid=Cj0Jane4915123456789&a=1"),
        ("/x#email=jane.doe@example.com", "/x"),
        ("", ""), ("/", "/"), ("/?", "/?"), ("/x?a=%zz&b=%", "/x?a=%zz&b=%"),
    ]

    @Test(arguments: addresses) func `loses what is the lead's own, in any spelling`(_ written: String, _ left: String)
        throws
    {
        let event = Self.lead(Self.site + written)
        let words = PersonalWords(event, country: "DE")
        #expect(PageAddress.withoutPersonalData(Self.site + written, of: words) == Self.site + left)
        // And so it leaves, at every platform that is told of pages.
        var outgoing = Samples.outgoing(1, event)
        outgoing.country = "DE"
        let fragment = try #require(makeAdapter(Samples.meta).encode(outgoing).fragment)
        let body = try JSON(parsing: fragment.bytes)
        #expect(body["event_source_url"]?.string == Self.site + left)
        #expect(body["referrer_url"]?.string == Self.site + left)
    }

    @Test(arguments: [
        ("Li", "/x?a=Li&b=alibaba", "/x?b=alibaba"), ("de Vries", "/de/x?lang=de&a=devries", "/de/x?lang=de"),
        ("王芳", "/x?a=%E7%8E%8B%E8%8A%B3&b=1", "/x?b=1"), ("Łukasz", "/x?a=lukasz&b=1", "/x?b=1"),
        ("B", "/x?a=b&b=1", "/x?a=b&b=1"),
    ])
    func `loses short and foreign names as words of their own`(_ name: String, _ written: String, _ left: String) {
        var event = LeadEvent(event: "lead", occurredAt: .start)
        event.person.lastName = name
        let words = PersonalWords(event, country: nil)
        #expect(PageAddress.withoutPersonalData(Self.site + written, of: words) == Self.site + left)
    }

    @Test(arguments: ["ftp://a.example", "a.example/x", "https://user@a.example/", "https://jane:pw@a.example/x", ""])
    func `is none at all if it is no page's`(_ address: String) {
        #expect(PageAddress.withoutPersonalData(address, of: PersonalWords(Samples.event, country: nil)) == nil)
    }
}

@Suite struct `An id of the sender's own` {
    @Test(arguments: [
        ("CRM-1", true), ("a8f3-77", true), ("+4915123456789", false), ("0151 23456789", false), ("Jane Doe", false),
        ("jane.doe", false), ("Jane.Doe@Example.com", false), ("lead_DOE_7", false),
    ])
    func `goes to Meta in clear only if it says nothing about the person`(_ id: String, _ isClear: Bool) throws {
        var event = Samples.event
        event.person.lastName = "Doe"
        event.person.externalID = id
        var outgoing = Samples.outgoing(1, event)
        outgoing.country = "DE"
        let body = try JSON(parsing: #require(makeAdapter(Samples.meta).encode(outgoing).fragment).bytes)
        let told = body["user_data"]?["external_id"]
        #expect(told == [.string(isClear ? id : SHA256.hex(of: id.lowercased()))])
    }

    @Test func `in a field of the sender's own is left out if it says the name`() throws {
        var meta = Samples.meta
        if case .metaAds(var platform) = meta.platform {
            platform.customData = ["branch": "branch", "who": "who"]
            meta.platform = .metaAds(platform)
        }
        var event = Samples.event
        event.custom = [JSON.Member("branch", "north"), JSON.Member("who", "for Jane")]
        let body = try JSON(parsing: #require(makeAdapter(meta).encode(Samples.outgoing(1, event)).fragment).bytes)
        #expect(body["custom_data"]?["branch"] == "north" && body["custom_data"]?["who"] == nil)
    }
}

@Suite struct `A platform's words about a lead` {
    @Test(arguments: [
        (#"bad jane\u0040example.com here"#, "bad [email] here"), (#"bad jane\\u0040example.com"#, "bad [email]"),
        ("bad jane&#64;example.com", "bad [email]"), ("bad jane&#x40;example.com", "bad [email]"),
        ("bad jane (at) example", "bad [email]"), ("bad jane [at] example.com here", "bad [email] here"),
        ("bad jane%2540example.com", "bad [email]"), ("look (attached) at it", "look (attached) at it"),
    ])
    func `hide an address however it is escaped`(_ text: String, _ expected: String) {
        #expect(redacted(text) == expected)
    }

    @Test(arguments: [
        ("INVALID_GCLID", "INVALID_GCLID"), ("conversionUploadError.EXPIRED_EVENT", nil),
        ("jane.doe@example.com", "[email]"), ("4915123456789", "[number]"), ("two words", nil), ("http_403", nil),
    ])
    func `have codes that are codes`(_ code: String, _ expected: String?) {
        #expect(redactedCode(code) == expected ?? code)
    }

    @Test func `are short where they name something`() {
        let long = "jane.doe@example.com" + String(repeating: "x", count: 5000)
        #expect(redactedID(long).utf8.count <= 128 && !redactedID(long).contains("jane"))
        #expect(redactedCode(String(repeating: "CODE ", count: 100)).count <= 128)
        #expect(redactedID("AbC-12_x.y:z/1+2=") == "AbC-12_x.y:z/1+2=" && redactedID(nil) == "")
    }

    private static var event: LeadEvent {
        var event = Samples.event
        event.person.firstName = "Jane"
        event.person.lastName = "Müller"
        event.person.city = "Berlin"
        event.person.postalCode = "10115"
        event.custom = [JSON.Member("street", "Musterstrasse 12"), JSON.Member("born", "1.2.1980")]
        return event
    }

    @Test func `lose what the lead itself says`() {
        let words = LeadWords([Self.event])
        #expect(
            words.hidden(in: "Contact Jane Mueller, MUSTERSTRASSE 12, 10115 Berlin, born 1.2.1980 is not yours")
                == "Contact […] […], […], […] […], born […] is not yours")
        #expect(
            words.hidden(in: "Janet, Berliner and INVALID_JANE are others")
                == "Janet, Berliner and INVALID_JANE are others")
        #expect(words.hidden(inID: "req-Jane-77") == "req-[…]-77" && words.hidden(inID: "req-12-be") == "req-12-be")
    }

    /// The whole way: nothing of it is in the store, the lane's reason or the log.
    @Test func `are nowhere to be found`() {
        let bench = DispatchBench([Samples.webhook, Samples.meta])
        let echo = "Contact Jane Müller, Musterstrasse 12, 10115 Berlin, born 1.2.1980 is not yours"
        bench.transport["http://crm.test"] = { _, _ in
            (
                .success(
                    Answer(
                        status: 403, fields: [("x-request-id", "Jane Müller")],
                        body: Array(#"{"error":"\#(echo)"}"#.utf8))), .zero
            )
        }
        bench.transport["http://meta.test"] = { _, _ in
            (
                Platforms.answer(
                    400,
                    #"{"error":{"message":"\#(echo)","code":100,"error_subcode":2804050,"fbtrace_id":"jane.doe@example.com"}}"#
                ), .zero
            )
        }
        bench.add([1], Self.event)
        bench.run()
        let receipts = bench.store.state.withLock { state in
            state.owed.values.flatMap { $0.values.compactMap(\.receipt) } + []
        }
        let reasons = bench.store.state.withLock { $0.lanes.values.map(\.reason) }
        let texts = receipts.flatMap { [$0.code, $0.message, $0.requestID] } + reasons + bench.lines.withLock { $0 }
        #expect(!receipts.isEmpty && !reasons.isEmpty)
        for text in texts {
            for word in ["Jane", "Müller", "Musterstrasse", "10115", "Berlin", "1.2.1980", "jane"] {
                #expect(!text.contains(word), "\(word) in \(text)")
            }
        }
    }
}
