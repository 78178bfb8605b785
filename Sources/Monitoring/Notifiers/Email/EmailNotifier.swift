package import Curl
package import Domain

/// E-mail: one message for each recipient, the later ones in the thread of the first.
package struct EmailNotifier: Notifier {
    let email: Channel.Email

    package init(_ email: Channel.Email) { self.email = email }

    package var pace: ChannelPace {
        ChannelPace(
            spacing: .milliseconds(200), windows: [.init(20, in: .minutes(5)), .init(100, in: .hours(1))],
            bundlesFrom: 4)
    }

    package func next(_ errand: SendJob, at now: Instant) -> Call? {
        guard let address = email.to.first(where: { errand.done[$0] == nil }) else { return nil }
        var mailing = Mailing(
            host: email.host, port: email.port,
            security: Mailing.Security(rawValue: email.security.rawValue) ?? .startTLS,
            login: email.user.flatMap { user in email.password.map { .init(user: user, password: $0.value) } },
            helo: domain, sender: email.from, recipient: address,
            message: message(errand, to: address, at: now).bytes)
        mailing.trustedCertificates = email.trustedCertificates
        return Call(address, .mailing(mailing))
    }

    private func message(_ errand: SendJob, to address: String, at now: Instant) -> MailMessage {
        let text = EmailText(errand.parcel)
        return MailMessage(
            from: .init(email.from, name: email.fromName), to: .init(address), subject: text.subject, date: now,
            id: id(errand), references: thread(errand), text: text.plain, html: text.html)
    }

    private var domain: String { String(email.from.split(separator: "@").last ?? "localhost") }

    /// Made of what the message tells, so that one that is sent twice because its answer was lost is shown once.
    private func id(_ errand: SendJob) -> String {
        guard let first = errand.parcel.bulletins.first else { return "none@\(domain)" }
        let kind = errand.parcel.isDigest ? "digest" : "alert"
        return "\(kind)-\(first.messageName)-\(first.alert.opened.milliseconds)@\(domain)".lowercased()
    }

    /// The first message about the alert; a digest begins a thread of its own.
    private func thread(_ errand: SendJob) -> [String] {
        guard case .single(let bulletin) = errand.parcel, !bulletin.reference.isEmpty, bulletin.reference != id(errand)
        else { return [] }
        return [bulletin.reference]
    }

    package func reference(_ errand: SendJob) -> String? {
        guard let first = errand.parcel.bulletins.first else { return nil }
        return first.reference.isEmpty ? id(errand) : nil
    }

    package func read(_ answer: CallAnswer, to call: Call, of errand: SendJob) -> NoticeReading {
        guard case .mail(let result) = answer else { preconditionFailure("a mail server answers mail") }
        switch result {
        case .success: return .done("")
        case .failure(.unreachable(let why)): return .retry(.init(.unreachable, "not reached: \(plain(why))"))
        case .failure(.interrupted(let why)):
            return .retry(.init(.interrupted, "no answer: \(plain(why))", isUncertain: true))
        case .failure(.refused(let code, let words)):
            let reason = "the mail server says \(plain(words))"
            switch code {
            case ..<500: return .retry(.init(code == 421 || code == 450 ? .throttled : .fault, reason))
            // RFC 5321 section 4.2.3: these are said of a recipient or of the message.
            case 550, 551, 552, 553, 555, 556: return .refused(reason: reason)
            // All others are about us: the login (RFC 4954 section 6), our address, our way of speaking.
            default: return .broken(reason: reason)
            }
        }
    }

    package func masked(_ transfer: Transfer) -> Transfer { transfer }
}

/// What an e-mail says.
struct EmailText {
    let subject: String
    let plain: String
    let html: String
    /// Lines of a digest; what is beyond is counted.
    static let mostLines = 50

    init(_ parcel: OutgoingMessage) {
        switch parcel {
        case .single(let bulletin): self.init(bulletin)
        case .digest(let bulletins): self.init(bulletins)
        }
    }

    private init(_ bulletin: NotificationContent) {
        let alert = bulletin.alert
        subject = "[\(alert.id)] \(bulletin.headline)"
        let paragraphs = bulletin.paragraphs
        let evidence = alert.finding.evidence
        let facts = evidence.map { "\($0.name): \($0.value)" }.joined(separator: "\n")
        let link = bulletin.link
        plain =
            (paragraphs + (facts.isEmpty ? [] : [facts]) + (link.map { [$0] } ?? [])).joined(
                separator: "\n\n") + "\n"
        var page = MailPage(bulletin.headline, tone: bulletin.tone)
        for text in paragraphs { page.paragraph(text) }
        if !evidence.isEmpty { page.table([], evidence.map { [$0.name, $0.value] }) }
        if let link { page.link(NoticeWording.link(to: alert.id), to: link) }
        html = page.html
    }

    private init(_ bulletins: [NotificationContent]) {
        let critical = bulletins.count { $0.alert.severity == .critical }
        subject = NoticeWording.digest(
            bulletins.count, critical: critical, isOver: bulletins.first?.isClosing ?? false)
        let shown = bulletins.prefix(Self.mostLines)
        let rest = bulletins.count - shown.count
        let more = rest > 0 ? "… and \(rest) more" : nil
        let console = bulletins.first?.surroundings.console.map { "\($0)/alerts" }
        plain =
            (shown.map { "\($0.alert.id)  \($0.line)" } + [more, console].compactMap { $0 }).joined(separator: "\n\n")
            + "\n"
        var page = MailPage(subject, tone: bulletins.first?.tone ?? .plain)
        page.list(shown.map { (text: $0.line, name: $0.alert.id.description, address: $0.link) })
        if let more { page.paragraph(more) }
        if let console { page.link("All alerts", to: console) }
        html = page.html
    }
}

extension NotificationContent {
    fileprivate var tone: MailPage.Tone {
        if isTest { return .plain }
        if isClosing { return .good }
        return switch alert.severity {
        case .critical: .critical
        case .warning: .warning
        case .info: .plain
        }
    }
}
