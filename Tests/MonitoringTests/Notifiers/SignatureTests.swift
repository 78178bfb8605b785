import Crypto
import Domain
import Monitoring
import Testing

@Suite struct `Slack's signature` {
    // The example of Slack's documentation.
    static let secret = "8f742231b10e8888abcd99yyyzzz85a5"
    static let timestamp = "1531420618"
    static let signature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    static let body = Array(
        ("token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
            + "&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
            + "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554"
            + "%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c").utf8)
    static let moment = Instant(seconds: 1_531_420_618)

    private func refusal(
        _ signature: String? = signature, _ timestamp: String? = timestamp, body: [UInt8] = body,
        secret: String = secret, now: Instant = moment
    ) -> SlackSignature.Refusal? {
        do throws(SlackSignature.Refusal) {
            try SlackSignature.check(signature, timestamp: timestamp, body: body, secret: secret, now: now)
            return nil
        } catch {
            return error
        }
    }

    @Test func `is the published one for the published request`() {
        #expect(
            SlackSignature.make(body: Self.body, timestamp: Self.timestamp, secret: Self.secret) == Self.signature)
        #expect(refusal() == nil)
    }

    @Test func `is good for five minutes either way`() {
        for seconds in [-300, 300] { #expect(refusal(now: Self.moment + .seconds(seconds)) == nil) }
        for seconds in [-301, 301] { #expect(refusal(now: Self.moment + .seconds(seconds)) == .old) }
    }

    @Test func `is wrong when anything else was signed`() {
        #expect(refusal(body: Self.body + [0x20]) == .wrong)
        #expect(refusal(secret: Self.secret + "6") == .wrong)
        #expect(refusal(Self.signature, "1531420619") == .wrong)
        for signature in ["", "v0=", Self.signature.uppercased(), String(Self.signature.dropLast()), "v1=00"] {
            #expect(refusal(signature) == .wrong, "\(signature)")
        }
        // An old request with a wrong signature is wrong, not old.
        #expect(refusal(secret: "other", now: Self.moment + .hours(1)) == .wrong)
    }

    @Test func `must be there, with a time`() {
        #expect(refusal(nil) == .missing)
        for timestamp in [nil, "", "soon", "-1531420618", "1531420618.0", "99999999999999"] {
            #expect(refusal(Self.signature, timestamp) == .missing, "\(timestamp ?? "nil")")
        }
    }

    @Test func `is accepted once`() {
        var seen = SeenSignatures()
        let admitted = [
            seen.admit("a", at: Self.moment), seen.admit("b", at: Self.moment),
            seen.admit("a", at: Self.moment + .seconds(300)), seen.admit("a", at: Self.moment + .seconds(599)),
        ]
        #expect(admitted == [true, true, false, false])
    }

    @Test func `is remembered within bounds, and never forgotten while it is good`() {
        var seen = SeenSignatures()
        let many = (0..<10_000).map { seen.admit("\($0)", at: Self.moment) }
        #expect(!many.contains(false))
        let (above, again) = (seen.admit("above", at: Self.moment + .seconds(1)), seen.admit("7", at: Self.moment))
        #expect(!above && !again)
        let later = seen.admit("above", at: Self.moment + .seconds(601))
        #expect(later)
    }
}

@Suite struct `Twilio's signature` {
    // The example of Twilio's documentation.
    static let url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    static let fields = [
        (name: "To", value: "+18005551212"), (name: "Digits", value: "1234"),
        (name: "CallSid", value: "CA1234567890ABCDE"), (name: "From", value: "+14158675309"),
        (name: "Caller", value: "+14158675309"),
    ]
    static let signature = "RSOYDt4T1cUTdK1PDd93/VVr8B8="

    @Test func `is the published one for the published request`() {
        #expect(TwilioSignature.make(url: Self.url, fields: Self.fields, authToken: "12345") == Self.signature)
        #expect(
            TwilioSignature.isGenuine(Self.signature, url: Self.url, fields: Self.fields, authToken: "12345"))
    }

    @Test func `is wrong when anything else was signed`() {
        func isGenuine(_ signature: String?, url: String = Self.url, token: String = "12345", _ last: String = "1234")
            -> Bool
        {
            let fields = Self.fields.map { ($0.name, $0.name == "Digits" ? last : $0.value) }
            return TwilioSignature.isGenuine(signature, url: url, fields: fields, authToken: token)
        }
        #expect(isGenuine(Self.signature))
        #expect(!isGenuine(nil) && !isGenuine("") && !isGenuine("x" + Self.signature.dropFirst()))
        #expect(!isGenuine(Self.signature, url: Self.url + "&"))
        #expect(!isGenuine(Self.signature, token: "12346"))
        #expect(!isGenuine(Self.signature, "1235"))
    }
}
