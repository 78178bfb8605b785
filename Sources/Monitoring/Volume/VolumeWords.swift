import Domain

/// How missing leads are told of.
enum VolumeWords {
    /// `31 leads expected since 08:10, none came`.
    static func sentence(_ standing: VolumeDetector.Standing, _ zone: TimeZoneRules, now: Instant) -> String {
        let since = time(Slots.start(of: standing.since), zone, now: now)
        let came =
            switch standing.observed {
            case 0: "none came"
            case 1: "1 came"
            default: "\(standing.observed) came"
            }
        return "\(leads(standing.expected)) expected since \(since), \(came)"
    }

    static func leads(_ number: Double) -> String {
        let rounded = number < 10 ? (number * 10).rounded() / 10 : number.rounded()
        guard let whole = Int(exactly: rounded) else { return "\(rounded) leads" }
        return whole == 1 ? "1 lead" : "\(whole) leads"
    }

    /// Offers to mark a flood in the calendar, so that people and the detector mean the same by it: `12 times the usual
    /// on 2026-03-03`.
    static func offer(_ flood: Flood, _ key: GroupKey, _ zone: TimeZoneRules) -> String {
        let (first, last) = (
            zone.local(Slots.start(of: flood.slots.lowerBound + Slots.perDay / 2)).date,
            zone.local(Slots.start(of: flood.slots.upperBound - Slots.perDay / 2)).date
        )
        let factor = Int(max(2, flood.factor.rounded()))
        let days = first == last ? "on \(first)" : "from \(first) to \(last)"
        let scope = key.scope.description
        // Names come from whoever posts: only plain ones may stand in a command that somebody copies.
        let isPlain = scope.utf8.allSatisfy { byte in
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:/._-".utf8.contains(byte)
        }
        let command =
            isPlain
            ? ": leadrelay calendar add flood --start \(first) --end \(last) --multiplier \(factor) --scope \(scope)"
            : " on the calendar's page or with leadrelay calendar add"
        return "\(factor) times the usual \(days), which teaches nothing. If it was real, mark it\(command)"
    }

    /// The time of today, or with the day of another day.
    static func time(_ moment: Instant, _ zone: TimeZoneRules, now: Instant) -> String {
        let local = zone.local(moment)
        if local.date == zone.local(now).date { return local.clock }
        if now - moment < .days(6) { return "\(days[local.weekday - 1]) \(local.clock)" }
        return "\(local.date) \(local.clock)"
    }

    private static let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

    /// `once in 40,000`: two digits are more than anybody knows.
    static func odds(_ chance: Double) -> String {
        guard chance > 1e-12 else { return "less than once in 1,000,000,000,000" }
        var times = 1 / chance
        var unit = 1.0
        while times >= 100 {
            times /= 10
            unit *= 10
        }
        let number = Int64((times.rounded() * unit).rounded())
        var text = ""
        for (index, digit) in String(number).reversed().enumerated() {
            if index > 0, index % 3 == 0 { text = "," + text }
            text = "\(digit)" + text
        }
        return "once in \(text)"
    }

    /// What a group is watched to: `a silence of about 6 hours by day is noticed, of about 13 hours by night`.
    /// After alerts that were no problem it adds that it waits longer.
    static func watchfulness(byDay: Int?, byNight: Int?, halvings: Int = 0) -> String {
        let patience =
            switch halvings {
            case 0: ""
            case 1: "; threshold raised after a false alarm"
            default: "; it waits longer than others, because alerts of it were no problem"
            }
        guard let byDay else { return "too few leads to detect even a week of silence" + patience }
        let night =
            if let byNight, about(byNight) != about(byDay) { ", of about \(about(byNight)) by night" } else { "" }
        return "a silence of about \(about(byDay)) by day is noticed" + night + patience
    }

    private static func about(_ slots: Int) -> String {
        let minutes = slots * 5
        if minutes < 55 { return "\(minutes) minutes" }
        let hours = Double(minutes) / 60
        if hours < 2 {
            let quarters = (hours * 4).rounded() / 4
            return quarters == 1 ? "1 hour" : Int(exactly: quarters).map { "\($0) hours" } ?? "\(quarters) hours"
        }
        if hours < 47.5 { return "\(Int(hours.rounded())) hours" }
        let days = (hours / 24 * 2).rounded() / 2
        return Int(exactly: days).map { "\($0) days" } ?? "\(days) days"
    }
}
