import Crypto
package import Curl
package import Domain

/// Text messages by Twilio's Messages (twilio.com/docs/messaging/api/message-resource).
package struct SMSNotifier: Notifier {
    let sms: Channel.SMS

    package init(_ sms: Channel.SMS) { self.sms = sms }

    /// Parts of a text: two are about 300 characters.
    static let segments = 2
    /// An alert that arrives ten hours late, Twilio's own default, does harm.
    static let validity = 900

    package var pace: ChannelPace {
        ChannelPace(
            spacing: .seconds(1),
            windows: [.init(5, in: .minutes(15)), .init(11, in: .hours(1)), .init(21, in: .hours(3))], bundlesFrom: 2)
    }

    package func next(_ errand: SendJob, at now: Instant) -> Call? {
        guard let number = sms.to.first(where: { errand.done[$0] == nil }) else { return nil }
        let isService = sms.from.hasPrefix("MG")
        var fields = [
            ("To", number), (isService ? "MessagingServiceSid" : "From", sms.from), ("Body", Self.text(errand.parcel)),
            ("ValidityPeriod", String(Self.validity)),
        ]
        if let callback = sms.callback, case .single(let bulletin) = errand.parcel {
            fields.append(("StatusCallback", "\(callback)?alert=\(bulletin.alert.id)"))
        }
        let login = Base64.plain.encode(Array("\(sms.keyID ?? sms.account):\(sms.token.value)".utf8))
        return Call(
            number,
            .transfer(
                Transfer(
                    "POST", "\(sms.endpoint)/2010-04-01/Accounts/\(sms.account)/Messages.json",
                    fields: [
                        ("Authorization", "Basic \(login)"), ("Content-Type", "application/x-www-form-urlencoded"),
                    ], body: Array(FormWriting.encode(fields).utf8))))
    }

    static func text(_ parcel: OutgoingMessage) -> String {
        switch parcel {
        case .single(let bulletin):
            let tail = bulletin.link.map { " \($0)" } ?? " \(bulletin.alert.id)"
            let body =
                bulletin.isClosing
                ? NotificationContent.sentence("\(bulletin.headline), \(bulletin.span)")
                : NotificationContent.joined(bulletin.headline, bulletin.account)
            return GSMText.fitted(body, tail: tail, segments: segments)
        case .digest(let bulletins):
            let first = bulletins[0]
            let tail = first.surroundings.console.map { " \($0)/alerts" } ?? ""
            let rest = bulletins.count - 1
            let body =
                first.isClosing
                ? "Resolved: \(first.subject) and \(rest) more."
                : """
                \(first.severityWord): \(first.subject) and \(rest) more. \
                \(NotificationContent.sentence(first.alert.finding.sentence))
                """
            return GSMText.fitted(body, tail: tail, segments: segments)
        }
    }

    /// The number cannot be written to, whatever we do.
    static let refused: Set<Int64> = [
        21211, 21610, 21614, 21408, 21612, 21617, 21635, 30003, 30004, 30005, 30006, 30007,
    ]
    static let throttled: Set<Int64> = [20429, 14107, 21611, 30001]
    static let transient: Set<Int64> = [30008, 20500, 20503]
    /// The account or the sender.
    static let broken: Set<Int64> = [20003, 20005, 20404, 21606, 21603, 21212, 21659, 21705, 30002, 10001, 20008]

    package func read(_ answer: CallAnswer, to call: Call, of errand: SendJob) -> NoticeReading {
        guard case .transfer(let result) = answer else { preconditionFailure("Twilio answers requests") }
        switch result {
        case .failure(let error): return NoticeReading(error)
        case .success(let answer):
            let json = answer.json
            if (200..<300).contains(answer.status) {
                guard let sid = json?["sid"]?.string else {
                    return .retry(.init(.unclassified, AnswerWords.unreadable, isUncertain: true))
                }
                return .done(sid)
            }
            guard let code = json?["code"]?.integer else {
                return answer.status == 401 || answer.status == 403
                    ? .broken(reason: "Twilio says \(answer.status)") : NoticeReading(status: answer)
            }
            let reason = "Twilio says \(code): \(plain(json?["message"]?.string ?? ""))"
            if Self.refused.contains(code) { return .refused(reason: reason) }
            if Self.broken.contains(code) || answer.status == 401 { return .broken(reason: reason) }
            if Self.throttled.contains(code) || answer.status == 429 {
                return .retry(.init(.throttled, reason, after: answer.retryAfter))
            }
            if Self.transient.contains(code) || answer.status >= 500 {
                return .retry(.init(.fault, reason, after: answer.retryAfter, isUncertain: true))
            }
            return .retry(.init(.unclassified, reason, after: answer.retryAfter))
        }
    }

    package func masked(_ transfer: Transfer) -> Transfer {
        var transfer = transfer
        transfer.fields = transfer.fields.map { $0.name == "Authorization" ? ($0.name, "Basic ***") : $0 }
        return transfer
    }
}

/// `application/x-www-form-urlencoded` (WHATWG URL section 5.2).
package enum FormWriting {
    package static func encode(_ fields: [(name: String, value: String)]) -> String {
        fields.map { "\(encode($0.name))=\(encode($0.value))" }.joined(separator: "&")
    }

    private static func encode(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "*"):
                result.append(byte)
            case 0x20: result.append(UInt8(ascii: "+"))
            default: result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
