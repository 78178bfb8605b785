import Domain
import Glibc
import Service
import TestSupport

/// Drives a real browser through what visitors, managers and support do, against the built program.
///
///     browsertest RELAY [--axe FILE] [--only TEXT]
///     browsertest --screenshots FOLDER [--fonts NAME] [--as NAME:PASSWORD] URL...
///
/// RELAY is the built program. `--only` takes the journeys whose name contains the text; `--axe` has axe's script judge
/// the pages too. Exit 0: every journey went as it should, without an error in the browser's console, and without a
/// request to anybody but the relay and the sandbox. The second form looks at pages: a picture of each, at the width of
/// a phone and of a desk, light and dark, with the fonts of DejaVu or of Noto.
@main
struct BrowserTest {
    static func main() throws {
        var arguments = CommandLine.arguments.dropFirst()
        guard let first = arguments.popFirst() else { return usage() }
        if first == "--screenshots" {
            guard let folder = arguments.popFirst() else { return usage() }
            var fonts = FontSet.dejaVu
            if arguments.first == "--fonts" {
                guard let chosen = arguments.dropFirst().first.flatMap(FontSet.init(rawValue:)) else { return usage() }
                fonts = chosen
                arguments = arguments.dropFirst(2)
            }
            var user: (name: String, password: String)?
            if arguments.first == "--as" {
                let parts = arguments.dropFirst().first?.split(separator: ":", maxSplits: 1) ?? []
                guard parts.count == 2 else { return usage() }
                user = (String(parts[0]), String(parts[1]))
                arguments = arguments.dropFirst(2)
            }
            guard !arguments.isEmpty else { return usage() }
            return try Screenshots.take(of: Array(arguments), as: user, in: fonts, into: folder)
        }
        var filter = ""
        var axe: String?
        while let option = arguments.popFirst() {
            guard let value = arguments.popFirst() else { return usage() }
            switch option {
            case "--only": filter = value
            case "--axe": axe = value
            default: return usage()
            }
        }
        exit(try run(first, filter, Accessibility(axe: axe)) ? 0 : 1)
    }

    private static func usage() {
        Log.standardError(
            """
            usage: browsertest RELAY [--axe FILE] [--only TEXT]
                   browsertest --screenshots FOLDER [--fonts DejaVu|Noto] [--as NAME:PASSWORD] URL...
            """
        )
        exit(2)
    }

    private static func run(_ relay: String, _ filter: String, _ accessibility: Accessibility) throws -> Bool {
        let journeys =
            (Journey.ofVisitors + Journey.ofClicks + Journey.ofQueues + Journey.ofHostilePages + Journey.ofManagers
            + Journey.ofConsole + Journey.ofPages(accessibility))
            .filter { filter.isEmpty || $0.name.contains(filter) }
        var drivers: [FontSet: WebDriver] = [:]
        for fonts in FontSet.allCases { drivers[fonts] = try WebDriver(fonts: fonts) }
        let stage = try BrowserStage(relay: relay)
        var failed = 0
        for journey in journeys {
            let started = Clock.monotonic
            do {
                guard let driver = drivers[journey.fonts] else { throw Failure("no browser has \(journey.fonts)") }
                try journey.run(driver, stage)
                tell("✔ \(journey.name) (\((Clock.monotonic - started).milliseconds) ms)")
            } catch {
                failed += 1
                tell("✘ \(journey.name): \(error)")
                try stage.startRelay()
            }
        }
        tell("\(journeys.count - failed) passed, \(failed) failed")
        return failed == 0 && !journeys.isEmpty
    }
}

/// Progress, at once.
func tell(_ text: String) { Log.standardError(text) }

/// Why a journey did not go as it should.
struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Ends the journey unless the condition holds.
func expect(_ condition: Bool, _ otherwise: @autoclosure () -> String) throws {
    if !condition { throw Failure(otherwise()) }
}

/// The two must be equal; says what they are if not.
func expect<Value: Equatable>(_ value: Value, is wanted: Value, _ what: String) throws {
    if value != wanted { throw Failure("\(what) is \(value) and should be \(wanted)") }
}

/// Asks until there is an answer. The deadline is for what has gone wrong, so it is far away.
func eventually<Value>(_ what: String, atMost patience: Duration = .seconds(20), _ answer: () throws -> Value?) throws
    -> Value
{
    let deadline = Clock.monotonic + patience
    while true {
        if let value = try answer() { return value }
        guard Clock.monotonic < deadline else { throw Failure("waited in vain for \(what)") }
        usleep(10_000)
    }
}
