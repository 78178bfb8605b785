/// How another service writes moments.
package enum DateFormat: Sendable, Equatable {
    case unixSeconds
    case unixMilliseconds
    case pattern(DatePattern, WallClock)

    /// By which clock a date without an offset was written.
    package enum WallClock: Sendable, Equatable {
        /// Ahead of UTC.
        case offset(minutes: Int)
        case zone(TimeZoneRules)

        package static let utc = WallClock.offset(minutes: 0)
    }

    struct Reading {
        var moment: Instant
        /// What had to be decided because the clock was changed in that hour.
        var note: String?
    }

    func reading(_ value: JSON) -> Reading? {
        guard value.isScalar else { return nil }
        let text = value.spelling.trimmed
        switch self {
        case .unixSeconds: return Self.milliseconds(text, perUnit: 1000).map { Reading(moment: $0) }
        case .unixMilliseconds: return Self.milliseconds(text, perUnit: 1).map { Reading(moment: $0) }
        case .pattern(let pattern, let clock): return pattern.reading(text).map { clock.reading($0) }
        }
    }

    package var description: String {
        switch self {
        case .unixSeconds: "seconds since 1970"
        case .unixMilliseconds: "milliseconds since 1970"
        case .pattern(let pattern, _): pattern.text
        }
    }

    /// Whole or broken numbers; years before 1970 and after 9999 are mistakes.
    private static func milliseconds(_ text: String, perUnit: Double) -> Instant? {
        guard let number = Double(text), number >= 0, number * perUnit < 253_402_300_800_000 else { return nil }
        return Instant(milliseconds: Int64(number * perUnit + 0.5))
    }
}

extension DateFormat.WallClock {
    /// Of an hour that the clock shows twice the first is meant; for one that it leaves out, the moment of the change
    /// is taken.
    fileprivate func reading(_ civil: CivilTime) -> DateFormat.Reading {
        switch self {
        case .offset(let minutes):
            return DateFormat.Reading(moment: Instant(seconds: civil.seconds - Int64(minutes) * 60))
        case .zone(let rules):
            let note: String? =
                switch rules.instants(of: civil).count {
                case 0: "the clock left that hour out: the moment of the change is taken"
                case 1: nil
                default: "the clock showed that hour twice: the first is taken"
                }
            return DateFormat.Reading(moment: rules.instant(of: civil), note: note)
        }
    }
}
