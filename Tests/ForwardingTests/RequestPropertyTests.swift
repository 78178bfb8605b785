import Curl
import Domain
import Service
import Store
import TestSupport
import Testing

@testable import Forwarding

@Suite struct `Whatever a lead says` {
    /// Secrets that JSON, addresses and base 64 write in different ways.
    private static let secret = "Sec\"ret\\%+/ü"

    private static var destinations: [Destination] {
        Samples.all.map { destination in
            var destination = destination
            destination.consent.denied = .sendWithoutIdentifiers
            switch destination.platform {
            case .googleAds(var google):
                google.conversionActions["*"] = "999"
                google.customVariables = ["1": "field0", "2": "field1"]
                google.credential.grant = .refreshToken(
                    clientID: "client", clientSecret: Secret(secret), refreshToken: Secret(secret + "2"))
                destination.platform = .googleAds(google)
            case .metaAds(var meta):
                meta.accessToken = Secret(secret)
                meta.appSecret = Secret(secret + "2")
                meta.eventNames["*"] = "Other"
                meta.customData = ["bran\"ch": "field0", "store": "field2"]
                meta.limitedDataUse = Destination.MetaAds.LimitedDataUse(.everybody)
                destination.platform = .metaAds(meta)
            case .webhook: break
            }
            return destination
        }
    }

    private static func isHidden(_ transfer: Transfer) -> Bool {
        let places = [transfer.url] + transfer.fields.map(\.value)
        let bytes = (transfer.body ?? []) + places.flatMap { Array($0.utf8) }
        return ["Sec\"ret", "Sec\\\"ret", "Sec%22ret", "tokenX"].allSatisfy { !bytes.contains(bytes: Array($0.utf8)) }
    }

    @Test(arguments: [1, 2, 3] as [UInt64], destinations)
    func `the request is JSON, and a person who looks at it sees no secret`(
        _ seed: UInt64, _ destination: Destination
    ) throws {
        var generator = EventGenerator(seed: seed)
        let adapter = Forwarding.makeAdapter(destination)
        var sent = 0
        for number in 0..<700 {
            let event = generator.event()
            let kind: Source.Kind = number % 4 == 0 ? .crm : .web
            let outgoing = EncodedLead(
                lead: LeadID(rawValue: Int64(number)), eventID: generator.text(), receivedAt: .start, event: event,
                kind: kind)
            guard case .event(let fragment) = adapter.encode(outgoing, at: .start) else { continue }
            sent += 1
            guard (try? JSON(parsing: fragment.bytes))?.object != nil else {
                Issue.record("not JSON: \(String(decoding: fragment.bytes, as: UTF8.self))")
                continue
            }
            let transfer = adapter.transfer([fragment], token: "tokenX", at: .start)
            #expect((try? JSON(parsing: transfer.body ?? []))?.object != nil)
            #expect(Self.isHidden(adapter.masked(transfer)))
            for amendment in Amendment.allCases {
                guard let amended = adapter.amended(fragment, amendment) else { continue }
                #expect((try? JSON(parsing: amended.bytes))?.object != nil && amended.bytes != fragment.bytes)
                #expect(amended.bytes.count < fragment.bytes.count + 64, "something less")
            }
        }
        #expect(sent > 100, "the generator makes leads that are sent")
    }

    /// A body that is not JSON, whatever the reason, hides its secrets all the same.
    @Test(arguments: destinations) func `a body that cannot be read shows no secret either`(_ destination: Destination)
    {
        let adapter = Forwarding.makeAdapter(destination)
        var transfer = Transfer("POST", "http://a.example/?x=Sec%22ret%5C%25%2B%2F%C3%BC")
        transfer.fields = [("Authorization", "Bearer tokenX"), ("X-Other", Self.secret)]
        for body in [#"{"lead_id":0123,"access_token":"Sec\"ret\\%+/ü""#, Self.secret, "Sec%22ret%5C%25%2B%2F%C3%BC"] {
            transfer.body = Array(body.utf8)
            if destination.platform.name != "webhook" { #expect(Self.isHidden(adapter.masked(transfer))) }
        }
    }
}

@Suite struct `A number of a body` {
    @Test(arguments: [
        "0", "-0", "1", "25.50", "-5", "1e5", "1E+5", "1.0e-7", "33.333333333333336", "0.0", "99999999999999999999",
    ])
    func `is one as JSON has it`(_ text: String) throws {
        let number = try #require(BodyNumber(text))
        var body: [UInt8] = []
        body.number(number)
        #expect(body == Array(text.utf8))
        #expect(try JSON(parsing: body) == .number(text))
    }

    @Test(arguments: [
        "", "-", "+1", "007", "00", "-01", "1.", ".5", "1e", "1e+", "1.e5", "0x10", "NaN", "Infinity", "1,5", "1 ",
        " 1",
        "1}", "\"1\"", "1\n", "１", "1e5.5", "--1",
    ])
    func `is nothing else`(_ text: String) { #expect(BodyNumber(text) == nil) }
}

@Suite struct `A secret or a token with a control character` {
    private static let odd = ["to\nken", "to\r\nX-Evil: 1", "to\u{0}ken", "to\u{7F}ken", "to\u{1}ken", "a b"]

    private static func destinations(_ secret: String) -> [Destination] {
        Samples.all.map { destination in
            var destination = destination
            switch destination.platform {
            case .googleAds(var google):
                google.account = secret
                google.loginAccount = secret
                google.credential.grant = .refreshToken(
                    clientID: secret, clientSecret: Secret(secret), refreshToken: Secret(secret))
                google.credential.network.proxy = .init(
                    url: "http://127.0.0.1:1", user: secret, password: Secret(secret))
                google.endpoint = "http://127.0.0.1:1"
                google.credential.tokenEndpoint = "http://127.0.0.1:1/" + secret
                destination.platform = .googleAds(google)
            case .metaAds(var meta):
                meta.accessToken = Secret(secret)
                meta.appSecret = Secret(secret)
                meta.pixel = secret
                meta.version = secret
                meta.endpoint = "http://127.0.0.1:1"
                destination.platform = .metaAds(meta)
            case .webhook(var webhook):
                webhook.url = "http://127.0.0.1:1/" + secret
                webhook.secrets = [Secret(secret)]
                destination.platform = .webhook(webhook)
            }
            return destination
        }
    }

    /// Every place that makes a request is asked for one, and the request is sent.
    @Test(arguments: odd) func `ends no process`(_ secret: String) throws {
        let transfers = Transfers(userAgent: "test/1")
        defer { transfers.stop() }
        for destination in Self.destinations(secret) {
            let adapter = Forwarding.makeAdapter(destination)
            var requests: [Transfer] = []
            if case .event(let fragment) = adapter.encode(Samples.outgoing()) {
                requests.append(adapter.transfer([fragment], token: secret, at: .start))
            }
            requests += adapter.inquiry(secret, token: secret).map { [$0] } ?? []
            requests += adapter.preflight(token: secret, at: .start).map(\.transfer)
            if let credential = adapter.credential { requests.append(try AccessToken.request(credential, at: .start)) }
            #expect(!requests.isEmpty)
            for request in requests {
                _ = adapter.masked(request)
                guard case .failure(let error) = transfers.perform(request) else {
                    Issue.record("nobody is there")
                    continue
                }
                #expect(adapter.read(.failure(error), count: 1).verdicts.count == 1)
            }
        }
    }

    @Test(arguments: odd) func `from a token endpoint is no token`(_ text: String) {
        var token = AccessToken()
        _ = token.beginRenewal(at: .start)
        let body: JSON = ["access_token": .string(text), "expires_in": 3599]
        guard case .failed(let reason, _) = token.renewed(.success(Answer(status: 200, body: body.bytes)), at: .start)
        else {
            Issue.record("taken")
            return
        }
        #expect(!reason.contains("ken") || reason.contains("access_token"))
        #expect(token.token(at: .start) == nil && token.status(at: .start) == .pending)
    }

    @Test func `holds the lane, and says why`() {
        var meta = Samples.meta
        if case .metaAds(var platform) = meta.platform {
            platform.version = "v26.0\n"
            meta.platform = .metaAds(platform)
        }
        let bench = DispatchBench([meta])
        bench.transport["http://meta.test"] = { transfer, _ in
            (transfer.fault.map { .failure(.unsendable($0)) } ?? Platforms.metaTakes(transfer), .zero)
        }
        bench.add([1])
        bench.run()
        #expect(bench.store.laneState("meta") == .held)
        #expect(bench.lines.withLock { $0 }.contains { $0.contains("lane.held") && $0.contains("unsendable") })
    }
}
