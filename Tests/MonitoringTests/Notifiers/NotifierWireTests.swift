import Curl
import Domain
import TestSupport
import Testing

@testable import Monitoring

@Suite struct `Slack's notifier` {
    private static let notifier = SlackNotifier(NotifierSample.slack)
    private static let reader: SlackNotifier = {
        var slack = NotifierSample.slack
        slack.readsHistory = true
        return SlackNotifier(slack)
    }()

    /// The steps of an errand when all is well, with their calls.
    private func run(_ parcel: OutgoingMessage, _ notifier: SlackNotifier = notifier, found: String? = nil) throws
        -> [Call]
    {
        var errand = SendJob(parcel)
        var calls: [Call] = []
        while let call = notifier.next(errand, at: .start) {
            var answer = NotifierSample.good(call)
            if let found, call.url.contains("conversations") {
                answer = .transfer(.success(Answer(status: 200, body: Array(found.utf8))))
            }
            guard case .done(let note) = notifier.read(answer, to: call, of: errand) else { break }
            errand.finish(call.step, note)
            calls.append(call)
            try #require(calls.count < 10)
        }
        return calls
    }

    @Test func `posts once, with buttons`() throws {
        let calls = try run(.single(NotifierSample.opening()))
        #expect(calls.map(\.url) == ["https://slack.com/api/chat.postMessage"])
        let json = calls[0].json
        #expect(json["channel"] == "C1" && json["text"]?.string?.contains("No leads") == true)
        let buttons = json["blocks"]?.array?.last?["elements"]?.array ?? []
        #expect(
            buttons.compactMap { $0["text"]?["text"]?.string } == [
                "Acknowledge", "Resolve", "Ours, fixing", "Client's side", "Platform", "Planned", "Not a problem",
            ])
        #expect(buttons.allSatisfy { $0["value"] == "A17" })
        #expect(json["metadata"]?["event_payload"]?["alert"]?.string?.hasPrefix("leadrelay-A17-") == true)
    }

    @Test func `offers the new normal once people have been asked about it`() throws {
        var alert = NotifierSample.alert()
        alert.asked = .start
        let calls = try run(
            .single(NotifierSample.update(.asked, of: alert, reference: NotifierSample.slackPlace, "Is it?")))
        let buttons = calls.first?.json["blocks"]?.array?.last?["elements"]?.array ?? []
        #expect(buttons.last?["action_id"] == "leadrelay_new_normal" && buttons.count == 8)
    }

    @Test func `edits what it has posted, and tells the story in the thread`() throws {
        let calls = try run(
            .single(
                NotifierSample.update(.acknowledged, by: "Anna", reference: NotifierSample.slackPlace, "For 4 hours.")))
        #expect(calls.map(\.step) == ["edit", "reply"])
        #expect(calls[0].url.hasSuffix("/chat.update") && calls[0].json["ts"] == "1503435956.000247")
        #expect(
            calls[1].json["thread_ts"] == "1503435956.000247"
                && calls[1].json["text"] == "Anna has acknowledged it for 4 hours.")
        #expect(calls[1].json["reply_broadcast"] == nil)
    }

    @Test func `shows the end in the channel too, without buttons on what is over`() throws {
        let calls = try run(.single(NotifierSample.closing(reference: NotifierSample.slackPlace)))
        #expect(calls.map(\.step) == ["edit", "reply"])
        #expect(calls[1].json["reply_broadcast"] == true)
        #expect(!(calls[0].json["blocks"]?.array ?? []).contains { $0["type"] == "actions" })
    }

    @Test func `looks before it posts again, and edits what it finds`() throws {
        let key = "leadrelay-A17-\(Instant.start.milliseconds)"
        let found =
            #"{"ok":true,"messages":[{"ts":"9.9","metadata":{"event_payload":{"alert":"\#(key)"}}},{"ts":"8.8"}]}"#
        let parcel = OutgoingMessage.single(NotifierSample.opening(isUncertain: true))
        let calls = try run(parcel, Self.reader, found: found)
        #expect(calls.map(\.step) == ["look", "edit"])
        #expect(calls[1].json["ts"] == "9.9")
        #expect(try run(parcel, Self.reader, found: #"{"ok":true,"messages":[]}"#).map(\.step) == ["look", "post"])
        // Without the right to look, twice is better than never.
        #expect(
            try run(parcel, Self.reader, found: #"{"ok":false,"error":"missing_scope"}"#).map(\.step) == [
                "look", "post",
            ])
        #expect(try run(parcel).map(\.step) == ["post"])
    }

    @Test(arguments: ["message_not_found", "cant_update_message", "edit_window_closed"])
    func `posts anew when its message is gone`(_ error: String) throws {
        var errand = SendJob(.single(NotifierSample.update(.noted, reference: NotifierSample.slackPlace, "Note.")))
        let call = try #require(Self.notifier.next(errand, at: .start))
        let answer = CallAnswer.transfer(
            .success(Answer(status: 200, body: Array(#"{"ok":false,"error":"\#(error)"}"#.utf8))))
        #expect(call.step == "edit" && Self.notifier.read(answer, to: call, of: errand) == .startOver)
        errand.startOver()
        #expect(Self.notifier.next(errand, at: .start)?.step == "post")
    }

    static let errors: [(String, String)] = [
        ("channel_not_found", "broken"), ("is_archived", "broken"), ("invalid_auth", "broken"),
        ("token_revoked", "broken"), ("missing_scope", "broken"), ("msg_too_long", "refused"), ("no_text", "refused"),
        ("ratelimited", "retry"), ("internal_error", "retry"), ("fatal_error", "retry"), ("never_heard_of", "retry"),
    ]
    @Test(arguments: errors)
    func `lets the body of a 200 decide`(_ error: String, _ expected: String) throws {
        let errand = SendJob(.single(NotifierSample.opening()))
        let call = try #require(Self.notifier.next(errand, at: .start))
        let answer = CallAnswer.transfer(
            .success(Answer(status: 200, body: Array(#"{"ok":false,"error":"\#(error)"}"#.utf8))))
        #expect("\(Self.notifier.read(answer, to: call, of: errand))".hasPrefix(expected))
    }

    @Test func `answers the client's team with the prepared words when it is their move`() throws {
        var bulletin = NotifierSample.update(
            .judged, by: "Anna", reference: NotifierSample.slackPlace, "The client's side.")
        bulletin.alert.verdict = .init(.client, by: "Anna", at: .start)
        bulletin.surroundings.clientGroup = "S123"
        bulletin.surroundings.diagnosis = Diagnosis(
            at: .start, assessments: [], next: .init(.client, "Bring the page back."), mayNameClient: true,
            message: "The page <is> down.")
        let calls = try run(.single(bulletin))
        #expect(calls.map(\.step) == ["edit", "reply", "client"])
        #expect(calls[2].json["text"] == "<!subteam^S123> The page &lt;is&gt; down.")
    }

    @Test func `lists what the checklist found`() throws {
        var bulletin = NotifierSample.update(.investigated, reference: NotifierSample.slackPlace, "It is the page.")
        bulletin.surroundings.diagnosis = Diagnosis(
            at: .start,
            assessments: [
                Assessment(.pageDown, .proved, "Status 503."), Assessment(.formChanged, .unknown, "No page."),
                Assessment(.throttled, .excluded, "No 429."),
            ], next: .init(.client, "Bring the page back."), mayNameClient: true)
        let text = try #require(run(.single(bulletin)).last?.json["text"]?.string)
        #expect(text.contains("*proved*: \(ChecklistItem.pageDown.title). Status 503."))
        #expect(text.contains("*not known*: ") && text.contains("*excluded*: "))
    }

    @Test func `tells of many in one message and counts the rest`() throws {
        let calls = try run(.digest((1...200).map { NotifierSample.opening($0) }))
        #expect(calls.count == 1 && calls[0].json["text"] == "200 new alerts at once, 200 of them critical")
        let list = calls[0].json["blocks"]?[1]?["text"]?["text"]?.string ?? ""
        #expect(list.contains("A1>") && list.contains("more: <https://relay.example/alerts|all of them>"))
        #expect(list.utf16.count <= 3000)
    }

    @Test func `stays within Slack's sizes whatever it is told`() throws {
        var bulletin = NotifierSample.opening()
        let long = String(repeating: "<&> größer 🌞 ", count: 2000)
        bulletin.alert.finding.sentence = long
        bulletin.alert.finding.evidence = (0..<30).map { .init("\($0) \(long)", long) }
        bulletin.surroundings.client = long
        let blocks = try #require(run(.single(bulletin))[0].json["blocks"]?.array)
        for block in blocks {
            let most = block["type"] == "header" ? 150 : 3000
            #expect((block["text"]?["text"]?.string?.utf16.count ?? 0) <= most)
            #expect((block["fields"]?.array ?? []).count <= 10)
            for field in block["fields"]?.array ?? [] { #expect((field["text"]?.string?.utf16.count ?? 0) <= 2000) }
        }
    }
}

@Suite struct `PagerDuty's notifier` {
    private static let notifier = PagerDutyNotifier(.init(routingKey: Secret(String(repeating: "k", count: 32))))

    static let actions: [(Notice.Kind, AlertEvent.Kind, String?)] = [
        (.opening, .opened, "trigger"), (.opening, .reopened, "trigger"), (.closing, .resolved, "resolve"),
        (.update, .acknowledged, "acknowledge"), (.update, .judged, "acknowledge"),
        (.escalation, .severityRaised, "trigger"), (.escalation, .acknowledgementTimedOut, "trigger"),
        (.escalation, .escalated, nil), (.reminder, .reminded, nil), (.update, .updated, nil), (.update, .noted, nil),
    ]
    @Test(arguments: actions)
    func `says what an event means there`(_ kind: Notice.Kind, _ event: AlertEvent.Kind, _ action: String?) {
        let bulletin = NotificationContent(
            NotifierSample.alert(), [NotifierSample.item(kind, event)], NotifierSample.surroundings)
        let call = Self.notifier.next(SendJob(.single(bulletin)), at: .start)
        #expect(call?.json["event_action"]?.string == action)
        if call != nil { #expect(call?.json["dedup_key"] == "leadrelay-A17") }
    }

    @Test func `triggers with all that is known`() throws {
        let call = try #require(Self.notifier.next(SendJob(.single(NotifierSample.opening())), at: .start))
        let payload = call.json["payload"]
        #expect(payload?["severity"] == "critical" && payload?["source"] == "leadrelay")
        #expect(payload?["summary"]?.string?.contains("31 leads expected") == true)
        #expect(payload?["custom_details"]?["by luck"] == "once in 40,000")
        #expect(call.json["links"]?[0]?["href"] == "https://relay.example/alerts/A17")
    }

    @Test func `knows a bad key from a bad event`() throws {
        let errand = SendJob(.single(NotifierSample.opening()))
        let call = try #require(Self.notifier.next(errand, at: .start))
        func reading(_ body: String) -> NoticeReading {
            Self.notifier.read(.transfer(.success(Answer(status: 400, body: Array(body.utf8)))), to: call, of: errand)
        }
        guard case .broken = reading(#"{"status":"invalid","message":"x","errors":["Invalid routing key"]}"#) else {
            return #expect(Bool(false))
        }
        guard case .refused = reading(#"{"status":"invalid event","errors":["'payload' is invalid"]}"#) else {
            return #expect(Bool(false))
        }
    }
}

@Suite struct `Twilio's notifier` {
    private static let notifier = SMSNotifier(NotifierSample.sms)

    @Test func `sends a form with a short life to each number`() throws {
        var errand = SendJob(.single(NotifierSample.opening()))
        let first = try #require(Self.notifier.next(errand, at: .start))
        #expect(
            first.url
                == "https://api.twilio.com/2010-04-01/Accounts/AC00000000000000000000000000000000/Messages.json")
        #expect(first.text.contains("To=%2B4915112345678&From=%2B15005550006&Body=CRITICAL%3A+No+leads"))
        #expect(first.text.hasSuffix("&ValidityPeriod=900"))
        errand.finish(first.step, "SM1")
        let second = try #require(Self.notifier.next(errand, at: .start))
        #expect(second.text.contains("To=%2B4915187654321"))
        errand.finish(second.step, "SM2")
        #expect(Self.notifier.next(errand, at: .start) == nil)
    }

    @Test func `fits into two parts and keeps the link`() {
        var bulletin = NotifierSample.opening()
        bulletin.alert.finding.sentence = String(repeating: "Größer als „gedacht“ 🌞 ", count: 50)
        let text = SMSNotifier.text(.single(bulletin))
        #expect(
            GSMText.isGSM(text) && GSMText.segments(text) == 2 && text.hasSuffix("https://relay.example/alerts/A17"))
        let digest = SMSNotifier.text(.digest((1...181).map { NotifierSample.opening($0) }))
        #expect(digest.contains("and 180 more") && digest.hasSuffix("https://relay.example/alerts"))
    }

    @Test func `asks to be told what became of it, and reads that`() throws {
        var sms = NotifierSample.sms
        sms.callback = "https://relay.example/hooks/twilio/sms"
        let call = try #require(SMSNotifier(sms).next(SendJob(.single(NotifierSample.opening())), at: .start))
        #expect(
            call.text.hasSuffix("&StatusCallback=https%3A%2F%2Frelay.example%2Fhooks%2Ftwilio%2Fsms%3Falert%3DA17"))
        func read(_ status: String, alert: String? = "A17", code: String = "30003") -> TwilioCallback? {
            TwilioCallback(alert: alert, fields: [("MessageStatus", status), ("ErrorCode", code)])
        }
        #expect(read("undelivered")?.trouble == "A text did not reach its phone: Twilio says undelivered, code 30003")
        #expect(read("failed", code: "<x>")?.trouble == "A text did not reach its phone: Twilio says failed")
        #expect(read("delivered") != nil && read("delivered")?.trouble == nil)
        #expect(read("failed", alert: nil) == nil && TwilioCallback(alert: "A17", fields: []) == nil)
    }

    static let codes: [(Int, Int, String)] = [
        (400, 21211, "refused"), (400, 21610, "refused"), (400, 21614, "refused"), (400, 21408, "refused"),
        (400, 21617, "refused"), (400, 30003, "refused"), (400, 30007, "refused"), (429, 20429, "retry"),
        (400, 30001, "retry"), (400, 30008, "retry"), (401, 20003, "broken"), (400, 30002, "broken"),
        (400, 99999, "retry"), (500, 20500, "retry"),
    ]
    @Test(arguments: codes)
    func `knows Twilio's codes`(_ status: Int, _ code: Int, _ expected: String) throws {
        let errand = SendJob(.single(NotifierSample.opening()))
        let call = try #require(Self.notifier.next(errand, at: .start))
        let body = #"{"code":\#(code),"message":"The number +4915112345678 …","status":\#(status)}"#
        let reading = Self.notifier.read(
            .transfer(.success(Answer(status: status, body: Array(body.utf8)))), to: call, of: errand)
        #expect("\(reading)".hasPrefix(expected))
        #expect(!"\(reading)".contains("4915112345678"))
    }
}

@Suite struct `The notifier of e-mail` {
    private static let notifier = EmailNotifier(NotifierSample.email)

    @Test func `begins a thread and goes on with it`() throws {
        let opening = SendJob(.single(NotifierSample.opening()))
        let first = try #require(Self.notifier.next(opening, at: .start))
        let id = try #require(Self.notifier.reference(opening))
        #expect(id == "alert-a17.1-\(Instant.start.milliseconds)@example.com")
        #expect(first.text.contains("Message-ID: <\(id)>\r\n") && !first.text.contains("References"))
        #expect(first.text.contains("\r\nSubject: [A17] CRITICAL: No leads"))
        let closing = SendJob(.single(NotifierSample.closing(reference: id)))
        let last = try #require(Self.notifier.next(closing, at: .start))
        #expect(last.text.contains("In-Reply-To: <\(id)>\r\nReferences: <\(id)>\r\n"))
        #expect(Self.notifier.reference(closing) == nil)
    }

    static let codes: [(Int, String)] = [
        (421, "retry"), (450, "retry"), (451, "retry"), (452, "retry"), (530, "broken"), (535, "broken"),
        (550, "refused"), (552, "refused"), (502, "broken"), (554, "broken"),
    ]
    @Test(arguments: codes)
    func `knows later from never`(_ code: Int, _ expected: String) throws {
        let errand = SendJob(.single(NotifierSample.opening()))
        let call = try #require(Self.notifier.next(errand, at: .start))
        let reading = Self.notifier.read(
            .mail(.failure(.refused(code: code, "\(code) <night@example.com> no"))), to: call, of: errand)
        #expect("\(reading)".hasPrefix(expected) && !"\(reading)".contains("night@"))
    }
}

@Suite struct `Alertmanager's notifier` {
    @Test func `writes version 4`() throws {
        let notifier = AlertmanagerNotifier(.init(url: "https://am.example/hook"))
        let firing = try #require(notifier.next(SendJob(.single(NotifierSample.opening())), at: .start)).json
        #expect(firing["version"] == "4" && firing["status"] == "firing")
        let alert = try #require(firing["alerts"]?[0])
        #expect(alert["labels"]?["alertname"] == "missing_leads" && alert["labels"]?["severity"] == "critical")
        #expect(alert["startsAt"] == "2026-11-21T07:10:00.000Z" && alert["endsAt"] == "0001-01-01T00:00:00Z")
        let resolved = try #require(notifier.next(SendJob(.single(NotifierSample.closing())), at: .start)).json
        #expect(resolved["status"] == "resolved" && resolved["groupKey"] == firing["groupKey"])
        #expect(resolved["alerts"]?[0]?["labels"] == alert["labels"])
        #expect(resolved["alerts"]?[0]?["fingerprint"] == alert["fingerprint"])
        #expect(resolved["alerts"]?[0]?["endsAt"] == "2026-11-21T09:20:00.000Z")
        let many = try #require(
            notifier.next(SendJob(.digest((1...3).map { NotifierSample.opening($0) })), at: .start)
        ).json
        #expect(many["alerts"]?.array?.count == 3 && many["commonLabels"]?["alert"] == nil)
        #expect(many["commonLabels"]?["severity"] == "critical")
    }
}
