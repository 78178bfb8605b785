import Domain
import TestSupport
import Testing

@testable import CommandLine
@testable import leadrelay

@Suite struct `The commands about mappings` {
    private static let now = ["--now", "2026-11-21T09:00:00Z"]

    private static func trial(_ words: [String], _ input: String) -> (code: ExitCode, terminal: TestTerminal) {
        let terminal = TestTerminal(input: input)
        return (Command.run(["mapping", "try"] + words + now, terminal.terminal), terminal)
    }

    @Test func `list every ready mapping in a line that fits`() {
        let terminal = TestTerminal()
        #expect(Command.run(["mapping", "list"], terminal.terminal) == .good)
        let lines = terminal.output.split(separator: "\n")
        #expect(lines.dropFirst().map { String($0.prefix { $0 != " " }) } == ReadyMapping.all.map(\.name))
        #expect(lines.allSatisfy { $0.count <= 80 })
    }

    @Test func `show what becomes of a post`() {
        let (code, terminal) = Self.trial(
            ["elementor"], "No+Label+email=jane%40example.com&Wunsch=W%C3%A4rme&form_id=55f8b75\n")
        #expect(code == .good)
        #expect(
            terminal.output == """
                A lead

                Fields
                  event          lead  not sent
                  occurred_at    2026-11-21T09:00:00.000Z  not sent
                  person.email   jane@example.com  from /No Label email
                  page.form_id   55f8b75  from /form_id
                  custom.Wunsch  Wärme  from /Wunsch

                Notes
                  - mapping: page.form_id from form_id
                  - mapping: person.email from No Label email, by what it is called
                  - event not given: taken as lead
                  - occurred_at missing: the time of receipt is used
                  - campaign group not known

                """)
        #expect(terminal.errors.isEmpty)
    }

    @Test func `tell what would be put aside, and why`() {
        let (code, terminal) = Self.trial(["elementor", "--type", "form"], "form_id=1")
        #expect(code == .notGood)
        #expect(terminal.output.hasPrefix("No lead: it would be put aside\n  - "))
        #expect(terminal.output.contains("  page.form_id  1  from /form_id\n"))
        let (broken, other) = Self.trial(["tally"], "{ broken")
        #expect(broken == .notGood)
        #expect(other.output.hasPrefix("No lead: it would be put aside\n"))
    }

    @Test func `show each lead of a post with several`() {
        let leads = (1...2).map { #"{"submission":{"id":\#($0),"results":{"email":"e\#($0)@example.com"}}}"# }
        let body = #"{"mautic.form_on_submit":[\#(leads.joined(separator: ","))]}"#
        let (code, terminal) = Self.trial(["mautic"], body)
        #expect(code == .good)
        #expect(terminal.output.contains("A lead (1 of 2)\n") && terminal.output.contains("A lead (2 of 2)\n"))
        let (_, machine) = Self.trial(["mautic", "--json"], "[\(body),\(body)]")
        #expect((try? JSON(parsing: Array(machine.output.utf8)))?.array?.count == 4)
    }

    @Test func `try the mapping of a source, and our own shape`() {
        let folder = TemporaryFolder()
        let file = folder.file("relay.json5")
        writeText(
            """
            { sources: { forms: { keys: "pk_forms_1", mapping: [ { to: "/person/email", from: "mail" } ] },
                         page: { keys: "pk_page_key" } } }
            """, to: file)
        let options = ["--config", file, "--source"]
        #expect(Self.trial(options + ["forms"], #"{"mail":"jane@example.com"}"#).terminal.output.contains("from /mail"))
        #expect(Self.trial(options + ["page"], #"{"person":{"email":"jane@example.com"}}"#).code == .good)
        #expect(Self.trial(options + ["page"], "email=jane%40example.com").terminal.output.contains("from /email"))
        let (code, terminal) = Self.trial(options + ["froms"], "{}")
        #expect(code == .notGood)
        #expect(terminal.errors.contains("did you mean \"forms\"?"))
    }

    static let misused: [(words: [String], message: String)] = [
        (["elementer"], "there is no ready mapping \"elementer\"; did you mean \"elementor\"?"),
        (["nonsense"], "there are activecampaign, contact_form_7"), ([], "name a ready mapping, or a source"),
        (["tally", "--source", "x"], "name a ready mapping, or a source"),
        (["tally", "--type", "xml"], "--type must be json, form or multipart"),
    ]

    @Test(arguments: misused)
    func `end with 2 when the line is not understood`(words: [String], message: String) {
        let (code, terminal) = Self.trial(words, "{}")
        #expect(code == .wrongUsage)
        #expect(terminal.errors.contains(message))
        #expect(terminal.output.isEmpty)
    }

    static let types: [(body: String, name: String?, type: Submission.Format, boundary: String)] = [
        (" \n{\"a\":1}", nil, .json, ""), ("\u{FEFF}[1]", nil, .json, ""), ("a=1", nil, .form, ""),
        ("", nil, .form, ""),
        ("--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--xyz--", nil, .multipart, "xyz"),
        ("{}", "application/x-www-form-urlencoded; charset=utf-8", .form, ""), ("a=1", "application/json", .json, ""),
        ("--b\n", "multipart/form-data; boundary=b", .multipart, "b"), ("a=1", "application/vnd.api+json", .json, ""),
    ]

    @Test(arguments: types)
    func `see how a body is to be read`(body: String, name: String?, type: Submission.Format, boundary: String) throws {
        let bytes = Array(body.utf8)
        let read = try name.map { try #require(BodyType(named: $0, body: bytes)) } ?? BodyType(guessing: bytes)
        #expect(read.format == type)
        #expect(read.boundary == boundary)
    }
}
