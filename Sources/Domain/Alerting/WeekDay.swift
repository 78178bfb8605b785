/// Days as they are written on the command line and in the API, Monday first (ISO 8601).
package enum WeekDay: String, CaseIterable {
    case mon, tue, wed, thu, fri, sat, sun

    package var number: Int { (WeekDay.allCases.firstIndex(of: self) ?? 0) + 1 }

    /// `22:00` of minutes since midnight.
    package static func clock(_ minutes: Int) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(minutes / 60)):\(two(minutes % 60))"
    }

    /// Minutes since midnight of `22:00`; `24:00` is the midnight at the end of the day, which is 0.
    package static func minutes(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { $0 &- 0x30 <= 9 } }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60, hour < 24 || (hour == 24 && minute == 0)
        else { return nil }
        return hour == 24 ? 0 : hour * 60 + minute
    }
}
