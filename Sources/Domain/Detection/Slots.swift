/// Time in steps of five minutes, which is how finely leads are counted for detection. A slot is a number: 0 began with
/// 1970 in UTC. Twelve slots are an hour of UTC, so that one local hour of the week covers whole slots in every zone of
/// our days.
package enum Slots {
    package static let perHour = 12
    package static let perDay = 288
    package static let length: Duration = .minutes(5)

    /// The slot that a moment is in.
    package static func slot(of moment: Instant) -> Int { Int(moment.seconds.dividedDown(by: 300)) }
    package static func start(of slot: Int) -> Instant { Instant(seconds: Int64(slot) * 300) }
    static func hours(_ slots: Int) -> Double { Double(slots) / Double(perHour) }
}
