import Crypto
import Domain
import Forwarding
import Glibc
import TestSupport
import Testing

/// The platforms' own packages made these vectors. Where we do otherwise stands in `contracts/normalisation.md`, and
/// nowhere else: each line of its table is a vector on which we differ, and each vector on which we differ is a line.
@Suite struct `Normalisation` {
    private func hash(_ text: NormalizedText?) -> String? {
        switch text {
        case .clear(let text): SHA256.hex(of: text)
        case .hashed(let hash): hash
        case nil: nil
        }
    }

    /// One input on which an official tool and we differ, as a line of the table has it.
    struct Deviation: Hashable, CustomStringConvertible {
        var tool: String
        var field: String
        var input: String
        var theirs: String
        var ours: String

        init(_ tool: String, _ field: String, _ input: String, theirs: String, ours: String) {
            (self.tool, self.field) = (tool, field)
            (self.input, self.theirs, self.ours) = (Self.literal(input), theirs, ours)
        }

        init?(line: Substring) {
            let cells = line.split(separator: "|").map { String(Self.trimmed($0)) }
            guard cells.count == 6, cells[2].hasPrefix("`"), !cells[5].isEmpty else { return nil }
            (tool, field, input, theirs, ours) = (cells[0], cells[1], cells[2], cells[3], cells[4])
        }

        private static func trimmed(_ text: Substring) -> Substring {
            var text = text
            while text.first == " " { text.removeFirst() }
            while text.last == " " { text.removeLast() }
            return text
        }

        /// A JSON text as code; a bar would end the cell.
        static func literal(_ text: String) -> String {
            "`"
                + JSON.string(text).text.split(separator: "|", omittingEmptySubsequences: false).joined(
                    separator: "\\u007c")
                + "`"
        }

        var description: String { "| \(tool) | \(field) | \(input) | \(theirs) | \(ours) |" }
    }

    private func words(_ text: NormalizedText?) -> String {
        switch text {
        case .clear(let text): Deviation.literal(text)
        case .hashed: "as given"
        case nil: "left out"
        }
    }

    // MARK: The vectors

    /// What we make of a row that Google's formatter, or its written rule, made something of.
    private func google(_ field: String, _ input: String) -> (hash: String?, words: String) {
        switch field {
        case "region_code":
            let code = GoogleFields.region(input)
            return (code.map { SHA256.hex(of: $0) }, words(code.map { .clear($0) }))
        case "postal_code":
            let code = GoogleFields.postalCode(input)
            return (code.map { SHA256.hex(of: $0) }, words(code.map { .clear($0) }))
        default:
            let result =
                switch field {
                case "email": GoogleFields.email(input)
                case "phone": GoogleFields.phone(input)
                default: GoogleFields.name(input)
                }
            return (hash(result), words(result))
        }
    }

    private func deviationsFromGoogle() throws -> [Deviation] {
        try Fixture("google_identifiers.jsonl").rows.compactMap { row in
            guard row["source"]?.string?.hasPrefix("official-code") == true else { return nil }
            let (field, input) = (try #require(row["field"]?.string), try #require(row["input"]?.string))
            let theirs = row["expected_normalized"]?.string
            let ours = google(field, input)
            if ours.hash == (row["expected_hash"]?.string ?? theirs.map { SHA256.hex(of: $0) }) { return nil }
            return Deviation(
                "Google", field, input, theirs: theirs.map(Deviation.literal) ?? "an error", ours: ours.words)
        }
    }

    private func deviationsFromMeta() throws -> [Deviation] {
        try Fixture("meta_user_data.jsonl").rows.compactMap { row in
            let (name, input) = (try #require(row["field"]?.string), try #require(row["input"]?.string))
            let ours = MetaFields.normalized(try #require(MetaFields.Field(rawValue: name)), input)
            if hash(ours) == row["expected_hash"]?.string { return nil }
            let isBlank = row["tags"]?.array?.contains("hash-of-empty-string") == true
            let theirs =
                row["error"] != nil
                ? "an error"
                : isBlank ? "the hash of nothing" : row["normalized"]?.string.map(Deviation.literal) ?? "left out"
            return Deviation("Meta", name, input, theirs: theirs, ours: words(ours))
        }
    }

    private func deviationsFromLibphonenumber() throws -> [Deviation] {
        try Fixture("phone_e164.jsonl").rows.compactMap { row in
            let input = try #require(row["input"]?.string)
            let region = row["default_region"]?.string
            let ours = PhoneNumber.e164(input, country: region)
            if ours == row["expected_e164"]?.string { return nil }
            return Deviation(
                "libphonenumber", "phone, \(region ?? "no country")", input,
                theirs: row["expected_e164"]?.string.map(Deviation.literal) ?? "left out",
                ours: words(ours.map { .clear($0) }))
        }
    }

    @Test func `differs from the official tools exactly where the table says so, with a reason`() throws {
        let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let table = readText(root + "/contracts/normalisation.md").split(separator: "\n")
            .compactMap { Deviation(line: $0) }
        #expect(Set(table).count == table.count, "a line stands there twice")
        let found = try deviationsFromGoogle() + deviationsFromMeta() + deviationsFromLibphonenumber()
        for deviation in Set(found).subtracting(table).sorted(by: { $0.description < $1.description }) {
            Issue.record("contracts/normalisation.md lacks the line \(deviation)")
        }
        for line in Set(table).subtracting(found) { Issue.record("contracts/normalisation.md: no vector says \(line)") }
    }

    // MARK: What must pass

    /// All rows of the official formatter that agree with Google's written rule, and the rule where the formatter does
    /// not.
    @Test func `for Google passes every vector that agrees with the written rule`() throws {
        var checked = 0
        for row in try Fixture("google_identifiers.jsonl").rows {
            let isRule = row["source"]?.string?.hasPrefix("written-rule") == true
            if !isRule, row["rule_agrees"]?.bool == false { continue }
            let (field, input) = (try #require(row["field"]?.string), try #require(row["input"]?.string))
            let theirs = row["expected_normalized"]?.string
            checked += 1
            #expect(
                google(field, input).hash == (row["expected_hash"]?.string ?? theirs.map { SHA256.hex(of: $0) }),
                "\(field) \(input.debugDescription)")
        }
        #expect(checked == 208)
    }

    /// MD5 is not what Meta matches by.
    private static let refused = "d4c74594d841139328695756648b6bd6"

    @Test func `for Meta passes every vector on which its tools agree`() throws {
        var checked = 0
        for row in try Fixture("meta_user_data.jsonl").rows {
            let isBlank = row["tags"]?.array?.contains("hash-of-empty-string") == true
            let (name, input) = (try #require(row["field"]?.string), try #require(row["input"]?.string))
            if isBlank || row["agree"]?.bool == false || input == Self.refused { continue }
            checked += 1
            let field = try #require(MetaFields.Field(rawValue: name))
            #expect(
                hash(MetaFields.normalized(field, input)) == row["expected_hash"]?.string,
                "\(name) \(input.debugDescription)")
        }
        #expect(checked == 237)
    }

    /// Whole objects of Meta's package, as far as a lead event has such fields, and one of each.
    @Test func `for Meta makes the same of whole persons`() throws {
        var checked = 0
        let places: [String: WritableKeyPath<LeadEvent, String?>] = [
            "email": \.person.email, "phone": \.person.phone, "external_id": \.person.externalID,
            "client_ip_address": \.client.ip, "client_user_agent": \.client.userAgent, "fbc": \.click.fbc,
            "fbp": \.click.fbp,
        ]
        for row in try Fixture("meta_user_data_objects.jsonl").rows {
            let members = try #require(row["input"]?.object)
            guard members.allSatisfy({ places[$0.name] != nil }) else { continue }
            checked += 1
            var event = LeadEvent(event: "lead", occurredAt: .start)
            for member in members { event[keyPath: places[member.name]!] = member.value.string }
            // The vectors' click is of that year.
            let fragment = try #require(
                makeAdapter(Samples.meta).encode(
                    Samples.outgoing(1, event), at: Instant(milliseconds: 1_700_000_000_000)
                )
                .fragment)
            let user = try JSON(parsing: fragment.bytes)["user_data"]
            let expected = try #require(row["expected_user_data"]?.object)
            #expect(user?.object?.count == expected.count)
            for member in expected { #expect(user?[member.name] == member.value, "\(row.text)") }
        }
        #expect(checked == 5)
    }

    @Test func `for Meta leaves out what is empty, whose hash would match everybody who left it empty`() throws {
        let rows = try Fixture("meta_user_data.jsonl").rows.filter {
            $0["tags"]?.array?.contains("hash-of-empty-string") == true
        }
        #expect(rows.count == 9)
        for row in rows {
            let field = try #require(MetaFields.Field(rawValue: row["field"]?.string ?? ""))
            #expect(MetaFields.normalized(field, row["input"]?.string ?? "x") == nil)
        }
    }
}
