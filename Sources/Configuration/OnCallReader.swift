import Domain
import Monitoring

extension OnCall {
    /// Reads one entry of `on_call`: one shift as it stands, or several as `shifts`.
    init?(reading section: Section, name: String, contacts: [Contact]) {
        func person(_ text: String) -> String? {
            contacts.contains { $0.name == text } ? nil : Complaint.nobody(text, among: contacts)
        }
        let substitutes = section.list("substitutes").compactMap { Substitute(reading: $0, person) }
        let shifts: [Shift]
        if section.has("shifts") {
            let list = section.list("shifts")
            if list.isEmpty { section.mistake("shifts", "must name at least one, for example { people: [\"anna\"] }") }
            shifts = list.compactMap { one in
                defer { one.finish() }
                return Shift(reading: one, person)
            }
            for name in Shift.members where section.has(name) {
                _ = section.value(name)
                section.mistake(name, "belongs into one of the shifts")
            }
        } else {
            _ = section.value("shifts")
            shifts = Shift(reading: section, person).map { [$0] } ?? []
        }
        section.finish()
        guard !shifts.isEmpty else { return nil }
        self.init(name, shifts: shifts, substitutes: substitutes)
    }
}

extension OnCall.Shift {
    fileprivate static let members = [
        "people", "from", "days", "turn", "handover", "time_zone", "weekdays", "hours",
    ]

    fileprivate init?(reading section: Section, _ person: (String) -> String?) {
        let people = section.someTexts("people", "in the order of their turns", person)
        let zone = section.text("time_zone", ZoneDirectory.complaint) ?? "UTC"
        let hours = section.hours(zone)
        // Of one person it does not matter when the first turn began.
        let first =
            people.count == 1 && !section.has("from")
            ? "1970-01-01"
            : section.requiredText("from") {
                CivilTime($0) == nil ? "must be a day, for example \"2026-11-23\"" : nil
            }
        let days = section.whole("days")
        let turn = section.duration("turn")
        if let turn, turn.components.seconds % 60 != 0 { section.mistake("turn", "must be whole minutes") }
        if days != nil, turn != nil { section.mistake("turn", "says the same as \"days\": write one of them") }
        let handover = section.minute("handover") ?? hours?.from ?? 540
        guard !people.isEmpty, let first, let day = CivilTime(first) else { return nil }
        self.init(
            people, firstDay: Int(day.dayNumber), handover: handover,
            turn: turn.map { Int($0.components.seconds / 60) } ?? (days ?? 7) * 1440, zone: zone, hours: hours)
    }
}

extension OnCall.Substitute {
    init?(reading section: Section, _ complaint: (String) -> String?) {
        func moment(_ name: String) -> Instant? {
            section.requiredText(name) {
                Instant(rfc3339: $0) == nil ? "must be a moment, for example \"2026-12-24T09:00:00+01:00\"" : nil
            }.flatMap { Instant(rfc3339: $0) }
        }
        let person = section.requiredText("person", complaint)
        let (from, to) = (moment("from"), moment("to"))
        section.finish()
        guard let person, let from, let to else { return nil }
        guard from < to else {
            section.mistake("to", "must be after \"from\"")
            return nil
        }
        self.init(person, from: from, to: to)
    }
}

extension Section {
    /// `weekdays: "mon-fri", hours: "09:00-17:00"`: when something counts by the clock of a zone. `nil`: all the time.
    /// Hours may end on the next day.
    func hours(_ zone: String) -> Window.Weekly? {
        let days = text("weekdays") { FixedRule.days($0) == nil ? FixedRule.daysHint : nil }
        let hours = text("hours") { Self.hours($0) == nil ? Self.hoursHint : nil }
        guard days != nil || hours != nil else { return nil }
        let (from, to) = hours.flatMap(Self.hours) ?? (0, 0)
        return Window.Weekly(
            days: days.flatMap(FixedRule.days) ?? Set(1...7), from: from, to: to, zone: zone)
    }

    private static let hoursHint =
        "must be a part of the day, for example \"09:00-17:00\", or \"22:00-06:00\" for a night"

    private static func hours(_ text: String) -> (from: Int, to: Int)? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { WeekDay.minutes(String($0)) }
        guard ends.count == 2, let from = ends[0], let to = ends[1], !text.hasPrefix("24") else { return nil }
        // From a time to the same one is a whole day only where it is midnight: everything else is more likely a slip.
        return from == to && from != 0 ? nil : (from, to)
    }

    /// A text or a list of texts that must not be empty.
    func someTexts(_ name: String, _ what: String, _ complaint: (String) -> String?) -> [String] {
        guard require(name, what), let texts = texts(name, complaint) else { return [] }
        if texts.isEmpty, value(name) == .list([]) { mistake(name, "is empty: \(what)") }
        return texts
    }
}
