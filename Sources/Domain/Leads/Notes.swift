/// Lines about a lead, bounded in number. They hold names of fields, never values.
struct Notes: Equatable, Sendable {
    private var kept: [String] = []
    private var dropped = 0

    static let maximum = 40

    init(_ lines: [String] = []) { kept = lines }

    mutating func add(_ line: @autoclosure () -> String) {
        if kept.count < Self.maximum { kept.append(line()) } else { dropped += 1 }
    }

    mutating func add(contentsOf other: Notes) {
        for line in other.kept { add(line) }
        dropped += other.dropped
    }

    var lines: [String] { dropped == 0 ? kept : kept + ["and \(dropped) more"] }

    /// A name that is not in the contract, with the one that may have been meant.
    mutating func addUnknown(_ place: Place) {
        add(
            "unknown field \(Self.printable(place.path)) ignored"
                + (NameHint.hint(for: place).map { "; did you mean \($0)?" } ?? ""))
    }

    /// A sender's name for a field, unless it looks like a value that got into the wrong place.
    static func printable(_ name: String) -> String {
        let isPlain =
            name.isAtMost(60) && !name.hasControlCharacters(except: []) && !name.utf8.contains(UInt8(ascii: "@"))
            && name.utf8.count(where: \.isDigit) < 6
        return isPlain ? name : "with an unusual name"
    }
}
