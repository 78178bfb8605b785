import Curl
import Glibc
import SQLite
import Service
import Store
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

        func status() throws -> String {
            try ChildProcess.run(Self.program, ["status", "--config", file], output: folder.file("status")).text
        }
        configure()
        #expect(try status().contains("and not taken: 1 mistake in \(file), which leadrelay check names; the one of"))

        configure("groups: [{ group: 'g', when: { page: '*' } }],")
        relay.signal(SIGHUP)
        #expect(notices.wait(for: "1 group rule", atMost: 20))
        #expect(try !status().contains("not taken"))

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
        #expect(ended.status == 78)
        #expect(ended.text.contains("loops: must be a whole number") && ended.text.contains("listn: unknown"))
        #expect(ended.text.contains("not started: correct"))
    }

    @Test func `tells senders to come back while its database is locked, and starts when it is not`() throws {
        let port = freePort()
        writeText(
            """
            { listen: "127.0.0.1:\(port)", database: "leads.sqlite", admin_socket: "admin.sock",
              sources: { page: { keys: "pk_page_key" } } }
            """, to: file)
        try Ledger(path: folder.file("leads.sqlite"), log: .silent).close()
        let other = try Connection(path: folder.file("leads.sqlite"))
        try other.execute("BEGIN IMMEDIATE")
        let notices = NotifySocket(folder.file("notify"))
        let relay = try ChildProcess(
            Self.program, ["serve", "--config", file], environment: ["NOTIFY_SOCKET": notices.path], output: log)
        #expect(notices.wait(for: "not ready: another program has locked", atMost: 20))
        let transfers = Transfers(userAgent: "test")
        defer { transfers.stop() }
        func get(_ path: String) throws -> Answer {
            try transfers.perform(Transfer("GET", "http://127.0.0.1:\(port)\(path)")).get()
        }
        let ready = try get("/readyz")
        #expect(ready.status == 503)
        // The kernel tells who it is: this process.
        #expect(String(decoding: ready.body, as: UTF8.self).contains("process \(getpid())"))
        #expect(try get("/healthz").status == 200)
        let pixel = try get("/v1/pixel.gif?key=pk_page_key")
        #expect(pixel.status == 503 && pixel.field("retry-after") == "5")
        try other.execute("COMMIT")
        #expect(notices.wait(for: "STATUS=taking leads", atMost: 20))
        #expect(try get("/readyz").status == 200)
        relay.signal(SIGTERM)
        #expect(relay.wait() == 0)
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
