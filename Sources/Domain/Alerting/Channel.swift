/// A way to reach people or their tools, as it is configured.
package struct Channel: Equatable, Sendable {
    package var name: String
    package var kind: Kind

    package enum Kind: Equatable, Sendable {
        case slack(Slack)
        case slackWebhook(SlackWebhook)
        case email(Email)
        case sms(SMS)
        case pagerDuty(PagerDuty)
        case alertmanager(Alertmanager)
        case alertmanagerAPI(AlertmanagerAPI)
        case teams(Teams)
        case telegram(Telegram)
        case jira(Jira)
        case webhook(Webhook)

        /// The word in the configuration, in status and in metrics.
        package var word: String {
            switch self {
            case .slack: "slack"
            case .slackWebhook: "slack_webhook"
            case .email: "email"
            case .sms: "sms"
            case .pagerDuty: "pagerduty"
            case .alertmanager: "alertmanager"
            case .alertmanagerAPI: "alertmanager_api"
            case .teams: "teams"
            case .telegram: "telegram"
            case .jira: "jira"
            case .webhook: "webhook"
            }
        }

        package static let words = [
            "slack", "slack_webhook", "email", "sms", "pagerduty", "alertmanager", "alertmanager_api", "teams",
            "telegram", "jira", "webhook",
        ]
    }

    package init(_ name: String, _ kind: Kind) {
        self.name = name
        self.kind = kind
    }

    /// A Slack app with a bot token.
    package struct Slack: Equatable, Sendable {
        package var token: Secret
        /// Of the app; without it buttons are not shown.
        package var signingSecret: Secret?
        /// Where messages go: a channel's id (`C…`), or a person's (`U…`) for direct messages.
        package var channel: String
        /// The app may read the channel's history (scope channels:history or groups:history), so that after a lost
        /// answer we look before we post again.
        package var readsHistory = false
        package var endpoint = "https://slack.com/api"

        package init(token: Secret, signingSecret: Secret? = nil, channel: String) {
            self.token = token
            self.signingSecret = signingSecret
            self.channel = channel
        }
    }

    /// Slack's incoming webhook: messages only, no edits, no threads, no buttons.
    package struct SlackWebhook: Equatable, Sendable {
        package var url: Secret
        package init(url: Secret) { self.url = url }
    }

    package struct Email: Equatable, Sendable {
        package enum Security: String, CaseIterable, Sendable {
            /// TLS is begun with STARTTLS, or nothing is sent.
            case startTLS = "starttls"
            case tls
            /// For a server on this machine only.
            case none
        }

        package var host: String
        package var port: UInt16
        package var security: Security
        package var user: String?
        package var password: Secret?
        /// Certificates (PEM file) to trust instead of the system's.
        package var trustedCertificates: String?
        package var from: String
        package var fromName = "LeadRelay"
        package var to: [String]

        package init(host: String, port: UInt16, security: Security, from: String, to: [String]) {
            self.host = host
            self.port = port
            self.security = security
            self.from = from
            self.to = to
        }
    }

    /// Twilio's Messages.
    package struct SMS: Equatable, Sendable {
        package var account: String
        /// An API key's SID; without one the account's own.
        package var keyID: String?
        /// The API key's secret, or the account's auth token.
        package var token: Secret
        /// A number in E.164, or a messaging service (`MG…`).
        package var from: String
        /// Numbers in E.164.
        package var to: [String]
        /// Where Twilio tells what became of a text; `nil`: it does not.
        package var callback: String?
        package var endpoint = "https://api.twilio.com"

        package init(account: String, token: Secret, from: String, to: [String]) {
            self.account = account
            self.token = token
            self.from = from
            self.to = to
        }
    }

    /// PagerDuty's Events API v2.
    package struct PagerDuty: Equatable, Sendable {
        /// 32 characters, of the integration.
        package var routingKey: Secret
        package var endpoint = "https://events.pagerduty.com"
        package init(routingKey: Secret) { self.routingKey = routingKey }
    }

    /// A receiver of Alertmanager's webhook format, version 4.
    package struct Alertmanager: Equatable, Sendable {
        package var url: String
        /// Sent as `Authorization: Bearer`.
        package var token: Secret?
        package init(url: String) { self.url = url }
    }

    /// An Alertmanager itself, which tells people by its own routes.
    package struct AlertmanagerAPI: Equatable, Sendable {
        /// Without `/api/v2/alerts`.
        package var url: String
        /// Sent as `Authorization: Bearer`, to a proxy before it.
        package var token: Secret?
        package init(url: String) { self.url = url }
    }

    /// Microsoft Teams by a webhook of Workflows.
    package struct Teams: Equatable, Sendable {
        package var url: Secret
        package init(url: Secret) { self.url = url }
    }

    /// A bot of Telegram.
    package struct Telegram: Equatable, Sendable {
        package var token: Secret
        /// A chat's number, or `@name` of a public channel.
        package var chat: String
        /// Of a forum's topic: `message_thread_id`.
        package var topic: Int?
        package var endpoint = "https://api.telegram.org"

        package init(token: Secret, chat: String) {
            self.token = token
            self.chat = chat
        }
    }

    /// Jira Service Management's alerts, by an API integration.
    package struct Jira: Equatable, Sendable {
        /// Of the integration.
        package var key: Secret
        /// The id of the team that is called, where the integration does not say it.
        package var team: String?
        package var endpoint = "https://api.atlassian.com"
        package init(key: Secret) { self.key = key }
    }

    /// A receiver of webhooks that are signed as Standard Webhooks says.
    package struct Webhook: Equatable, Sendable {
        package var url: String
        /// `whsec_` and 24 to 64 bytes in base 64.
        package var secret: Secret

        package init(url: String, secret: Secret) {
            self.url = url
            self.secret = secret
        }
    }
}

/// Somebody who can be told of alerts and may act on them.
package struct Contact: Equatable, Sendable {
    package var name: String
    /// For messages.
    package var title: String
    /// Slack's ids; the team is that of the app unless it says otherwise.
    package var slackUser: String?
    package var slackTeam: String?
    package var email: String?
    /// E.164.
    package var phone: String?
    /// Whether presses of buttons count; who may only look has none.
    package var mayAct = true

    package init(_ name: String, title: String? = nil) {
        self.name = name
        self.title = title ?? name
    }
}
