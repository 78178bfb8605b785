package import Curl
package import Domain

/// One kind of channel: what a notice looks like there, and what the answers mean.
///
/// A notifier decides and does nothing: no socket, no clock, no table. Every notifier runs the same conformance suite
/// (`NotifierConformanceTests`), whose first rule is that no notice is dropped on an answer nobody foresaw.
package protocol Notifier: Sendable {
    var pace: ChannelPace { get }

    /// The next call of an errand; `nil` when everything has been done. The same errand always gives the same call.
    func next(_ errand: SendJob, at now: Instant) -> Call?
    /// What the answer to that call means.
    func read(_ answer: CallAnswer, to call: Call, of errand: SendJob) -> NoticeReading
    /// What later notices about the same alert need to know of this one, when it is done; `nil` changes nothing.
    func reference(_ errand: SendJob) -> String?
    /// The call without anything secret, for people to look at.
    func masked(_ transfer: Transfer) -> Transfer
}

extension Notifier {
    package func reference(_ errand: SendJob) -> String? { nil }
}

/// Notices on their way to one channel, and how far they have come. A value: it goes on where it was after a failed
/// call.
package struct SendJob: Sendable, Equatable {
    package let parcel: OutgoingMessage
    /// Steps that are done, and what the channel calls what came of them.
    package var done: [String: String] = [:]
    /// A call may have been received although no answer came: look before saying it again, where the channel can be
    /// looked at.
    package var isUncertain: Bool
    /// Steps whose recipients the channel refuses, each with the reason.
    package var refusals: [String] = []
    /// The message that was known is gone: a new one takes its place.
    package var startsOver = false

    package init(_ parcel: OutgoingMessage) {
        self.parcel = parcel
        isUncertain = parcel.bulletins.contains(where: \.isUncertain)
    }

    /// Takes in that a step has been done.
    package mutating func finish(_ step: String, _ note: String) { done[step] = note }

    /// Takes in that the channel does not take a step.
    package mutating func refuse(_ step: String, _ reason: String) {
        done[step] = ""
        refusals.append(reason)
    }

    package mutating func startOver() {
        done = [:]
        startsOver = true
    }
}

/// What one message says: something of one alert, or one line for each of many.
package enum OutgoingMessage: Sendable, Equatable {
    case single(NotificationContent)
    /// The most urgent first. All have begun, or all have ended.
    case digest([NotificationContent])

    package var bulletins: [NotificationContent] {
        switch self {
        case .single(let bulletin): [bulletin]
        case .digest(let bulletins): bulletins
        }
    }
}

/// One request of an errand.
package struct Call: Sendable {
    package enum Request: Sendable {
        case transfer(Transfer)
        case mailing(Mailing)
    }

    /// What it does, within the errand.
    package var step: String
    package var request: Request

    package init(_ step: String, _ request: Request) {
        self.step = step
        self.request = request
    }
}

package enum CallAnswer: Sendable {
    case transfer(Result<Answer, TransferError>)
    case mail(Result<MailReceipt, MailError>)
}

/// Everything that can come of a call.
package enum NoticeReading: Equatable, Sendable {
    /// It has done its work. The note is what the channel calls the message.
    case done(String)
    /// The message that was to be changed or answered is gone: say everything anew.
    case startOver
    /// Nothing came of it; again.
    case retry(Trouble)
    /// The channel, or this recipient, will never take it.
    case refused(reason: String)
    /// Nothing will get through before a person has looked after the channel.
    case broken(reason: String)

    package struct Trouble: Equatable, Sendable {
        package enum Cause: String, CaseIterable, Sendable {
            case throttled, unreachable, interrupted, fault, unclassified
        }

        package var cause: Cause
        /// For people, without secrets and personal data.
        package var reason: String
        /// Not before.
        package var after: Duration?
        /// The channel may have acted on it.
        package var isUncertain: Bool

        package init(_ cause: Cause, _ reason: String, after: Duration? = nil, isUncertain: Bool = false) {
            self.cause = cause
            self.reason = reason
            self.after = after
            self.isUncertain = isUncertain
        }
    }
}

extension NoticeReading {
    /// No answer came. The same for every channel.
    init(_ error: TransferError) {
        switch error {
        case .unreachable(let why): self = .retry(Trouble(.unreachable, "not reached: \(plain(why))"))
        case .interrupted(let why):
            self = .retry(Trouble(.interrupted, "no answer: \(plain(why))", isUncertain: true))
        case .answerTooLarge:
            self = .retry(Trouble(.unclassified, AnswerWords.tooLarge, isUncertain: true))
        case .unsendable(let why): self = .broken(reason: "not sent: \(why); correct the channel's configuration")
        }
    }

    /// Judged by the status alone, where the channel says nothing that we know.
    init(status answer: Answer) {
        switch answer.status {
        case 408, 500...:
            self = .retry(Trouble(.fault, "status \(answer.status)", after: answer.retryAfter, isUncertain: true))
        case 429: self = .retry(Trouble(.throttled, "too many messages", after: answer.retryAfter))
        default:
            self = .retry(Trouble(.unclassified, "status \(answer.status)", after: answer.retryAfter))
        }
    }
}

extension Answer {
    /// `Retry-After` in seconds (RFC 9110 section 10.2.3), at most an hour: alerts are worth little after that, and
    /// nobody shall silence a channel for a day.
    var retryAfter: Duration? {
        guard let text = field("retry-after"), let seconds = Int(text), seconds >= 0 else { return nil }
        return .seconds(min(seconds, 3600))
    }

    var json: JSON? { try? JSON(parsing: body) }
}

/// Somebody else's words on one line, short, and without addresses and numbers that may be people's.
func plain(_ words: String) -> String {
    var result = ""
    for word in words.split(whereSeparator: { $0.isWhitespace }) {
        let digits = word.utf8.count { (0x30...0x39).contains($0) }
        let shown = word.contains("@") ? "[address]" : digits >= 7 ? "[number]" : String(word)
        result +=
            (result.isEmpty ? "" : " ")
            + String(String.UnicodeScalarView(shown.unicodeScalars.filter { $0.value >= 0x20 }))
        if result.count >= 200 { return result.prefix(199) + "…" }
    }
    return result
}

/// What a channel bears.
package struct ChannelPace: Equatable, Sendable {
    /// So many messages within the time.
    package struct Window: Equatable, Sendable {
        package var count: Int
        package var time: Duration
        package init(_ count: Int, in time: Duration) {
            self.count = count
            self.time = time
        }
    }

    /// The least time between two calls, whatever they are about.
    package var spacing: Duration
    /// What is good for people and their bills. Endings are not kept back by it.
    package var windows: [Window]
    /// From so many new alerts on that wait at once, one message tells of all.
    package var bundlesFrom: Int
    /// The least time between two messages that only bring an alert up to date.
    package var updateSpacing: Duration
    /// One call tells of one event, and is settled before the next: for systems in which the second would undo the
    /// first if both had to be repeated.
    package var oneByOne: Bool
    /// The channel can be asked whether it has a message already.
    package var looksBack: Bool

    package init(
        spacing: Duration = .zero, windows: [Window] = [], bundlesFrom: Int = .max, updateSpacing: Duration = .zero,
        oneByOne: Bool = false, looksBack: Bool = false
    ) {
        self.spacing = spacing
        self.windows = windows
        self.bundlesFrom = bundlesFrom
        self.updateSpacing = updateSpacing
        self.oneByOne = oneByOne
        self.looksBack = looksBack
    }
}

/// The notifier of a channel; `recipient` takes the place of those that the channel has by itself.
package func makeNotifier(_ channel: Channel, recipient: Contact? = nil) -> any Notifier {
    switch channel.kind {
    case .slack(var slack):
        if let user = recipient?.slackUser { slack.channel = user }
        return SlackNotifier(slack)
    case .slackWebhook(let webhook): return SlackWebhookNotifier(webhook)
    case .email(var email):
        if let address = recipient?.email { email.to = [address] }
        return EmailNotifier(email)
    case .sms(var sms):
        if let phone = recipient?.phone { sms.to = [phone] }
        return SMSNotifier(sms)
    case .pagerDuty(let pagerDuty): return PagerDutyNotifier(pagerDuty)
    case .alertmanager(let alertmanager): return AlertmanagerNotifier(alertmanager)
    case .alertmanagerAPI(let manager): return AlertmanagerFeed(manager)
    case .teams(let teams): return TeamsNotifier(teams)
    case .telegram(let telegram): return TelegramNotifier(telegram)
    case .jira(let jira): return JiraNotifier(jira)
    case .webhook(let webhook): return WebhookNotifier(webhook)
    }
}
