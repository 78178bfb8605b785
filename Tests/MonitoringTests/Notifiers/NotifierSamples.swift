import Curl
import Domain
import TestSupport

@testable import Monitoring

/// Alerts and channels to be told of, each made for the tests alone.
enum NotifierSample {
    static let finding = Finding(
        .missingLeads, .group(client: "acme", group: "heat-pumps"), .critical, began: .start - .minutes(110),
        sentence: "31 leads expected since 07:10, none came",
        evidence: [.init("expected", "31"), .init("came", "0"), .init("by luck", "once in 40,000")])

    static func alert(_ number: Int64 = 17, _ finding: Finding = finding) -> Alert {
        Alert(AlertID(rawValue: number), finding, opened: .start)
    }

    static func resolved(_ alert: Alert = alert()) -> Alert {
        var alert = alert
        alert.resolution = .init(
            ended: .start + .minutes(20), at: .start + .minutes(25), how: .evidence, reason: "6 leads came since 09:20")
        return alert
    }

    /// `event` is also the notice's number.
    static func item(
        _ kind: Notice.Kind, _ event: AlertEvent.Kind, number: Int64 = 1, alert: Int64 = 17, by: String = "",
        _ text: String = "", isUncertain: Bool = false
    ) -> NotificationContent.Item {
        let id = AlertID(rawValue: alert)
        var happened = AlertEvent(event, id, at: .start, by: by, text, notice: kind)
        happened.id = number
        return .init(
            Notice(id: number, channel: "c", alert: id, event: number, kind: kind, isUncertain: isUncertain), happened)
    }

    static var surroundings: NotificationContent.Surroundings {
        var surroundings = NotificationContent.Surroundings()
        surroundings.console = "https://relay.example"
        surroundings.client = "Acme Heat Pumps"
        return surroundings
    }

    static func opening(_ number: Int64 = 17, isUncertain: Bool = false) -> NotificationContent {
        NotificationContent(
            alert(number), [item(.opening, .opened, alert: number, isUncertain: isUncertain)], surroundings)
    }

    static func closing(reference: String = "") -> NotificationContent {
        NotificationContent(
            resolved(), [item(.closing, .resolved, number: 9, "6 leads came since 09:20")], reference: reference,
            surroundings)
    }

    static func update(
        _ event: AlertEvent.Kind, of alert: Alert = alert(), by: String = "", reference: String, _ text: String = ""
    ) -> NotificationContent {
        NotificationContent(
            alert, [item(.update, event, number: 5, by: by, text)], reference: reference, surroundings)
    }

    static let slack = Channel.Slack(
        token: Secret("xoxb-very-secret"), signingSecret: Secret("signing-secret"), channel: "C1")
    static let channels: [Channel] = [
        Channel("slack", .slack(slack)),
        Channel("hook", .slackWebhook(.init(url: Secret("https://hooks.slack.com/services/T1/B1/very-secret")))),
        Channel("mail", .email(email)), Channel("sms", .sms(sms)),
        Channel("pager", .pagerDuty(.init(routingKey: Secret("very-secret-very-secret-very-sec")))),
        Channel("am", .alertmanager(.init(url: "https://am.example/hook"))),
        Channel("feed", .alertmanagerAPI(.init(url: "https://manager.example"))),
        Channel("teams", .teams(.init(url: Secret("https://teams.example/workflows/1?sig=very-secret")))),
        Channel("telegram", .telegram(.init(token: Secret("1:very-secret-very-secret"), chat: "-1001"))),
        Channel("jira", .jira(.init(key: Secret("very-secret")))),
        Channel(
            "webhook",
            .webhook(
                .init(
                    url: "https://receiver.example/alerts",
                    secret: Secret("whsec_bm90IGEgc2VjcmV0LCBmb3IgdGhlIHNhbmRib3g=")))),
    ]

    static var email: Channel.Email {
        var email = Channel.Email(
            host: "mail.example", port: 587, security: .startTLS, from: "relay@example.com",
            to: ["night@example.com", "day@example.com"])
        email.user = "relay"
        email.password = Secret("very-secret")
        return email
    }

    static let sms = Channel.SMS(
        account: "AC00000000000000000000000000000000", token: Secret("very-secret"), from: "+15005550006",
        to: ["+4915112345678", "+4915187654321"])

    static let slackPlace = #"{"channel":"C1","ts":"1503435956.000247"}"#

    /// What the channel says when all is well.
    static func good(_ call: Call) -> CallAnswer {
        switch call.request {
        case .mailing: .mail(.success(MailReceipt(code: 250, words: "250 queued")))
        case .transfer(let transfer):
            if transfer.url.contains("hooks.slack.com") {
                .transfer(.success(Answer(status: 200, body: Array("ok".utf8))))
            } else if transfer.url.contains("twilio") {
                .transfer(.success(Answer(status: 201, body: Array(#"{"sid":"SM1","status":"queued"}"#.utf8))))
            } else if transfer.url.contains("pagerduty") {
                .transfer(.success(Answer(status: 202, body: Array(#"{"status":"success","dedup_key":"k"}"#.utf8))))
            } else {
                .transfer(
                    .success(
                        Answer(
                            status: 200,
                            body: Array(
                                #"{"ok":true,"channel":"C1","ts":"1503435956.000248","messages":[],"result":{"message_id":17,"chat":{"id":-1001}}}"#
                                    .utf8))))
            }
        }
    }
}

extension Call {
    /// The body as JSON, if it is.
    var json: JSON {
        guard case .transfer(let transfer) = request, let body = transfer.body else { return .null }
        return (try? JSON(parsing: body)) ?? .null
    }

    var url: String {
        switch request {
        case .transfer(let transfer): transfer.url
        case .mailing(let mailing): mailing.host
        }
    }

    /// Everything that goes over the wire.
    var text: String {
        switch request {
        case .transfer(let transfer):
            transfer.url + transfer.fields.map { "\n\($0.name): \($0.value)" }.joined() + "\n"
                + String(decoding: transfer.body ?? [], as: UTF8.self)
        case .mailing(let mailing): String(decoding: mailing.message, as: UTF8.self)
        }
    }
}
