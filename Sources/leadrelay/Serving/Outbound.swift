import Domain
import Forwarding
import Service
import Store

/// The lanes of all destinations.
final class Outbound: Sendable {
    init(_ relay: Relay, _ destinations: [Destination]) {}
    func reload(_ destinations: [Destination]) {}
    func stop(within time: Duration) {}
}
