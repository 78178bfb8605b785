import Curl
import Domain
import HTTP
import Service
import Store
import TestSupport
import Testing

@testable import CommandLine
@testable import leadrelay

@Suite(.timeLimit(.minutes(Hanging.minutes))) struct `Erasing a person` {
    @Test func `takes everything personal out, everywhere, and leaves proof`() throws {
        let stage = try ConsoleStage()
        _ = stage.command("destination", "pause", "acme-meta")
        let event =
            #"{"event_id":"order-of-eva@example.org","person":{"email":"Eva@Example.org","phone":"+4930901820"}}"#
        let lead = try stage.post(event)
        let other = try stage.post(#"{"event_id":"o","person":{"email":"adam@example.org"}}"#)
        let byPhone = try stage.post(#"{"event_id":"p","person":{"phone":"0049 30 901820"}}"#)
        let broken = try stage.post(#"{"person":{"email":"eva@example.org"},"value":"x"}"#)
        let raw = try stage.post("eva@example.org wrote something")
        try stage.settle()
        let erased = stage.command("erase", "--email", "eva@example.org", "--phone", "+4930901820")
        #expect(erased.code == .good, "\(erased.errors)")
        #expect(erased.output.contains("erased: 2 leads, 2 quarantined events\n"), "\(erased.output)")
        #expect(erased.output.contains("proof: entry "))
        for id in [lead, byPhone, broken, raw] {
            let story = stage.command("lead", "show", id).output
            for text in ["eva@", "Eva", "901820", "wrote"] { #expect(!story.contains(text), "\(id): \(story)") }
        }
        #expect(stage.command("lead", "show", lead).output.contains("acme-meta: erased"))
        #expect(stage.command("lead", "show", other).output.contains("adam@example.org"))
        for text in ["eva@example.org", "+4930901820", "order-of-eva@example.org"] {
            let found = try stage.send(
                "POST", "/api/leads/search", [("Authorization", "Bearer \(try stage.token("s\(text.utf8.count)"))")],
                #"{"q":"\#(text)"}"#)
            #expect(found.json["leads"]?.array?.isEmpty == true, "\(text)")
        }
        // The log proves it with fingerprints and names nobody.
        let entry = try #require(try stage.auditLog.first { $0.action == "erased" })
        #expect(entry.outcome == "done" && entry.detail.hasPrefix("2 leads, 2 quarantined"))
        #expect(!"\(try stage.auditLog)".contains("eva"))
        let again = stage.command("erase", "--email", "eva@example.org")
        #expect(again.code == .notGood && again.output.hasPrefix("Nothing was erased"))
        #expect(try stage.auditLog.contains { $0.action == "erased" && $0.outcome == "nothing found" })
        let audit = stage.command("audit")
        #expect(audit.code == .good, "\(audit.output)")
    }

    /// However the lead had it, and however it is typed when it is to go; also where nobody knew the number's country.
    @Test(arguments: [
        ("DE", "+49 151 23456789", "0151/234 567 89"), ("DE", "0151 23456789", "+4915123456789"),
        ("DE", "4915123456789", "0151 23456789"),
        ("DE", "151 23456789", "004915123456789"), ("DE", "0049 (0)151-23456789", "4915123456789"),
        ("", "+49 151 23456789", "004915123456789"), ("", "0151 23456789", "+4915123456789"),
        ("", "4915123456789", "+49 151 23456789"),
        ("", "0151 23456789", "151-23456789"),
    ])
    func `finds every way of writing a number`(country: String, posted: String, typed: String) throws {
        let stage = try ConsoleStage(source: country.isEmpty ? "" : "country: \"\(country)\",")
        let lead = try stage.post(#"{"event_id":"p","person":{"phone":"\#(posted)"}}"#)
        let broken = try stage.post(#"{"event_id":"q","person":{"phone":"\#(posted)"},"value":"x"}"#)
        try stage.settle()
        let erased = stage.command("erase", "--phone", typed)
        #expect(
            erased.code == .good && erased.output.contains("erased: 1 lead, 1 quarantined event\n"), "\(erased.output)")
        for id in [lead, broken] { #expect(!stage.command("lead", "show", id).output.contains("2345")) }
    }

    /// Of the lead, of a duplicate of it, and of what went into quarantine.
    @Test(arguments: [
        (#"{"event_id":"e","person":{"email":"eva@example.org"}}"#, ""),
        (#"{"event_id":"e","person":{"email":"eva@example.org"}}"#, "another request"),
        (#"{"event_id":"e","person":{"email":"eva@example.org"},"value":"x"}"#, ""),
    ])
    func `forgets what the sender called its request`(event: String, before: String) throws {
        let stage = try ConsoleStage()
        func post(_ key: String = "eva@example.org") throws -> String {
            let fields = [("Content-Type", "application/json"), ("Idempotency-Key", key)]
            return try #require(try stage.send("POST", "/v1/leads/pk_acme_key", fields, event).json["id"]?.string)
        }
        if !before.isEmpty { _ = try post(before) }
        let first = try post()
        #expect(try post() == first)
        // Nobody waits here: erasing does.
        #expect(stage.command("erase", "--email", "eva@example.org").code == .good)
        // The key is not known any more: the same request makes another lead.
        #expect(try post() != first)
    }

    /// Whatever waits in the inbox is judged first, and what nobody could read is found however it is written.
    @Test(arguments: [
        (#"{"event_id":"a","person":{"email":"late\u0040example.com"}}"#, "application/json"),
        (#"{"event_id":"a","person":{"email":"late\u0040example.com"}}, broken"#, "application/json"),
        ("email=late%40example.com&event_id=a", "application/x-www-form-urlencoded"),
        ("email=late%2540example.com&event_id=a", "application/x-www-form-urlencoded"),
        ("e=mail&x=late%2540example.com", "application/x-www-form-urlencoded"),
    ])
    func `finds an address however it is written`(body: String, type: String) throws {
        let stage = try ConsoleStage()
        for isUTF16 in [false, true] where !isUTF16 || type == "application/json" {
            // Nobody waits here: erasing does.
            let bytes =
                isUTF16 ? [0xFF, 0xFE] + body.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] } : Array(body.utf8)
            let id = try stage.postBytes(bytes, type)
            let erased = stage.command("erase", "--email", "late@example.com")
            #expect(erased.code == .good, "\(erased.output) \(erased.errors)")
            #expect(erased.output.contains("backups made before now"))
            let story = stage.command("lead", "show", id).output
            #expect(!story.contains("late") && !story.contains("0040"), "\(story)")
        }
    }

    static let unusable: [([String], String)] = [
        (["--email", "nonsense"], "cannot be read as one"), (["--phone", "12"], "cannot be read as one"),
        (["--id", "0000000000001"], "There is no event with this id"),
    ]

    @Test(arguments: unusable)
    func `refuses what it cannot read`(_ words: [String], _ message: String) throws {
        let stage = try ConsoleStage()
        let terminal = TestTerminal(environment: ["LEADRELAY_SOCKET": stage.folder.file("admin.sock")])
        #expect(Command.run(["erase"] + words, terminal.terminal) == .notGood)
        #expect(terminal.errors.contains(message), "\(terminal.errors)")
    }
}
