package import Domain
package import Service
import Store

/// Sends what is owed to channels: one thread for all of them, each with a lane of its own, so that one that does not
/// work delays no other. It blocks on nothing.
package final class NoticeDispatcher: Sendable {
    /// What is configured, and what the words need to know besides.
    package struct Settings: Sendable {
        package var channels: [Channel]
        package var contacts: [Contact]
        /// Called on the dispatcher's thread for each alert that is told of: it must not block.
        package var surroundings: @Sendable (Alert) -> NotificationContent.Surroundings

        package init(
            _ channels: [Channel], contacts: [Contact] = [],
            surroundings: @escaping @Sendable (Alert) -> NotificationContent.Surroundings = { _ in .init() }
        ) {
            self.channels = channels
            self.contacts = contacts
            self.surroundings = surroundings
        }

        /// Everybody who can be told something: each channel by itself, and each person on it.
        package var targets: [(name: String, channel: Channel, contact: Contact?)] {
            channels.flatMap { channel in
                [(channel.name, channel, nil)]
                    + contacts.filter { $0.canBeReached(by: channel) }.map {
                        (Target.name(channel: channel.name, contact: $0.name), channel, $0)
                    }
            }
        }
    }

    private let worker: MessageWorker<NoticeMessage>
    private let shared: Locked<[ChannelReport]>

    package init(
        _ settings: Settings, store: any NoticeStore, transport: any NoticeTransport, clock: Clock = .system,
        log: Log = Log()
    ) {
        let (messages, shared) = (MessageQueue<NoticeMessage>(), Locked<[ChannelReport]>([]))
        self.shared = shared
        store.onNotices { names in messages.put(.due(names)) }
        worker = MessageWorker("notices", messages) {
            NoticeLoop(settings, store: store, transport: transport, clock: clock, log: log, messages, shared).work
        }
    }

    /// New settings take effect at once; lanes that stay keep what they have in hand.
    package func configure(_ settings: Settings) { worker.put(.configure(settings)) }

    /// Somebody has repaired the channel: it is tried at once.
    package func hurry(_ target: String) { worker.put(.hurry(target)) }

    /// How every lane stands, in the order of the configuration.
    package var reports: [ChannelReport] { shared.withLock { $0 } }

    /// Claims nothing more, lets what is under way finish for at most `time`, and ends the thread.
    package func stop(within time: Duration) { worker.stop(.stop(within: time)) }
}

/// How one channel, or one person on it, stands.
package struct ChannelReport: Equatable, Sendable {
    /// `slack-ops`, `sms/anna`.
    package var target: String
    package var kind: String
    package var isSending = false
    /// Nothing gets through before a person has looked after it.
    package var isBroken = false
    /// A limit, ours or the channel's, keeps messages back until then.
    package var limitedUntil: Instant?
    package var tally = NoticeTally()

    package init(target: String, kind: String) {
        self.target = target
        self.kind = kind
    }
}

/// Whom a notice goes to: a channel as it is, or one person on it.
package enum Target {
    package static func name(channel: String, contact: String) -> String { "\(channel)/\(contact)" }

    /// The channel's name in it.
    package static func channel(of target: String) -> String { String(target.prefix { $0 != "/" }) }
}

extension Contact {
    /// Whether this person has what the channel needs.
    package func canBeReached(by channel: Channel) -> Bool {
        switch channel.kind {
        case .slack: slackUser != nil
        case .email: email != nil
        case .sms: phone != nil
        case .slackWebhook, .pagerDuty, .alertmanager, .alertmanagerAPI, .teams, .telegram, .jira, .webhook: false
        }
    }
}

/// What happened, on its way to the thread.
enum NoticeMessage: Sendable {
    case due(Set<String>)
    case configure(NoticeDispatcher.Settings)
    case hurry(String)
    case claimed(String, Result<NoticeClaim, StoreError>)
    case settled(String, NoticeClaim, [NoticeSettlement], Result<Int, StoreError>)
    case answered(String, serial: Int, CallAnswer)
    case stop(within: Duration)
}
