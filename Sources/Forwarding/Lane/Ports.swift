package import Curl
package import Domain
package import Store

/// What the dispatcher wants of the store: the verbs of a delivery's life. Tests put a store of their own in its place.
package protocol DeliveryStore: Sendable {
    func claim(
        _ destination: String, limit: Int, lease: Duration,
        then: @escaping @Sendable (Result<Claim, StoreError>) -> Void)
    func settle(
        _ claim: Int64, _ settlements: [Settlement], then: @escaping @Sendable (Result<Int, StoreError>) -> Void)
    func inquire(
        _ destination: String, limit: Int, lease: Duration,
        then: @escaping @Sendable (Result<Inquiries, StoreError>) -> Void)
    func confirm(
        _ destination: String, _ outcome: InquiryOutcome,
        then: @escaping @Sendable (Result<Int, StoreError>) -> Void)
    func set(
        _ destination: String, _ state: LaneState, reason: String,
        then: @escaping @Sendable (Result<Void, StoreError>) -> Void)
    /// Whether a lane may run, as the store remembers it.
    func laneState(_ destination: String) -> LaneState
    func onDue(_ notify: @escaping @Sendable (Set<String>) -> Void)
    /// Opens what the forwarding thread reads leads with.
    func leads() throws(StoreError) -> any LeadSource
}

/// Reads what is to be sent; confined to one thread.
package protocol LeadSource: AnyObject {
    /// What is needed to send some leads, in any order. One that has been erased or purged is left out. Throws
    /// `notFound` if there is no such lead at all: then nothing may be concluded about the others either.
    func parcels(_ ids: [LeadID]) throws -> [LeadPayload]
    /// Grows when a lead that was read before may be another one now.
    var revision: Int { get }
    /// Nothing is being sent; what is kept in memory of leads is to be forgotten soon. Answers after how long to ask
    /// again; `nil` if nothing is left.
    func rest() -> Duration?
}

extension DeliveryRole: DeliveryStore {
    package func laneState(_ destination: String) -> LaneState { lane(destination)?.state ?? .running }
    package func leads() throws(StoreError) -> any LeadSource { try parcelReader() }
}

extension ParcelReader: LeadSource {}

/// Carries requests. `then` may be called on any thread.
package protocol Transport: Sendable {
    func start(_ transfer: Transfer, then: @escaping @Sendable (Result<Answer, TransferError>) -> Void)
}

extension Transfers: Transport {}
