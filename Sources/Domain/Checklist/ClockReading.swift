/// What one server's clock says against ours.
package struct ClockReading: Equatable, Sendable {
    /// The server's host.
    package var server: String
    /// Positive: ours is fast.
    package var skew: Duration

    package init(server: String, skew: Duration) {
        self.server = server
        self.skew = skew
    }

    /// Far enough off to ask others.
    package var isOff: Bool { abs(skew.milliseconds) > Self.tolerance.milliseconds }

    /// Clocks that are as near to each other as this agree.
    fileprivate static let tolerance: Duration = .seconds(5)
}

extension ChecklistFacts.ClockFacts {
    /// Of several readings, each server counting once: the middle one, and how many agree with it. `nil` without any.
    package init?(_ readings: [ClockReading]) {
        let servers = Dictionary(grouping: readings, by: \.server).compactMapValues { $0.map(\.skew).middle }
        guard let middle = servers.values.middle else { return nil }
        self.init(
            skew: middle,
            servers: servers.values.count {
                abs(($0 - middle).milliseconds) <= ClockReading.tolerance.milliseconds
            })
    }
}
