import Domain
import TestSupport
import Testing

@testable import CommandLine
@testable import leadrelay

@Suite struct `A replay of recorded traffic` {
    /// Ten leads an hour for 35 days, then nothing.
    private static func folder() -> TemporaryFolder {
        let folder = TemporaryFolder()
        let start = Instant(rfc3339: "2026-02-02T00:00:00Z")!
        let group = #"{"group":"g","client":"acme","tz":"UTC","created":"2026-01-01T00:00:00Z","planned_daily":240}"#
        let trace = (0..<(35 * 240)).map { number in
            "{\"ts\":\((start + .minutes(number * 6)).milliseconds),\"group\":\"g\"}\n"
        }
        writeText(group + "\n", to: folder.file("groups"))
        writeText(trace.joined(), to: folder.file("trace"))
        return folder
    }

    private static func run(_ folder: TemporaryFolder, until: String?) -> (
        status: ExitCode, output: String, error: String
    ) {
        let terminal = TestTerminal()
        let words = ["backtest", "--groups", folder.file("groups"), "--trace", folder.file("trace")]
        let status = Command.run(words + (until.map { ["--until", $0] } ?? []), terminal.terminal)
        return (status, terminal.output, terminal.errors)
    }

    /// The last lead is of 23:54 on 8 March: what came after it nobody can tell without `--until`.
    @Test func `judges a silence at its end when told until when it was recorded`() throws {
        let folder = Self.folder()
        #expect(Self.run(folder, until: nil).output.isEmpty)
        #expect(Self.run(folder, until: "2026-03-09T00:20:00Z").output.isEmpty)
        let found = Self.run(folder, until: "2026-03-09T12:00:00Z").output.split(separator: "\n")
        #expect(found.count == 1)
        let alert = try JSON(parsing: Array((found.first ?? "").utf8))
        #expect(alert["scope"]?.string == "g" && alert["kind"]?.string == "silence")
        #expect(alert["began"]?.string == "2026-03-08T23:55:00Z" && alert["resolved"] == .null)
    }

    @Test(arguments: ["2026-02-01T00:00:00Z", "2028-01-01T00:00:00Z", "tomorrow"])
    func `refuses an end that cannot be, and says what can`(until: String) throws {
        let (status, _, error) = Self.run(Self.folder(), until: until)
        #expect(status != .good && error.contains("--until must be"), "\(error)")
    }
}
