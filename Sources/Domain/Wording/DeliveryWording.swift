/// What is said about deliveries and the lanes they wait in.
package enum DeliveryWording {
    /// Why a destination rests, where its platform gave no reason.
    package static let rateLimited = "rate-limited by the platform"
}
