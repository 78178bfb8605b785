import Glibc
import Synchronization

/// One line on standard error for each thing that happened: `2026-11-21T09:00:00.000Z info delivery.settled lead=…
/// took=212ms`.
///
/// The event is named like the lifecycle's verb. Fields carry ids to find it again, never personal data, never a
/// secret.
package struct Log: Sendable {
    package enum Level: Int, Sendable, Comparable, CaseIterable {
        case debug, info, warning, error
        package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    }

    /// Shared by all copies, so that a reload reaches each of them.
    private final class Threshold: Sendable {
        let level: Atomic<Int>
        init(_ level: Level) { self.level = Atomic(level.rawValue) }
    }

    private let shared: Threshold
    private let clock: Clock
    private let sink: @Sendable (String) -> Void

    package init(
        threshold: Level = .info, clock: Clock = .system,
        sink: @escaping @Sendable (String) -> Void = Log.standardError
    ) {
        shared = Threshold(threshold)
        self.clock = clock
        self.sink = sink
    }

    /// The least important level that is written.
    package var threshold: Level { Level(rawValue: shared.level.load(ordering: .relaxed)) ?? .info }

    /// From now on, here and in all copies.
    package func write(from level: Level) { shared.level.store(level.rawValue, ordering: .relaxed) }

    /// Swallows everything; for tests.
    package static var silent: Log { Log(threshold: .error, sink: { _ in }) }

    package func debug(_ event: String, _ fields: KeyValuePairs<String, String> = [:]) { write(.debug, event, fields) }
    package func info(_ event: String, _ fields: KeyValuePairs<String, String> = [:]) { write(.info, event, fields) }
    package func warning(_ event: String, _ fields: KeyValuePairs<String, String> = [:]) {
        write(.warning, event, fields)
    }
    package func error(_ event: String, _ fields: KeyValuePairs<String, String> = [:]) { write(.error, event, fields) }

    private func write(_ level: Level, _ event: String, _ fields: KeyValuePairs<String, String>) {
        guard level.rawValue >= shared.level.load(ordering: .relaxed) else { return }
        var line = "\(Self.timestamp(clock.milliseconds())) \(level) \(event)"
        for (name, value) in fields { line += " \(name)=\(Self.quoted(value))" }
        sink(line)
    }

    /// A value with blanks or quotation marks is put between quotation marks; line breaks cannot forge a second line.
    private static func quoted(_ value: String) -> String {
        if !value.isEmpty, value.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x22 && $0 != 0x3D && $0 != 0x5C && $0 != 0x7F })
        {
            return value
        }
        var result = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\n": result += "\\n"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: result += "?"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private static func timestamp(_ milliseconds: Int64) -> String {
        var seconds = time_t(milliseconds / 1000)
        var parts = unsafe tm()
        unsafe gmtime_r(&seconds, &parts)
        let (year, month, day) = unsafe (parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday)
        let (hour, minute, second) = unsafe (parts.tm_hour, parts.tm_min, parts.tm_sec)
        func padded(_ value: some BinaryInteger, _ width: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
        }
        let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
        let time = "\(padded(hour, 2)):\(padded(minute, 2)):\(padded(second, 2))"
        return "\(date)T\(time).\(padded(milliseconds % 1000, 3))Z"
    }

    /// One `write(2)` a line, so that lines of several threads do not mix.
    package static let standardError: @Sendable (String) -> Void = { line in
        let bytes = Array((line + "\n").utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(2, $0.baseAddress, $0.count) }
    }
}
