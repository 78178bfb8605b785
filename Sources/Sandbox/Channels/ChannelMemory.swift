package import Domain
import Service

/// What the imitated channels have taken. The newest are kept, so many of each kind.
package struct ChannelMemory: Sendable {
    static let most = 10_000

    /// A message in Slack, as it reads now.
    package struct SlackMessage: Equatable, Sendable {
        package var channel: String
        package var ts: String
        /// Of the message that this one answers.
        package var thread: String?
        /// The answer is shown in the channel too.
        package var isBroadcast: Bool
        package var text: String
        package var content: JSON
        /// How often it was changed.
        package var edits = 0

        /// What the sender has put in to find it again.
        package var alert: String? { content["metadata"]?["event_payload"]?["alert"]?.string }
        /// Texts of all buttons, in their order.
        package var buttons: [String] {
            (content["blocks"]?.array ?? []).flatMap { $0["elements"]?.array ?? [] }
                .filter { $0["type"] == "button" }.compactMap { $0["text"]?["text"]?.string }
        }
    }

    /// An alert at PagerDuty: one for each time that its key was triggered while it was not open.
    package struct Incident: Equatable, Sendable {
        package enum State: String, Sendable { case triggered, acknowledged, resolved }
        package var key: String
        package var state: State
        package var severity: String
        package var summary: String
    }

    /// A message in Telegram, as it reads now.
    package struct TelegramMessage: Equatable, Sendable {
        package var chat: String
        package var id: Int64
        /// The message that this one answers.
        package var answers: Int64?
        package var html: String
        package var edits = 0
    }

    /// An alert in Jira: one for each time that its alias was created while it was not open.
    package struct JiraAlert: Equatable, Sendable {
        package var alias: String
        package var priority: String
        package var isOpen = true
        package var isAcknowledged = false
        package var count = 1
        package var notes: [String] = []
    }

    /// Takes in an event of Jira's integration API. What an alias that is not open is told goes nowhere.
    mutating func takeJira(_ action: String, alias: String, _ body: JSON) {
        let open = jira.lastIndex { $0.alias == alias && $0.isOpen }
        if let note = body["note"]?.string, let open { jira[open].notes.append(note) }
        switch (action, open) {
        case ("create", let open?): jira[open].count += 1
        case ("create", nil): jira.append(JiraAlert(alias: alias, priority: body["priority"]?.string ?? "P3"))
        case ("acknowledge", let open?): jira[open].isAcknowledged = true
        case ("close", let open?): jira[open].isOpen = false
        default: break
        }
        jira.keepNewest()
    }

    package struct Text: Equatable, Sendable {
        package var sid: String
        package var to: String
        package var body: String
    }

    package struct Ping: Equatable, Sendable {
        /// `uuid` or `uuid/fail`.
        package var path: String
        package var body: String
        package var at: Instant
    }

    package internal(set) var slack: [SlackMessage] = []
    /// Texts given to `response_url`s.
    package internal(set) var privateReplies: [JSON] = []
    package internal(set) var incidents: [Incident] = []
    package internal(set) var texts: [Text] = []
    package internal(set) var groups: [JSON] = []
    package internal(set) var pings: [Ping] = []
    /// All that was posted to Alertmanager, and what is open there.
    package internal(set) var feeds: [JSON] = []
    package internal(set) var managed: [JSON] = []
    /// Adaptive Cards in Teams.
    package internal(set) var cards: [JSON] = []
    package internal(set) var telegram: [TelegramMessage] = []
    /// Alerts in Jira.
    package internal(set) var jira: [JiraAlert] = []
    package internal(set) var webhooks: [JSON] = []
    private var serial = 0

    /// A timestamp that no other message has.
    mutating func nextTimestamp(at now: Instant) -> String {
        serial += 1
        let fraction = String(serial)
        return "\(now.seconds)." + String(repeating: "0", count: max(0, 6 - fraction.count)) + fraction
    }

    mutating func nextSerial() -> Int {
        serial += 1
        return serial
    }

    /// Takes in an event of PagerDuty: what it does to the alert of its key.
    mutating func take(_ action: String, key: String, severity: String, summary: String) {
        let open = incidents.lastIndex { $0.key == key && $0.state != .resolved }
        switch (action, open) {
        case ("trigger", let open?):
            incidents[open].severity = severity
            incidents[open].state = .triggered
        case ("trigger", nil):
            incidents.append(Incident(key: key, state: .triggered, severity: severity, summary: summary))
        case ("acknowledge", let open?): incidents[open].state = .acknowledged
        case ("resolve", let open?): incidents[open].state = .resolved
        default: break
        }
        incidents.keepNewest()
    }
}

extension Array {
    mutating func keepNewest() { if count > ChannelMemory.most { removeFirst(count - ChannelMemory.most) } }
}

extension Sandbox {
    /// What the channels have taken.
    package var channels: ChannelMemory { channelMemory.withLock { $0 } }

    /// Waits until they have taken what is wanted. False if that has not come within `time`.
    package func awaitChannels(atMost time: Duration, _ isSo: (ChannelMemory) -> Bool) -> Bool {
        channelMemory.wait(atMost: time) { isSo($0) ? true : nil } ?? false
    }
}
