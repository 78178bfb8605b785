import Crypto
import Curl
import Domain
import TestSupport
import Testing

@testable import Monitoring

@Suite struct `The feed of an Alertmanager` {
    private static let feed = AlertmanagerFeed(.init(url: "https://manager.example"))

    private static func sent(_ bulletin: NotificationContent) -> [JSON] {
        feed.next(SendJob(.single(bulletin)), at: .start)?.json.array ?? []
    }

    @Test func `says the same labels at the beginning and at the end, or it would never end`() throws {
        let opening = try #require(Self.sent(NotifierSample.opening()).first)
        let closing = Self.sent(NotifierSample.closing())
        #expect(opening["labels"] == closing[0]["labels"])
        #expect(opening["labels"]?["alertname"] == "missing_leads" && opening["labels"]?["group"] == "heat-pumps")
        #expect(opening["endsAt"] == .string((Instant.start + AlertmanagerFeed.lease).rfc3339))
        #expect(closing[0]["endsAt"] == .string((Instant.start + .minutes(20)).rfc3339))
        #expect(opening["annotations"]?["summary"] == "No leads: heat-pumps (Acme Heat Pumps)")
    }

    @Test func `ends what was milder before, since the severity is one of the labels`() {
        let worse = NotifierSample.update(.severityRaised, reference: "")
        let sent = Self.sent(worse)
        #expect(sent.map { $0["labels"]?["severity"]?.string } == ["critical", "warning"])
        #expect(sent[1]["endsAt"] == .string(Instant.start.rfc3339))
        #expect(Self.sent(NotifierSample.opening()).count == 1)
    }
}

@Suite struct `Telegram's notifier` {
    private static let notifier = TelegramNotifier(.init(token: Secret("1:very-secret-very-secret"), chat: "-1001"))
    private static let place = #"{"chat":"-1001","message":17}"#

    private static func answer(_ status: Int, _ body: String) -> CallAnswer {
        .transfer(.success(Answer(status: status, body: Array(body.utf8))))
    }

    @Test func `edits its message and answers it, because an edit notifies nobody`() throws {
        var errand = SendJob(
            .single(NotifierSample.update(.acknowledged, by: "Anna", reference: Self.place, "For 4 hours.")))
        let edit = try #require(Self.notifier.next(errand, at: .start))
        #expect(edit.url.hasSuffix("/editMessageText") && edit.json["message_id"] == 17)
        errand.finish(edit.step, "")
        let reply = try #require(Self.notifier.next(errand, at: .start))
        #expect(reply.url.hasSuffix("/sendMessage") && reply.json["reply_parameters"]?["message_id"] == 17)
        #expect(reply.json["text"]?.string?.contains("Anna has acknowledged it for 4 hours.") == true)
        errand.finish(reply.step, "")
        #expect(Self.notifier.next(errand, at: .start) == nil)
        #expect(Self.notifier.reference(errand) == Self.place)
    }

    @Test func `goes on in the supergroup that its group has become`() throws {
        var errand = SendJob(.single(NotifierSample.opening()))
        let first = try #require(Self.notifier.next(errand, at: .start))
        let moved =
            #"{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","parameters":{"migrate_to_chat_id":-100777}}"#
        guard case .done(let note) = Self.notifier.read(Self.answer(400, moved), to: first, of: errand) else {
            Issue.record("not taken in")
            return
        }
        errand.finish(first.step, note)
        let second = try #require(Self.notifier.next(errand, at: .start))
        #expect(second.json["chat_id"] == .number("-100777"))
        let taken = #"{"ok":true,"result":{"message_id":5,"chat":{"id":-100777}}}"#
        guard case .done(let place) = Self.notifier.read(Self.answer(200, taken), to: second, of: errand) else {
            Issue.record("not taken")
            return
        }
        errand.finish(second.step, place)
        #expect(Self.notifier.next(errand, at: .start) == nil)
        #expect(Self.notifier.reference(errand) == #"{"chat":"-100777","message":5}"#)
    }

    static let answers: [(Int, String, NoticeReading)] = [
        (400, #"{"description":"Bad Request: message is not modified: x"}"#, .done("")),
        (400, #"{"description":"Bad Request: message to edit not found"}"#, .startOver),
        (
            400, #"{"description":"Bad Request: chat not found"}"#,
            .broken(reason: "Telegram says 400 Bad Request: chat not found")
        ),
        (
            403, #"{"description":"Forbidden: bot was blocked by the user"}"#,
            .broken(reason: "Telegram says 403 Forbidden: bot was blocked by the user")
        ),
        (
            400, #"{"description":"Bad Request: can't parse entities: x"}"#,
            .refused(reason: "Telegram says 400 Bad Request: can't parse entities: x")
        ),
        (
            429, #"{"description":"Too Many Requests: retry after 9","parameters":{"retry_after":9}}"#,
            .retry(.init(.throttled, "too many messages", after: .seconds(9)))
        ),
        (
            429, #"{"parameters":{"retry_after":90000}}"#,
            .retry(.init(.throttled, "too many messages", after: .hours(1)))
        ),
    ]
    @Test(arguments: answers)
    func `knows what Telegram's answers mean`(_ status: Int, _ body: String, _ reading: NoticeReading) throws {
        let errand = SendJob(.single(NotifierSample.closing(reference: Self.place)))
        let call = try #require(Self.notifier.next(errand, at: .start))
        #expect(Self.notifier.read(Self.answer(status, body), to: call, of: errand) == reading)
    }
}

@Suite struct `Jira's notifier` {
    private static let notifier = JiraNotifier(.init(key: Secret("very-secret")))

    static let calls: [(NotificationContent, String?)] = [
        (NotifierSample.opening(), "/alerts"),
        (NotifierSample.closing(), "/alerts/leadrelay-A17/close?identifierType=alias"),
        (
            NotifierSample.update(.acknowledged, by: "Anna", reference: "", "For 4 hours."),
            "/alerts/leadrelay-A17/acknowledge?identifierType=alias"
        ),
        (
            NotifierSample.update(.judged, by: "Anna", reference: "", "Our side"),
            "/alerts/leadrelay-A17/notes?identifierType=alias"
        ),
        (NotifierSample.update(.updated, reference: "", "x"), nil),
    ]
    @Test(arguments: calls.indices)
    func `says with the alert's own alias what has become of it`(_ index: Int) {
        let (bulletin, path) = Self.calls[index]
        let call = Self.notifier.next(SendJob(.single(bulletin)), at: .start)
        #expect(call?.url == path.map { "https://api.atlassian.com/jsm/ops/integration/v2" + $0 })
    }

    /// The steps of an errand, each as the last words of its address, and the reference that is kept of it.
    private static func steps(_ bulletin: NotificationContent) -> (calls: [String], reference: String?) {
        var errand = SendJob(.single(bulletin))
        var calls: [String] = []
        while let call = notifier.next(errand, at: .start), calls.count < 9 {
            guard case .transfer(let transfer) = call.request, let body = try? JSON(parsing: transfer.body ?? []) else {
                break
            }
            let words = [body["alias"]?.string, body["priority"]?.string, body["user"]?.string].compactMap(\.self)
            calls.append(([call.url.split(separator: "/").last.map(String.init) ?? ""] + words).joined(separator: " "))
            errand.finish(call.step, "")
        }
        return (calls, notifier.reference(errand))
    }

    @Test func `is raised by going on under an alias of its own, so that it is open at every moment`() {
        var warning = NotifierSample.alert()
        warning.severity = .warning
        let opened = Self.steps(
            NotificationContent(warning, [NotifierSample.item(.opening, .opened)], NotifierSample.surroundings))
        #expect(opened.calls == ["alerts leadrelay-A17 P3"] && opened.reference == "leadrelay-A17 P3")

        var critical = NotifierSample.alert()
        let close = "close?identifierType=alias"
        func raised(_ reference: String) -> (calls: [String], reference: String?) {
            Self.steps(NotifierSample.update(.severityRaised, of: critical, reference: reference, "x"))
        }
        var found = raised("leadrelay-A17 P3")
        #expect(found.calls == ["alerts leadrelay-A17-critical P1", close])
        #expect(found.reference == "leadrelay-A17-critical P1")
        // An older version has kept nothing of it.
        #expect(raised("").calls == found.calls)
        // Whoever has it keeps it.
        critical.acknowledgement = .init(by: "Anna", at: .start, until: .start + .hours(4))
        found = raised("leadrelay-A17 P3")
        #expect(
            found.calls == ["alerts leadrelay-A17-critical P1", "acknowledge?identifierType=alias Anna", close])
        // It had become worse before it could be told at all.
        found = raised("leadrelay-A17 P1")
        #expect(found.calls == ["notes?identifierType=alias"] && found.reference == nil)

        let end = Self.notifier.next(
            SendJob(.single(NotifierSample.closing(reference: "leadrelay-A17-critical P1"))), at: .start)
        #expect(end?.url.hasSuffix("/alerts/leadrelay-A17-critical/" + close) == true)
    }

    @Test func `needs no end for what Jira does not know any more`() throws {
        let errand = SendJob(.single(NotifierSample.closing()))
        let call = try #require(Self.notifier.next(errand, at: .start))
        let gone = CallAnswer.transfer(.success(Answer(status: 404, body: [])))
        #expect(Self.notifier.read(gone, to: call, of: errand) == .done(""))
        let first = try #require(Self.notifier.next(SendJob(.single(NotifierSample.opening())), at: .start))
        guard case .broken = Self.notifier.read(gone, to: first, of: errand) else {
            Issue.record("an address that is wrong")
            return
        }
    }
}

@Suite struct `Teams' card` {
    static let texts: [(String, String)] = [
        ("a_b*c", #"a\_b\*c"#), ("[x](https://e.example)", #"\[x\](https://e.example)"#), ("- x", #"\- x"#),
        (#"a\b"#, #"a\\b"#), ("plain", "plain"),
    ]
    @Test(arguments: texts)
    func `shows words as they are`(_ text: String, _ escaped: String) { #expect(TeamsCard.escaped(text) == escaped) }

    @Test func `has a button to the alert, and its colour`() {
        let card = TeamsCard.message(.single(NotifierSample.opening()))["attachments"]?[0]?["content"]
        #expect(card?["actions"]?[0]?["url"] == "https://relay.example/alerts/A17")
        #expect(card?["body"]?[0]?["color"] == "Attention")
        #expect(
            TeamsCard.message(.single(NotifierSample.closing()))["attachments"]?[0]?["content"]?["body"]?[0]?["color"]
                == "Good")
    }
}

@Suite struct `The notifier of signed webhooks` {
    private static let secret = "whsec_bm90IGEgc2VjcmV0LCBmb3IgdGhlIHNhbmRib3g="
    private static let notifier = WebhookNotifier(.init(url: "https://r.example/x", secret: Secret(secret)))

    @Test func `signs each attempt anew and calls the message the same`() throws {
        let errand = SendJob(.single(NotifierSample.opening()))
        func field(_ name: String, _ now: Instant) throws -> String {
            guard case .transfer(let transfer)? = Self.notifier.next(errand, at: now)?.request else { return "" }
            return transfer.fields.first { $0.name == name }?.value ?? ""
        }
        #expect(try field("webhook-id", .start) == field("webhook-id", .start + .hours(1)))
        #expect(try field("webhook-id", .start) == "leadrelay_A17_1")
        #expect(try field("webhook-timestamp", .start) == "1795251600")
        #expect(try field("webhook-signature", .start) != field("webhook-signature", .start + .seconds(1)))
        let body = WebhookNotifier.body(errand.parcel).bytes
        let key = try #require(WebhookSignature.key(Self.secret))
        let mac = HMAC.sha256(key: key, message: Array("leadrelay_A17_1.1795251600.".utf8) + body)
        #expect(try field("webhook-signature", .start) == "v1," + Base64.plain.encode(mac))
    }

    @Test func `says what it is about`() {
        let body = WebhookNotifier.body(.single(NotifierSample.closing()))
        #expect(body["type"] == "alert.closed" && body["data"]?["alerts"]?[0]?["id"] == "A17")
        #expect(body["data"]?["alerts"]?[0]?["state"] == "resolved")
        #expect(body["data"]?["alerts"]?[0]?["events"]?[0]?["kind"] == "resolved")
    }
}
