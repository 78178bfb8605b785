import Domain
import TestSupport
import Testing

/// `contracts/reading.md` promises; this holds it to its word.
@Suite struct `The contract's table of readings` {
    struct Row: Sendable, CustomTestStringConvertible {
        let field: String
        let given: String
        /// `nil`: left out.
        let kept: String?
        var testDescription: String { "\(field) \(given)" }

        /// A line `| field | given | kept |` with code in each cell.
        init?(_ line: Substring) {
            let cells = line.split(separator: " | ").map { $0.filter { $0 != "`" } }
            guard cells.count == 3, line.hasPrefix("| `") else { return nil }
            field = String(cells[0].dropFirst(2))
            given = String(cells[1])
            let last = String(cells[2].dropLast(2))
            kept = last == "—" ? nil : last
        }
    }

    static let rows = (Files.contents(of: "contracts/reading.md") ?? []).split(separator: UInt8(ascii: "\n"))
        .compactMap { Row(Substring(decoding: $0, as: UTF8.self)) }

    @Test func `is there`() { #expect(Self.rows.count > 40) }

    @Test(arguments: rows)
    func `says what is kept`(row: Row) throws {
        let value = try JSON(parsing: Array(row.given.utf8))
        let names = row.field.split(separator: ".").map(String.init)
        var members = [JSON.Member("event_id", "1"), JSON.Member("external", .null), JSON.Member("event", "lead")]
        members.removeAll { $0.name == names[0] }
        if row.field == "value" { members.append(JSON.Member("currency", "EUR")) }
        if row.field == "currency" { members.append(JSON.Member("value", 1)) }
        var person = [JSON.Member("external_id", "7")]
        if names[0] == "person" {
            person.append(JSON.Member(names[1], value))
        } else {
            members.append(JSON.Member(names[0], names.count == 1 ? value : .object([JSON.Member(names[1], value)])))
        }
        members.append(JSON.Member("person", .object(person)))
        let reading = LeadEvent.reading(.object(members), receivedAt: .start, manner: .lenient)
        let event = try #require(reading.event)
        let kept = event.json[JSONPointer(names)]
        if let expected = row.kept {
            #expect(kept?.text == (try JSON(parsing: Array(expected.utf8)).text))
            #expect(reading.leftOut == [])
        } else {
            #expect(reading.leftOut.map(\.field) == [row.field])
            #expect(kept == nil || row.field == "occurred_at")
        }
    }
}
