package import Curl
package import Domain
package import Service
package import Store

/// Forwards what is due: one thread that runs all lanes.
///
/// It blocks on nothing but the reading of the leads it is about to send: claims, settlements and requests are started
/// and answered by messages. A lane whose platform is dead therefore costs the others nothing.
package final class Dispatcher: Sendable {
    /// What is configured: which destinations there are, where each source's national phone numbers belong, and what
    /// its events are.
    package struct Settings: Sendable {
        package var destinations: [Destination]
        /// ISO 3166-1 alpha-2 by the source's name.
        package var countries: [String: String]
        /// By the source's name; what is not named is a page.
        package var kinds: [String: Source.Kind]

        package init(
            _ destinations: [Destination], countries: [String: String] = [:], kinds: [String: Source.Kind] = [:]
        ) {
            self.destinations = destinations
            self.countries = countries
            self.kinds = kinds
        }
    }

    private let worker: MessageWorker<Message>
    private let reports: Locked<[LaneReport]>

    /// Starts forwarding. The store must know the destinations (`register`).
    package init(
        _ settings: Settings, store: any DeliveryStore, transport: any Transport, clock: Clock = .system,
        log: Log = Log()
    ) throws(StoreError) {
        let (messages, reports) = (MessageQueue<Message>(), Locked<[LaneReport]>([]))
        self.reports = reports
        store.onDue { names in messages.put(.due(names)) }
        // Opened here, so that a store that cannot be read is known before anything is promised.
        let leads = Handover(try store.leads())
        worker = MessageWorker("forward", messages) {
            DispatchLoop(
                settings, store: store, leads: leads.value, transport: transport, clock: clock, log: log,
                messages: messages, reports: reports
            ).work
        }
    }

    /// New settings take effect at once; lanes that stay keep what they have in hand.
    package func configure(_ settings: Settings) { worker.put(.configure(settings)) }

    /// How every lane stands, in the order of the configuration.
    package var lanes: [LaneReport] { reports.withLock { $0 } }

    /// Claims nothing more, lets what is in flight finish for at most `time`, gives the rest back, and ends the thread.
    /// What is still unanswered then goes out again after the next start.
    package func stop(within time: Duration) { worker.stop(.stop(within: time)) }
}

/// Carries a value to the thread that will own it; it is looked at there only.
private final class Handover<Value>: @unchecked Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
}

/// What happened, on its way to the forwarding thread.
package enum Message: Sendable {
    case due(Set<String>)
    case configure(Dispatcher.Settings)
    case claimed(String, Result<Claim, StoreError>)
    /// `isLate`: the store could not take the settlements at first.
    case settled(String, claim: Int64, [Settlement], isLate: Bool, Result<Int, StoreError>)
    case held(String, Result<Void, StoreError>)
    case answered(String, batch: Int, token: String?, Result<Answer, TransferError>, took: Duration)
    case renewed(Int, Result<Answer, TransferError>)
    case inquired(String, Result<Inquiries, StoreError>)
    case told(String, request: Int64, token: String?, Result<Answer, TransferError>)
    case confirmed(String, InquiryOutcome, Result<Int, StoreError>)
    case stop(within: Duration)
}
