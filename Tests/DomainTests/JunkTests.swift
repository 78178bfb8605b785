import Domain
import TestSupport
import Testing

@Suite struct `What looks like junk` {
    private static func judge(
        _ body: String, _ content: Validator.Content = .json, mapping: FieldMapping? = nil,
        verdicts: [TokenProvider: TokenVerdict] = [:], settings: (inout JunkSettings) -> Void = { _ in }
    ) -> Judgement {
        var source = Source(name: "landing")
        source.mapping = mapping
        settings(&source.junk)
        let submission = Submission(source: "landing", receivedAt: .start, format: .json, body: Array(body.utf8))
        return Validator().judge(
            submission, content, id: LeadID.first(at: .start), source: source, verdicts: verdicts
        ) { _, _ in [] }
    }

    private static func signs(_ judgement: Judgement) -> [JunkSign]? {
        if case .lead(let lead) = judgement { lead.junk } else { nil }
    }

    private static func event(_ signals: String, email: String = "jane@example.com", custom: String = "{}") -> String {
        "{\"person\":{\"email\":\"\(email)\"},\"custom\":\(custom),\"signals\":\(signals)}"
    }

    private static let typed: [(String, [JunkSign])] = [
        (event("{}"), []), (event("null"), []), (event("{\"honeypot\":\"\"}"), []), (event("{\"honeypot\":false}"), []),
        (event("{\"honeypot\":\"http://x\"}"), [.honeypot]), (event("{\"honeypot\":true}"), [.honeypot]),
        (event("{\"honeypot\":1}"), [.honeypot]), (event("{\"honeypot\":\"0\"}"), []),
        (event("{\"fill_time\":2.9}"), [.fillTime]), (event("{\"fill_time\":3}"), []),
        (event("{\"fill_time\":\"1.5\"}"), [.fillTime]), (event("{\"fill_time\":1e300}"), []),
        // What cannot be read is no sign, and never stops a lead.
        (event("{\"fill_time\":\"soon\"}"), []), (event("{\"fill_time\":-1}"), []), (event("{\"fill_time\":[]}"), []),
        (event("{\"turnstile\":{}}"), []), (event("{\"turnstile\":\"a b\"}"), []),
        (event("{}", email: "x@mailinator.com"), [.throwAwayDomain]),
        (event("{}", email: "x@SUB.Mailinator.COM"), [.throwAwayDomain]),
        (event("{}", email: "x@notmailinator.com"), []),
        (
            event("{\"honeypot\":\"x\",\"fill_time\":0}", email: "x@yopmail.com"),
            [.honeypot, .fillTime, .throwAwayDomain]
        ),
    ]

    @Test(arguments: typed.indices)
    func `is marked, and stays a lead`(index: Int) {
        let (body, expected) = Self.typed[index]
        #expect(Self.signs(Self.judge(body)) == expected, "\(body)")
    }

    @Test func `a honeypot of the form's own name counts wherever it stands, and is nobody's data`() throws {
        let pairs: [(name: String, value: String)] = [("email", "jane@example.com"), ("website", "http://spam")]
        var others = FieldMapping()
        others.rules = [.init("/person/email", .field(["email"]))]
        others.others = .custom
        let judgements = [
            Self.judge("", .pairs(pairs)) { $0.honeypot = "website" },
            Self.judge("", .pairs(pairs), mapping: others) { $0.honeypot = "website" },
            Self.judge(Self.event("{}", custom: "{\"website\":\"http://spam\"}")) { $0.honeypot = "website" },
            Self.judge("{\"person\":{\"email\":\"j@example.com\"},\"website\":\"http://spam\"}") {
                $0.honeypot = "website"
            },
        ]
        for judgement in judgements {
            #expect(Self.signs(judgement) == [.honeypot])
            guard case .lead(let lead) = judgement else { continue }
            #expect(!String(decoding: lead.payload, as: UTF8.self).contains("spam"))
        }
        // People leave it empty.
        let empty = Self.judge("", .pairs([("email", "jane@example.com"), ("website", "")])) { $0.honeypot = "website" }
        #expect(Self.signs(empty) == [])
    }

    @Test func `a source may have it held or given up`() {
        let body = Self.event("{\"honeypot\":\"x\",\"fill_time\":1}")
        guard case .quarantine(let defects, _) = Self.judge(body, settings: { $0.action = .hold }) else {
            Issue.record("not held")
            return
        }
        #expect(defects.map(\.code) == [.junk, .junk])
        #expect(defects.compactMap { JunkSign($0) } == [.honeypot, .fillTime])
        guard case .discard(let signs) = Self.judge(body, settings: { $0.action = .discard }) else {
            Issue.record("not discarded")
            return
        }
        #expect(signs == [.honeypot, .fillTime])
        #expect(Self.signs(Self.judge(body, settings: { $0 = .off })) == [])
        // What is no junk goes on.
        #expect(Self.signs(Self.judge(Self.event("{}"), settings: { $0.action = .discard })) == [])
    }

    private static func token(_ verdict: TokenVerdict?, body: String = Self.event("{\"turnstile\":\"t\"}"))
        -> [JunkSign]?
    {
        signs(
            judge(body, verdicts: verdict.map { [.turnstile: $0] } ?? [:]) {
                $0.checks = [.init(.turnstile, secret: Secret("s")), .init(.recaptcha, secret: Secret("s"))]
            })
    }

    @Test func `a token counts as its provider says, and its absence too`() {
        #expect(Self.token(.person) == [])
        #expect(Self.token(.program) == [.turnstile])
        #expect(Self.token(.unknown) == [])
        #expect(Self.token(nil) == [])
        #expect(Self.token(nil, body: Self.event("{}")) == [.turnstile])
        #expect(Self.token(nil, body: Self.event("{\"recaptcha\":\"t\"}")) == [])
    }

    @Test func `tokens are found under the widgets' own names, and are not kept`() throws {
        for provider in TokenProvider.allCases {
            let pairs: [(name: String, value: String)] = [
                ("email", "j@example.com"), (provider.formField, "0.s3cr3t-t0ken"),
            ]
            var mapping = FieldMapping()
            mapping.rules = [.init("/person/email", .field(["email"]))]
            for mapping in [nil, mapping] {
                let judgement = Self.judge("", .pairs(pairs), mapping: mapping) {
                    $0.checks = [.init(provider, secret: Secret("s"))]
                }
                #expect(Self.signs(judgement) == [], "\(provider)")
                guard case .lead(let lead) = judgement else { continue }
                #expect(!String(decoding: lead.payload, as: UTF8.self).contains("s3cr3t"))
            }
        }
        guard case .lead(let typed) = Self.judge(Self.event("{\"hcaptcha\":\"s3cr3t\"}")) else { return }
        #expect(!String(decoding: typed.payload, as: UTF8.self).contains("s3cr3t"))
    }

    private static let answers: [(String, isFirst: Bool, isLate: Bool, TokenVerdict?)] = [
        ("{\"success\":true}", true, false, .person), ("{\"success\":true,\"score\":0.9}", true, false, .person),
        ("{\"success\":true,\"score\":0.3}", true, false, .program),
        ("{\"success\":false,\"error-codes\":[\"invalid-input-response\"]}", true, false, .program),
        ("{\"success\":false}", true, false, .program),
        ("{\"success\":false,\"error-codes\":[\"timeout-or-duplicate\"]}", true, false, .program),
        ("{\"success\":false,\"error-codes\":[\"timeout-or-duplicate\"]}", false, false, .unknown),
        ("{\"success\":false,\"error-codes\":[\"expired-input-response\"]}", true, true, .unknown),
        ("{\"success\":false,\"error-codes\":[\"invalid-input-secret\"]}", true, false, .unknown),
        ("{\"success\":false,\"error-codes\":[\"internal-error\"]}", true, false, nil), ("{}", true, false, nil),
    ]

    @Test(arguments: answers.indices)
    func `a provider's answer is no more than it says`(index: Int) throws {
        let (text, isFirst, isLate, expected) = Self.answers[index]
        let verdict = TokenVerdict(
            answer: try JSON(parsing: Array(text.utf8)), minimumScore: 0.5, isFirst: isFirst, isLate: isLate)
        #expect(verdict == expected, "\(text)")
    }

    @Test func `the list of domains can be replaced`() throws {
        let list = try #require(ThrowAwayDomains(list: "# ours\nSpam.Example # the worst\n\n  other.test  \n"))
        #expect(list.names == ["spam.example", "other.test"])
        #expect(list.contains(domainOf: "a@x.SPAM.example") && !list.contains(domainOf: "a@example"))
        #expect(ThrowAwayDomains(list: "jane@spam.example") == nil)
        #expect(ThrowAwayDomains.builtIn.names.count > 150)
        #expect(ThrowAwayDomains.builtIn.names.isDisjoint(with: ["gmail.com", "outlook.com", "gmx.de", "web.de"]))
    }

    @Test func `what a form says about itself survives storing, without its tokens`() throws {
        var event = LeadEvent(event: "lead", occurredAt: .start)
        event.person.email = "j@example.com"
        var signals = LeadEvent.Signals()
        signals.isHoneypotFilled = true
        signals.fillTime = .milliseconds(1234)
        event.signals = signals
        #expect(LeadEvent(payload: event.json.bytes, receivedAt: .start) == event)
    }
}
