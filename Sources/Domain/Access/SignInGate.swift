/// Who may wait for a password to be looked at. That takes a tenth of a second and much memory, so there are few
/// places: without a rule about them whoever asks most often would have them all, and nobody else could sign in.
///
/// In memory, bounded, and asked before anything waits. Addresses are counted by networks, see `HostAddress.network`.
package struct SignInGate: Sendable {
    /// Of one network one is looked at and one waits.
    package static let places = 2
    /// From where somebody has signed in so lately, a place is kept free.
    package static let memory: Duration = .days(30)
    /// More networks are not remembered; the one that was silent the longest makes room.
    package static let mostRemembered = 4096

    package enum Answer: Equatable, Sendable {
        /// Come in. `isKnown`: somebody has signed in from there lately.
        case go(isKnown: Bool)
        /// The places of this network are taken.
        case busy
        /// Too many attempts from there have failed.
        case wait(Duration)
    }

    private struct Place: Hashable {
        var network: UInt64
        /// Nobody's in particular: whoever has signed in from there.
        var name = ""
    }

    private struct Record {
        var count = 0
        var last: Instant
    }

    private var inside: [UInt64: Int] = [:]
    private var failures: [Place: Record] = [:]
    private var successes: [Place: Record] = [:]

    package init() {}

    /// Everybody who may come in is to `leave` again.
    package mutating func enter(_ network: UInt64, at now: Instant) -> Answer {
        if let record = failures[Place(network: network)],
            let wait = LoginThrottle.address.wait(failures: record.count, last: record.last, now: now)
        {
            return .wait(wait)
        }
        guard inside[network, default: 0] < Self.places else { return .busy }
        inside[network, default: 0] += 1
        return .go(isKnown: isKnown(Place(network: network), at: now))
    }

    package mutating func leave(_ network: UInt64) {
        let left = inside[network, default: 0] - 1
        inside[network] = left > 0 ? left : nil
    }

    package mutating func failed(_ network: UInt64, at now: Instant) {
        let place = Place(network: network)
        // As the store does: an hour without one, and they are forgotten.
        let isOld = failures[place].map { now - $0.last >= LoginThrottle.memory } ?? true
        let count = isOld ? 0 : failures[place]?.count ?? 0
        Self.remember(Record(count: count + 1, last: now), place, in: &failures)
    }

    package mutating func succeeded(_ network: UInt64, as name: String, at now: Instant) {
        Self.remember(Record(last: now), Place(network: network), in: &successes)
        Self.remember(Record(last: now), Place(network: network, name: name), in: &successes)
    }

    /// Whether this user has signed in from there lately: then others who fail under the name elsewhere do not shut the
    /// user out.
    package func isKnown(_ network: UInt64, as name: String, at now: Instant) -> Bool {
        !name.isEmpty && isKnown(Place(network: network, name: name), at: now)
    }

    private func isKnown(_ place: Place, at now: Instant) -> Bool {
        successes[place].map { now - $0.last < Self.memory } ?? false
    }

    private static func remember(_ record: Record, _ place: Place, in records: inout [Place: Record]) {
        if records.count >= mostRemembered, records[place] == nil,
            let oldest = records.min(by: { $0.value.last < $1.value.last })?.key
        {
            records[oldest] = nil
        }
        records[place] = record
    }
}
