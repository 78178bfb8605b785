import Curl
import Domain
import Glibc
import Service
import Store
import TestSupport
import Testing

@testable import API
@testable import CommandLine
@testable import leadrelay

@Suite(.timeLimit(.minutes(Hanging.minutes))) struct `Backups and their restoration` {
    private func metrics(_ stage: RelayStage) throws -> String {
        String(decoding: try stage.get("/metrics").body, as: UTF8.self)
    }

    @Test func `are written by who asks, where the relay itself may see nothing`() throws {
        let stage = try RelayStage()
        _ = try stage.post(#"{"event_id":"1","person":{"email":"eva@example.org"}}"#)
        try stage.settle()
        let folder = TemporaryFolder()
        let file = folder.file("copy.sqlite")
        let made = try stage.command("backup", file)
        #expect(made.code == .good, "\(made.errors)")
        #expect(made.output == "\(file): \(Files.size(of: file) ?? 0) bytes, sound, books balanced\n")
        #expect(folder.files == [file])
        // What the relay had made for it is gone.
        #expect(!stage.folder.files.contains { $0.contains("backup") })
        #expect(stage.service.relay.ledger.lastBackup != nil)
        let status = try stage.command("status")
        #expect(!status.output.contains("last backup never"))
        #expect(try metrics(stage).contains("leadrelay_last_backup_timestamp_seconds "))
        let copy = try Ledger(path: file, log: .silent)
        #expect(copy.books[.received, source: "page"] == 1)
        copy.close()
    }

    static let impossible: [(file: String, why: String)] = [
        ("/nowhere/copy.sqlite", "/nowhere/copy.sqlite.partial cannot be made: No such file or directory"),
        ("/proc/copy.sqlite", "/proc/copy.sqlite.partial cannot be made: "),
        ("/dev/null", "/dev/null exists already"),
    ]

    @Test(arguments: impossible)
    func `say where they cannot be written, and why`(_ case: (file: String, why: String)) throws {
        let stage = try RelayStage()
        let refused = try stage.command("backup", `case`.file)
        #expect(refused.code == .notGood)
        #expect(refused.errors.contains(`case`.why), "\(refused.errors)")
        #expect(stage.service.relay.ledger.lastBackup == nil)
    }

    @Test func `tell why the relay could not make one`() throws {
        let stage = try RelayStage()
        let folder = TemporaryFolder()
        // A folder is in the way of the relay's own copy.
        unsafe mkdir(stage.folder.file("leads.sqlite.backup.partial"), 0o700)
        defer { unsafe rmdir(stage.folder.file("leads.sqlite.backup.partial")) }
        let refused = try stage.command("backup", folder.file("copy.sqlite"))
        #expect(refused.code == .notGood)
        #expect(refused.errors.contains("leads.sqlite.backup.partial cannot be written"), "\(refused.errors)")
        #expect(folder.files == [])
    }

    @Test func `go nowhere but to a socket that somebody has opened for them`() throws {
        let stage = try RelayStage()
        for (body, why) in [
            ([:], "abstract socket"), (["stream": "elsewhere"], "abstract socket"),
            (["stream": "leadrelay-backup-0"], "Nobody waits"),
        ] as [(JSON, String)] {
            #expect {
                try AdminClient(socket: stage.folder.file("admin.sock")).call("POST", "/api/backup", body)
            } throws: {
                ($0 as? Failure)?.message.contains(why) == true
            }
        }
    }

    @Test func `come back by one command, which tells what may go out twice`() throws {
        let folder = TemporaryFolder()
        let (file, backup) = (folder.file("relay.json5"), folder.file("backup.sqlite"))
        let database = folder.file("leads.sqlite")
        writeText(
            "{ database: 'leads.sqlite', admin_socket: 'admin.sock', sources: { page: { keys: 'pk_page_key' } } }",
            to: file)
        do {
            let ledger = try Ledger(path: database, log: .silent)
            defer { ledger.close() }
            let now = Instant(milliseconds: Service.Clock.system.milliseconds())
            _ = try ledger.inbox.append([
                AppendRequest([Submission(source: "page", receivedAt: now, format: .json, body: Array("{}".utf8))])
            ])
            let row = try ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 1)[0]
            let lead = Lead(
                id: row.id, source: "page", receivedAt: now, eventID: "1", event: "lead", occurredAt: now,
                dimension: Dimension(source: "page"), payload: Array("{}".utf8),
                routes: [Route("hook", .open(notBefore: now, expires: now + .days(7)))])
            _ = try ledger.validation.judge([(row, .lead(lead))])
            _ = try ledger.reader().backup(to: backup)
        }
        func run(_ words: String...) -> (code: ExitCode, output: String, errors: String) {
            let terminal = TestTerminal()
            let code = Command.run(words + ["--config", file], terminal.terminal)
            return (code, terminal.output, terminal.errors)
        }
        let tried = run("restore", backup, "--check")
        #expect(tried.code == .good, "\(tried.errors)")
        #expect(tried.output.contains("hook: 1 delivery is open, older than this backup: will go out, perhaps again\n"))
        #expect(tried.output.hasSuffix("Only tried: nothing has changed.\n"))
        do {
            let lock = try FileLock(database + ".lock")
            let refused = withExtendedLifetime(lock) { run("restore", backup) }
            #expect(refused.code == .notGood && refused.errors.contains("a relay is using \(database)"))
        }
        let done = run("restore", backup, "--hold")
        #expect(done.code == .good, "\(done.errors)")
        #expect(done.output.contains("held until `leadrelay destination resume hook`"))
        #expect(folder.files.contains { $0.hasPrefix(database + ".before-") })
        let ledger = try Ledger(path: database, log: .silent)
        #expect(ledger.deliveries.lane("hook")?.state == .paused)
        ledger.close()
        let machine = run("restore", backup, "--check", "--json")
        #expect(try JSON(parsing: Array(machine.output.utf8))["open"]?["hook"]?.integer == 1)
        let missing = run("restore", folder.file("gone"))
        #expect(
            missing.code == .notGood
                && missing.errors.contains("gone does not exist, or cannot be seen. Nothing has changed."))
    }
}
