import Glibc
import Service
import TestSupport
import Testing

/// The built program as its service manager sees it: a process that is told by signals and tells by `NOTIFY_SOCKET`.
@Suite(.timeLimit(.minutes(2))) struct `The service` {
    /// The program is built beside the tests.
    private static let program = Files.folder(of: CommandLine.arguments[0]) + "/leadrelay"

    private let folder = TemporaryFolder()
    private var file: String { folder.file("relay.json5") }
    private var log: String { folder.file("log") }

    private func configure(_ extra: String = "") {
        writeText(
            """
            { listen: "127.0.0.1:0", database: "leads.sqlite", admin_socket: "admin.sock", \(extra)
              sources: { page: { keys: "pk_page_key" } } }
            """, to: file)
    }

    @Test func `says when it is ready, that it lives, what it follows, and ends on SIGTERM with 0`() throws {
        configure()
        let notices = NotifySocket(folder.file("notify"))
        let relay = try ChildProcess(
            Self.program, ["serve", "--config", file],
            environment: ["NOTIFY_SOCKET": notices.path, "WATCHDOG_USEC": "600000"], output: log)
        #expect(notices.wait(for: "READY=1\nSTATUS=taking leads; 0 clients, 1 source", atMost: 20))
        #expect(notices.wait(for: "WATCHDOG=1", atMost: 20))

        configure("loop: 1,")
        relay.signal(SIGHUP)
        #expect(notices.wait(for: "RELOADING=1", atMost: 20))
        #expect(notices.wait(for: "STATUS=the old configuration stays in force", atMost: 20))
        #expect(
            readText(log).contains(
                "configuration.mistake text=\"line 1: loop: unknown; did you mean \\\"loops\\\"?\""))

        configure("groups: [{ group: 'g', when: { page: '*' } }],")
        relay.signal(SIGHUP)
        #expect(notices.wait(for: "1 group rule", atMost: 20))

        relay.signal(SIGTERM)
        #expect(notices.wait(for: "STOPPING=1", atMost: 20))
        #expect(relay.wait() == 0)
        #expect(readText(log).contains("relay.stopped"))
        // Stopped properly, the log has been emptied into the database.
        #expect((Files.size(of: folder.file("leads.sqlite-wal")) ?? 0) == 0)
    }

    @Test func `does not start with mistakes, and names them`() throws {
        configure("loops: 0, listn: 1,")
        let ended = try ChildProcess.run(Self.program, ["serve", "--config", file], output: log)
        #expect(ended.status == 1)
        #expect(ended.text.contains("loops: must be a whole number") && ended.text.contains("listn: unknown"))
        #expect(ended.text.contains("not started: correct"))
    }

    @Test func `does not start a second time on one file`() throws {
        configure()
        let notices = NotifySocket(folder.file("notify"))
        let relay = try ChildProcess(
            Self.program, ["serve", "--config", file], environment: ["NOTIFY_SOCKET": notices.path], output: log)
        #expect(notices.wait(for: "READY=1", atMost: 20))
        let second = try ChildProcess.run(Self.program, ["serve", "--config", file], output: folder.file("second"))
        #expect(second.status == 1)
        #expect(second.text.contains("another relay is using"))
        // The first one still answers at its socket.
        let status = try ChildProcess.run(Self.program, ["status", "--config", file], output: folder.file("status"))
        #expect(status.status == 0)
        relay.signal(SIGINT)
        #expect(relay.wait() == 0)
    }

    @Test func `ends with the exit codes that scripts rely on`() throws {
        for (words, code) in [(["version"], 0), (["status", "--socket", "/nowhere"], 1), (["statsu"], 2)]
            as [([String], Int32)]
        {
            #expect(try ChildProcess.run(Self.program, words, output: folder.file("out")).status == code)
        }
    }
}
