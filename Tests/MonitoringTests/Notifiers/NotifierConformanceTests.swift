import Curl
import Domain
import TestSupport
import Testing

@testable import Monitoring

@Suite struct `Every notifier` {
    static let all: [(name: String, notifier: any Notifier)] = NotifierSample.channels.map {
        ($0.name, makeNotifier($0))
    }

    static let parcels: [(name: String, parcel: OutgoingMessage)] = [
        ("opening", .single(NotifierSample.opening())), ("closing", .single(NotifierSample.closing())),
        ("closing of what is known", .single(NotifierSample.closing(reference: NotifierSample.slackPlace))),
        (
            "update",
            .single(
                NotifierSample.update(.acknowledged, by: "anna", reference: NotifierSample.slackPlace, "For 4 hours."))
        ),
        ("digest", .digest((1...30).map { NotifierSample.opening($0) })),
        ("uncertain opening", .single(NotifierSample.opening(isUncertain: true))),
    ]

    private func answer(_ call: Call, _ status: Int, _ body: String = "", retryAfter: String? = nil) -> CallAnswer? {
        switch call.request {
        case .mailing: nil
        case .transfer:
            .transfer(
                .success(
                    Answer(
                        status: status, fields: retryAfter.map { [("retry-after", $0)] } ?? [], body: Array(body.utf8)))
            )
        }
    }

    private func first(_ notifier: any Notifier, _ parcel: OutgoingMessage = .single(NotifierSample.opening())) throws
        -> (
            SendJob, Call
        )
    {
        let errand = SendJob(parcel)
        return (errand, try #require(notifier.next(errand, at: .start)))
    }

    @Test(arguments: all.indices, parcels.indices)
    func `comes to an end when all is well, and says the same each time it is asked`(_ index: Int, _ parcel: Int) throws
    {
        let notifier = Self.all[index].notifier
        var parcel = Self.parcels[parcel].parcel
        if notifier.pace.oneByOne { parcel = .single(parcel.bulletins[0]) }
        var errand = SendJob(parcel)
        var calls = 0
        while let call = notifier.next(errand, at: .start) {
            #expect(notifier.next(errand, at: .start)?.text == call.text)
            guard case .done(let note) = notifier.read(NotifierSample.good(call), to: call, of: errand) else {
                Issue.record("not done: \(call.text)")
                return
            }
            errand.finish(call.step, note)
            calls += 1
            try #require(calls < 10)
        }
        #expect(calls >= 1)
    }

    @Test(arguments: all.indices, [100, 201, 204, 300, 302, 402, 409, 418, 421, 451, 499, 599])
    func `drops nothing on an answer that nobody foresaw`(_ index: Int, _ status: Int) throws {
        let notifier = Self.all[index].notifier
        let (errand, call) = try first(notifier)
        for body in [
            "", "<html>", "{}", "[]", "null", #"{"ok":1}"#, #"{"code":"x"}"#, #"{"ok":false,"error":"new_one"}"#,
        ] {
            guard let answer = answer(call, status, body) else { continue }
            switch notifier.read(answer, to: call, of: errand) {
            case .refused: Issue.record("\(status) \(body) drops a notice")
            case .done where !(200..<300).contains(status): Issue.record("\(status) \(body) counts as sent")
            case .done, .retry, .broken, .startOver: break
            }
        }
    }

    @Test(arguments: all.indices)
    func `tries again when no answer comes, and knows whether it may have been heard`(_ index: Int) throws {
        let notifier = Self.all[index].notifier
        let (errand, call) = try first(notifier)
        let answers: [(CallAnswer, Bool)] =
            if case .mailing = call.request {
                [(.mail(.failure(.unreachable("x"))), false), (.mail(.failure(.interrupted("x"))), true)]
            } else {
                [(.transfer(.failure(.unreachable("x"))), false), (.transfer(.failure(.interrupted("x"))), true)]
            }
        for (answer, isUncertain) in answers {
            guard case .retry(let trouble) = notifier.read(answer, to: call, of: errand) else {
                Issue.record("not tried again")
                continue
            }
            #expect(trouble.isUncertain == isUncertain && trouble.reason.hasSuffix("x"))
        }
    }

    @Test(arguments: all.indices)
    func `obeys Retry-After, and never for more than an hour`(_ index: Int) throws {
        let notifier = Self.all[index].notifier
        let (errand, call) = try first(notifier)
        for (text, after) in [("7", Duration.seconds(7)), ("86400", .hours(1)), ("soon", nil)] {
            guard let answer = answer(call, 429, retryAfter: text) else { continue }
            guard case .retry(let trouble) = notifier.read(answer, to: call, of: errand) else {
                Issue.record("not tried again")
                continue
            }
            #expect(trouble.cause == .throttled && trouble.after == after)
        }
    }

    @Test(arguments: all.indices, [500, 502, 503])
    func `tries again when the channel is at fault`(_ index: Int, _ status: Int) throws {
        let notifier = Self.all[index].notifier
        let (errand, call) = try first(notifier)
        guard let answer = answer(call, status, "upstream") else { return }
        guard case .retry(let trouble) = notifier.read(answer, to: call, of: errand) else {
            Issue.record("not tried again")
            return
        }
        #expect(trouble.cause == .fault)
    }

    @Test(arguments: all.indices)
    func `shows nothing secret`(_ index: Int) throws {
        let notifier = Self.all[index].notifier
        let (_, call) = try first(notifier)
        guard case .transfer(let transfer) = call.request else { return }
        let masked = Call(call.step, .transfer(notifier.masked(transfer)))
        #expect(!masked.text.contains("very-secret") && !masked.text.contains("dmVyeS1zZWNyZXQ"))
    }

    @Test(arguments: all.indices)
    func `says what it is about, since when, what to do, and where to look`(_ index: Int) throws {
        let (name, notifier) = Self.all[index]
        let (_, call) = try first(notifier)
        // Mail breaks its lines, forms encode theirs.
        let text = call.text.replacing("=\r\n", with: "").replacing("+", with: " ").replacing("%3A", with: ":")
            .replacing("%2F", with: "/").replacing("\\/", with: "/").replacing("=E2=80=93", with: "–")
        for words in ["No leads", "heat-pumps", "Acme Heat Pumps", "none came", "https://relay.example/alerts/A17"] {
            #expect(text.contains(words), "\(name) does not say \(words):\n\(text)")
        }
        guard name != "sms" else { return }
        #expect(text.contains("since 2026-11-21 07:10 UTC") || text.contains("ince 07:10 UTC"), "\(name):\n\(text)")
        #expect(text.contains("our side first"), "\(name)")
    }
}

@Suite struct `Words about an alert` {
    @Test func `name moments by the clock of those concerned`() {
        var bulletin = NotifierSample.opening()
        #expect(bulletin.span == "since 07:10 UTC")
        bulletin.alert.finding.began = .start - .days(2)
        #expect(bulletin.span == "since 2026-11-19 09:00 UTC")
        #expect(NotifierSample.closing().span == "from 07:10 UTC to 09:20 UTC, 2 hours")
    }

    static let headlines: [(Notice.Kind, AlertEvent.Kind, String)] = [
        (.opening, .opened, "CRITICAL: No leads: heat-pumps (Acme Heat Pumps)"),
        (.escalation, .escalated, "CRITICAL, unacknowledged: No leads: heat-pumps (Acme Heat Pumps)"),
        (.reminder, .reminded, "Still open: No leads: heat-pumps (Acme Heat Pumps)"),
        (.closing, .resolved, "Over: No leads: heat-pumps (Acme Heat Pumps)"),
    ]
    @Test(arguments: headlines)
    func `say in the first line how it stands`(_ kind: Notice.Kind, _ event: AlertEvent.Kind, _ headline: String) {
        let alert = kind == .closing ? NotifierSample.resolved() : NotifierSample.alert()
        let bulletin = NotificationContent(alert, [NotifierSample.item(kind, event)], NotifierSample.surroundings)
        #expect(bulletin.headline == headline)
    }

    @Test func `exist for every kind`() {
        for kind in AlertKind.allCases { #expect(!kind.words.isEmpty && kind.firstStep.hasSuffix(".")) }
        for kind in AlertEvent.Kind.allCases { #expect(!kind.words.isEmpty) }
    }

    @Test func `tell the end with its reason`() {
        #expect(NotifierSample.closing().ending == "Resolved. 6 leads came since 09:20.")
        var bulletin = NotifierSample.closing()
        bulletin.alert.resolution?.how = .person
        bulletin.alert.resolution?.by = "Anna"
        bulletin.alert.resolution?.reason = ""
        #expect(bulletin.ending == "Closed by Anna.")
    }
}
