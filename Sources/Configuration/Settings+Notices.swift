import Domain
import Monitoring

// Who is told of alerts, and how.
extension Settings {
    static let channels: [Setting] = [
        Setting(
            "channels", .named, .absent,
            "Ways in which people and tools are told. Try one: leadrelay channel test NAME."),
        Setting(
            "channels.*.kind",
            .choice([
                "slack", "slack_webhook", "email", "sms", "pagerduty", "alertmanager", "alertmanager_api", "teams",
                "telegram",
                "jira", "webhook",
            ]), .required, "What it is."),
        Setting(
            "channels.*.token", .secret, .depends("required for slack, sms and telegram"),
            """
            Slack: the bot token. SMS: the account's token, or the key's secret. Telegram: the bot's. \
            Alertmanager: a bearer token.
            """,
            only: "kind: \"slack\", \"sms\", \"telegram\", \"alertmanager\" or \"alertmanager_api\""),
        Setting(
            "channels.*.signing_secret", .secret, .absent, "The app's signing secret: with it messages have buttons.",
            only: "kind: \"slack\""),
        Setting(
            "channels.*.channel", .text, .required, "The channel's id, for example \"C0123ABCD\".",
            only: "kind: \"slack\""),
        Setting(
            "channels.*.reads_history", .flag, false,
            """
            Whether the bot may read the channel (scope channels:history): after a lost answer it looks before it \
            posts again.
            """,
            only: "kind: \"slack\""),
        Setting(
            "channels.*.endpoint", .text, .depends("the service's own"), "Where the service answers, for sandboxes.",
            only: "kind: \"slack\", \"sms\", \"pagerduty\", \"telegram\" or \"jira\""),
        Setting(
            "channels.*.url", .either([.secret, .text]), .required,
            """
            Where messages are posted: a secret for slack_webhook and teams, a text for alertmanager, \
            alertmanager_api and webhook.
            """,
            only: "kind: \"slack_webhook\", \"teams\", \"alertmanager\", \"alertmanager_api\" or \"webhook\""),
        Setting(
            "channels.*.server", .text, .required, "The mail server as HOST:PORT.", only: "kind: \"email\""),
        Setting(
            "channels.*.security", .choice(of: Channel.Email.Security.self),
            .depends("\"tls\" on port 465, else \"starttls\""),
            "How the connection is encrypted; \"none\" for a server on this machine only.", only: "kind: \"email\""),
        Setting("channels.*.user", .text, .absent, "The login's name.", only: "kind: \"email\""),
        Setting("channels.*.password", .secret, .absent, "The login's password.", only: "user"),
        Setting(
            "channels.*.trusted_certificates", .text, .absent,
            "A PEM file with certificates to trust instead of the system's.", only: "kind: \"email\""),
        Setting(
            "channels.*.from", .text, .required, "The sender: an e-mail address, or a number or messaging service.",
            only: "kind: \"email\" or \"sms\""),
        Setting("channels.*.from_name", .text, "LeadRelay", "The sender's name.", only: "kind: \"email\""),
        Setting(
            "channels.*.to", .texts, .required, "Who is told if a route names nobody: e-mail addresses, or numbers.",
            only: "kind: \"email\" or \"sms\""),
        Setting(
            "channels.*.account", .text, .required, "Twilio's account SID: AC and 32 characters.", only: "kind: \"sms\""
        ),
        Setting(
            "channels.*.key", .either([.text, .secret]), .depends("required for jira"),
            "SMS: the SID of an API key, SK and 32 characters. Jira: the key of the integration, a secret.",
            only: "kind: \"sms\" or \"jira\""),
        Setting(
            "channels.*.routing_key", .secret, .required, "The integration key of Events API v2: 32 characters.",
            only: "kind: \"pagerduty\""),
        Setting(
            "channels.*.chat", .text, .required, "The chat's number in quotation marks, or a channel's \"@name\".",
            only: "kind: \"telegram\""),
        Setting(
            "channels.*.topic", .whole(from: 1, to: 2_147_483_647), .absent, "A topic of a forum.",
            only: "kind: \"telegram\""),
        Setting(
            "channels.*.team", .text, .absent, "The team's id, where the integration names none.",
            only: "kind: \"jira\""),
        Setting(
            "channels.*.secret", .secret, .required,
            "What requests are signed with: whsec_ and 24 to 64 bytes in base 64.",
            only: "kind: \"webhook\""),
    ]

    static let people: [Setting] =
        [
            Setting(
                "contacts", .named, .absent, "People: who may press buttons in Slack, and who can be told in person."),
            Setting("contacts.*.name", .text, .depends("the short name"), "What pages and messages call the person."),
            Setting("contacts.*.slack", .object, .absent, "The person in Slack."),
            Setting("contacts.*.slack.user", .text, .required, "The person's id, for example \"U0123ABCD\"."),
            Setting("contacts.*.slack.team", .text, .absent, "The workspace's id, for example \"T0123ABCD\"."),
            Setting("contacts.*.email", .text, .absent, "The person's e-mail address."),
            Setting("contacts.*.phone", .text, .absent, "The person's telephone number, with + and the country."),
            Setting("contacts.*.may_act", .flag, true, "Whether the person's buttons in Slack count."),
            Setting(
                "on_call", .named, .absent, "Who takes turns; \"sms/@NAME\" in a route is whoever is on call then.",
                since: next),
            Setting(
                "on_call.*.shifts", .list, .absent,
                "Several shifts that share the day; where two have the same hour the first has it.", since: next),
        ]

    static let onlyShift: [Setting] = shift(at: "on_call.*", "Of the only shift: ")

    static let shifts: [Setting] = shift(at: "on_call.*.shifts[]", "")

    static let substitutes: [Setting] = [
        Setting("on_call.*.substitutes", .list, .absent, "Who stands in for a while.", since: next),
        Setting("on_call.*.substitutes[].person", .text, .required, "A name under contacts.", since: next),
        Setting("on_call.*.substitutes[].from", .text, .required, "From this moment, as in RFC 3339.", since: next),
        Setting("on_call.*.substitutes[].to", .text, .required, "Up to this moment.", since: next),
    ]

    private static func shift(at path: String, _ whose: String) -> [Setting] {
        func sentence(_ text: String) -> String {
            whose.isEmpty ? text.prefix(1).uppercased() + text.dropFirst() : whose + text
        }
        // An entry has its only shift itself, or shifts.
        let required: Setting.Usual = whose.isEmpty ? .required : .absent
        return [
            Setting(
                "\(path).people", .texts, required, sentence("names under contacts, in the order of their turns."),
                since: next),
            Setting(
                "\(path).from", .text, .depends("needed for two people and more"),
                sentence("the day on which the first turn begins."), since: next),
            Setting("\(path).days", .whole(from: 1, to: 365), 7, sentence("how many days a turn lasts."), since: next),
            // Not shorter than an hour: whoever is woken should have the time to do something.
            Setting(
                "\(path).turn", .duration(from: .hours(1), to: .days(365)), .absent,
                sentence("how long a turn lasts, where that is less than a day; instead of days."), since: next),
            Setting(
                "\(path).handover", .text, .depends("when its hours begin, else \"09:00\""),
                sentence("when turns change."), since: next),
            Setting("\(path).time_zone", .text, "UTC", sentence("by whose clock."), since: next),
            Setting(
                "\(path).weekdays", .text, .absent, sentence("only on these days, for example \"mon-fri\"."),
                since: next),
            Setting(
                "\(path).hours", .text, .absent, sentence("only in these hours, for example \"09:00-17:00\"."),
                since: next),
        ]
    }

    static let routes: [Setting] = [
        Setting(
            "routes", .list, .absent,
            """
            The first route that fits an alert decides who is told. Without routes everybody is, and calls are for \
            critical ones only.
            """
        ),
        Setting(
            "routes[].tell", .texts, .required,
            "Channels; \"CHANNEL/NAME\" tells one person by it, \"CHANNEL/@NAME\" whoever is on call."),
        Setting("routes[].severity", .choice(of: Severity.self), "warning", "The least severity that it takes."),
        Setting("routes[].clients", .texts, [], "Only alerts of these clients."),
        Setting("routes[].teams", .texts, [], "Only alerts of these teams, which other tools name."),
        Setting("routes[].kinds", .choices(of: AlertKind.self), [], "Only these kinds of alerts."),
        Setting(
            "routes[].escalate", .steps, .absent,
            """
            Who is told besides while nobody acknowledges it, step by step, at the times of \
            monitoring.alerts.escalate.
            """
        ),
        Setting("routes[].weekdays", .text, .absent, "Only on these days, for example \"mon-fri\"."),
        Setting("routes[].hours", .text, .absent, "Only in these hours, for example \"09:00-17:00\"."),
        Setting("routes[].time_zone", .text, "UTC", "By whose clock."),
        Setting(
            "routes[].quiet", .object, .absent,
            "Hours in which what is not critical waits; if it becomes critical meanwhile, all of it is told at once."),
        Setting("routes[].quiet.from", .text, .required, "When quiet begins, for example \"22:00\"."),
        Setting("routes[].quiet.to", .text, .required, "When quiet ends."),
        Setting("routes[].quiet.time_zone", .text, "UTC", "By whose clock."),
        Setting(
            "client_groups", .table(.text), .absent,
            "Clients' groups in Slack, who are called with the prepared message when it is their move."),
    ]

    static let tools: [Setting] =
        [
            Setting(
                "tools", .named, .absent,
                "Tools that report alerts to /hooks/alerts/NAME; the usual ones need no entry. See contracts/tools.md.",
                since: next),
            Setting(
                "tools.*.kind",
                .choice(["alertmanager", "grafana", "sentry", "datadog", "uptimerobot", "healthchecks", "json"]),
                .required,
                "What its webhook looks like.", since: next),
            Setting(
                "tools.*.client", .text, .absent, "Whose alerts these are, where the tool does not say.", since: next),
            Setting("tools.*.team", .text, .absent, "The team, where the tool does not say.", since: next),
            Setting(
                "tools.*.owner", .text, .absent, "The person, a name under contacts, where the tool does not say.",
                since: next),
            Setting(
                "tools.*.severity", .choice(of: Severity.self), "warning", "The severity, where the tool does not say.",
                since: next),
            Setting(
                "tools.*.severities", .table(.choice(of: Severity.self)), .absent,
                "What the tool's words for severities mean.", since: next),
            Setting("tools.*.clients", .table(.text), .absent, "What the tool calls clients.", since: next),
            Setting("tools.*.teams", .table(.text), .absent, "What the tool calls teams.", since: next),
            Setting("tools.*.owners", .table(.text), .absent, "What the tool calls people.", since: next),
            Setting(
                "tools.*.signing_secret", .secret, .absent,
                "The secret that Sentry's integration signs with, instead of a token.",
                only: "kind: \"sentry\"", since: next),
            Setting(
                "tools.*.each", .text, .absent, "The list that has one alert each, as a JSON pointer.",
                only: "kind: \"json\"", since: next),
            Setting(
                "tools.*.resolved", .texts, .depends("the usual words, such as \"resolved\" and \"ok\""),
                "Words of status that mean that it is over.", only: "kind: \"json\"", since: next),
            Setting(
                "tools.*.fields", .object, .required, "Where the parts of an alert stand, as JSON pointers.",
                only: "kind: \"json\"", since: next),
        ]

    static let toolFields: [Setting] = ReportMapping.Field.allCases.map { field in
        let isNeeded = field == .key || field == .title
        let meaning =
            switch field {
            case .key: "What tells one alert from another."
            case .title: "What it is called."
            case .text: "What is said besides."
            case .status: "Whether it is over."
            case .severity: "How bad it is."
            case .at: "When it began or ended."
            case .client: "Whose it is."
            case .team: "Which team has it."
            case .owner: "Which person has it."
            case .link: "Where more is said."
            }
        return Setting("tools.*.fields.\(field.rawValue)", .text, isNeeded ? .required : .absent, meaning, since: next)
    }

    static let actions: [Setting] = [
        Setting(
            "actions", .named, .absent,
            "What the relay does by itself about alerts. Try one: leadrelay action try NAME A17.", since: next),
        Setting("actions.*.on", .choices(of: AlertAction.Trigger.self), .required, "After what.", since: next),
        Setting("actions.*.severity", .choice(of: Severity.self), "warning", "The least severity.", since: next),
        Setting("actions.*.kinds", .choices(of: AlertKind.self), [], "Only these kinds of alerts.", since: next),
        Setting("actions.*.clients", .texts, [], "Only alerts of these clients.", since: next),
        Setting(
            "actions.*.causes", .choices(ChecklistItem.allCases.map(\.word)), [],
            "Only when the checklist has found one of these.", since: next),
        Setting(
            "actions.*.at_most", .whole(from: 1, to: 60), .value(JSON(AlertAction.usualAtMost)),
            "So often an hour at most.", since: next),
        Setting(
            "actions.*.do", .either([.object, .word("probe")]), .required, "One thing. \"probe\": looks for causes.",
            since: next),
        Setting("actions.*.do.pause", .text, .absent, "Pauses a destination.", since: next),
        Setting("actions.*.do.resume", .text, .absent, "Resumes a destination.", since: next),
        Setting(
            "actions.*.do.replay", .object, .absent,
            "Sends again what was rejected or has expired since the alert began.", since: next),
        Setting("actions.*.do.replay.destination", .text, .required, "To which destination.", since: next),
        Setting(
            "actions.*.do.replay.limit", .whole(from: 1, to: 10_000), 500, "So many deliveries at most.", since: next),
        Setting(
            "actions.*.do.webhook", .object, .absent, "Posts the alert, as contracts/alert-webhook.md says.",
            since: next),
        Setting("actions.*.do.webhook.url", .text, .required, "Where to.", since: next),
        Setting(
            "actions.*.do.webhook.secret", .secret, .required,
            "What requests are signed with: whsec_ and 24 to 64 bytes in base 64.", since: next),
    ]
}
