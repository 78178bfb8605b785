import Domain
import TestSupport
import Testing

@Suite struct `Time zones` {
    /// The C library reads the same files by code of its own: zdump(8) prints the second before and the second of each
    /// change.
    @Test func `agree with the C library at every change of every zone`() throws {
        let folder = TemporaryFolder()
        #expect(Self.zones.count > 300)
        let (status, text) = try ChildProcess.run(
            "/usr/bin/zdump", ["-V", "-c", "1969,2045"] + Self.zones, output: folder.file("zdump"))
        #expect(status == 0)
        var rules = TimeZoneRules.utc
        var known = 0
        for line in text.split(separator: "\n") {
            guard let expected = ZdumpLine(line) else { continue }
            if rules.name != expected.zone { rules = try Self.rules(expected.zone) }
            let local = rules.local(expected.moment)
            if local.civil != expected.civil || local.offset != expected.offset
                || local.abbreviation != expected.abbreviation
            {
                Issue.record("\(line): \(local) \(local.offset)")
            }
            known += 1
        }
        #expect(known > 20_000)
    }

    @Test func `take every shown time back to the moments that it stands for`() throws {
        for name in Self.zones {
            let rules = try Self.rules(name)
            var moment = Instant(rfc3339: "2019-12-25T00:00:00Z")!
            let end = Instant(rfc3339: "2032-01-01T00:00:00Z")!
            while let change = rules.nextChange(after: moment), change < end {
                let before = rules.offset(at: change - .seconds(1))
                let after = rules.offset(at: change)
                for quarter in -14...14 {
                    let moment = change + .minutes(quarter * 15)
                    let civil = rules.local(moment).civil
                    let found = rules.instants(of: civil)
                    guard found.contains(moment), found.allSatisfy({ rules.local($0).civil == civil }),
                        rules.instant(of: civil) == found[0]
                    else {
                        Issue.record("\(name) at \(moment.rfc3339): \(found)")
                        continue
                    }
                    Self.checkStarts(rules, at: moment)
                }
                // The hour that is left out, or shown twice.
                let edge = CivilTime(seconds: change.seconds + Int64(min(before, after)))
                let count = rules.instants(of: CivilTime(seconds: edge.seconds + Int64(abs(after - before) / 2))).count
                #expect(count == (after > before ? 0 : after < before ? 2 : 1), "\(name) \(change.rfc3339)")
                if after > before {
                    #expect(rules.instant(of: CivilTime(seconds: edge.seconds + 60)) == change)
                }
                moment = change
            }
        }
    }

    private static func checkStarts(_ rules: TimeZoneRules, at moment: Instant) {
        let hour = rules.startOfHour(moment)
        let day = rules.startOfDay(moment)
        let week = rules.startOfWeek(moment)
        let month = rules.startOfMonth(moment)
        let next = rules.startOfDay(moment, adding: 1)
        let isRight =
            hour <= moment && rules.local(hour).hour == rules.local(moment).hour
            && day <= moment && rules.local(day).date == rules.local(moment).date
            && rules.local(day - .seconds(1)).date != rules.local(moment).date
            && week <= moment && rules.local(week).weekday == 1 && month <= moment && rules.local(month).day == 1
            && next > day && rules.local(next).civil.dayNumber == rules.local(moment).civil.dayNumber + 1
            && rules.hourOfWeek(moment) == rules.local(moment).hourOfWeek
        if !isRight { Issue.record("\(rules.name) at \(moment.rfc3339)") }
    }

    static let oddities: [(zone: String, civil: String, moments: [String])] = [
        ("Europe/Berlin", "2026-03-29T02:30", []),
        ("Europe/Berlin", "2026-10-25T02:30", ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"]),
        ("America/New_York", "2026-03-08T02:00", []),
        ("America/New_York", "2026-03-08T03:00", ["2026-03-08T07:00:00Z"]),
        // Half an hour only.
        ("Australia/Lord_Howe", "2025-10-05T02:15", []),
        ("Australia/Lord_Howe", "2025-04-06T01:45", ["2025-04-05T14:45:00Z", "2025-04-05T15:15:00Z"]),
        // At midnight.
        ("America/Havana", "2025-03-09T00:30", []),
        // A day that was left out.
        ("Pacific/Apia", "2011-12-30T12:00", []),
        // Winter time is the exception by law.
        ("Europe/Dublin", "2026-07-01T12:00", ["2026-07-01T11:00:00Z"]),
        ("Asia/Kathmandu", "2026-07-01T00:00", ["2026-06-30T18:15:00Z"]),
        ("UTC", "2026-07-01T00:00", ["2026-07-01T00:00:00Z"]),
        // Beyond the table: the rule in the footer, and 400 years later the same.
        ("Europe/Berlin", "2100-07-01T12:00", ["2100-07-01T10:00:00Z"]),
        ("Europe/Berlin", "2500-12-01T12:00", ["2500-12-01T11:00:00Z"]),
        ("America/New_York", "9000-07-01T12:00", ["9000-07-01T16:00:00Z"]),
    ]

    @Test(arguments: oddities)
    func `know the oddities of their places`(zone: String, civil: String, moments: [String]) throws {
        let rules = try Self.rules(zone)
        #expect(rules.instants(of: try #require(CivilTime(civil))).map(\.rfc3339Seconds) == moments)
    }

    @Test func `start days, weeks and months by the clock of the place`() throws {
        let havana = try Self.rules("America/Havana")
        let noon = Instant(rfc3339: "2025-03-09T16:00:00Z")!
        // The clock jumps from 00:00 to 01:00, so the day begins at 01:00.
        #expect(havana.local(havana.startOfDay(noon)).description == "2025-03-09 01:00 CDT")
        #expect(havana.startOfDay(noon, adding: 1) - havana.startOfDay(noon) == .hours(23))
        let berlin = try Self.rules("Europe/Berlin")
        let moment = Instant(rfc3339: "2026-11-24T23:30:00Z")!
        #expect(berlin.local(moment).rfc3339 == "2026-11-25T00:30:00+01:00")
        #expect(berlin.startOfWeek(moment).rfc3339Seconds == "2026-11-22T23:00:00Z")
        #expect(berlin.startOfMonth(moment).rfc3339Seconds == "2026-10-31T23:00:00Z")
        #expect(berlin.startOfMonth(moment, adding: 2).rfc3339Seconds == "2026-12-31T23:00:00Z")
        #expect(berlin.startOfMonth(moment, adding: -8).rfc3339Seconds == "2026-02-28T23:00:00Z")
    }

    @Test(arguments: [
        ("", "it is cut off"), ("GIF89a", "not a TZif file"), ("TZif", "it is cut off"),
        ("TZif9" + String(repeating: "\0", count: 39), "its version is not known"),
        ("TZif" + String(repeating: "\0", count: 40), "it has no local time"),
    ])
    func `refuse what is no time zone`(text: String, why: String) {
        let error = #expect(throws: TimeZoneRules.Unreadable.self) {
            try TimeZoneRules(tzif: Array(text.utf8), name: "X")
        }
        #expect(error?.description == why)
    }

    @Test func `refuse every file that is cut off, and survive every changed byte`() throws {
        let bytes = try Self.bytes("Africa/Casablanca")
        for length in 0..<bytes.count {
            #expect(throws: TimeZoneRules.Unreadable.self) {
                try TimeZoneRules(tzif: Array(bytes[..<length]), name: "X")
            }
        }
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 0x5A
            _ = try? TimeZoneRules(tzif: changed, name: "X").local(.init(seconds: 0))
        }
    }

    @Test(arguments: [
        "2026-2-1", "2026-02-30", "2026-02-01T24:00", "2026-02-01T10", "2026-02-01T1:00", "20260201", "", "T",
    ])
    func `take no other way to write a time`(text: String) { #expect(CivilTime(text) == nil) }

    @Test func `read the days and times that people write`() {
        #expect(CivilTime("2026-12-24")?.seconds == CivilTime("2026-12-24 00:00")?.seconds)
        #expect(CivilTime("2026-12-24T18:05:09")?.date == "2026-12-24")
        #expect(CivilTime("2026-12-24T18:05:09")?.clock == "18:05")
        #expect(CivilTime("2026-11-24")?.weekday == 2)
        #expect(CivilTime("2026-11-29T23:10")?.hourOfWeek == 167)
    }

    // MARK: Files

    private static let folder = "/usr/share/zoneinfo"

    static func bytes(_ name: String) throws -> [UInt8] { try #require(Files.contents(of: "\(folder)/\(name)")) }
    static func rules(_ name: String) throws -> TimeZoneRules { try TimeZoneRules(tzif: bytes(name), name: name) }

    /// Every name that this machine knows: zones and links in the source that tzdata brings along.
    private static let zones: [String] = {
        let text = String(decoding: Files.contents(of: folder + "/tzdata.zi") ?? [], as: UTF8.self)
        return text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            switch words[0] {
            case "Z": return String(words[1])
            case "L": return String(words[2])
            default: return nil
            }
        }
    }()
}

/// `Europe/Berlin  Sun Mar 29 01:00:00 2026 UT = Sun Mar 29 03:00:00 2026 CEST isdst=1 gmtoff=7200`
private struct ZdumpLine {
    var zone: String
    var moment: Instant
    var civil: CivilTime
    var abbreviation: String
    var offset: Int

    init?(_ line: Substring) {
        let words = line.split(separator: " ").map(String.init)
        guard words.count == 16, let utc = Self.civil(words[1...5]), let civil = Self.civil(words[8...12]),
            let offset = Int(words[15].dropFirst("gmtoff=".count))
        else { return nil }
        zone = words[0]
        moment = Instant(seconds: utc.seconds)
        self.civil = civil
        abbreviation = words[13]
        self.offset = offset
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// `Sun Mar 29 01:00:00 2026`
    private static func civil(_ words: ArraySlice<String>) -> CivilTime? {
        let words = Array(words)
        guard let month = months.firstIndex(of: words[1]), let day = Int(words[2]), let year = Int(words[4]) else {
            return nil
        }
        let clock = words[3].split(separator: ":").compactMap { Int($0) }
        guard clock.count == 3 else { return nil }
        return CivilTime(
            year: year, month: month + 1, day: day, hour: clock[0], minute: clock[1], second: clock[2])
    }
}
