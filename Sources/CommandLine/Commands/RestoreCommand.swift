import Configuration
import Domain
import Glibc
import Service
import Store

extension Command {
    static let restore = Command(
        name: "restore",
        usage: Usage(
            summary: "restore a backup, while the relay is stopped",
            operands: [.init(name: "FILE", help: "what `leadrelay backup` has made")],
            options: [
                AdminOptions.config,
                Usage.Option(name: "check", help: "only try it: copy, count and tell; the relay may run"),
                Usage.Option(
                    name: "hold",
                    help: "pause each destination that is owed something, until you say `destination resume`"),
                AdminOptions.json,
            ],
            notes: [
                "FILE is copied beside the database, brought to this version and counted; only then do the names "
                    + "change. The old database, its -wal and its -shm get another name and are never deleted. FILE "
                    + "itself stays as it is.",
                "What is open in the backup and was delivered since goes out again when the relay starts: webhooks get "
                    + "it twice, platforms count an event id once within their own windows. With --hold nothing goes "
                    + "out before you have looked.",
                "Ends with 1, and nothing has changed, if a relay runs, if FILE is not ours or newer than this "
                    + "program, or if its books do not balance.",
            ],
            examples: [
                "leadrelay restore --check /var/backups/leadrelay/2026-11-30.sqlite",
                "systemctl stop leadrelay && leadrelay restore --hold /var/backups/leadrelay/2026-11-30.sqlite",
            ])
    ) { arguments, terminal in
        let file = Files.path(arguments.operands[0], in: Files.workingFolder)
        let path = ConfigurationPath.named(arguments, terminal)
        let report = ConfigurationReport(file: path, forgiving: true)
        guard let database = report.configuration?.database else {
            let first = report.mistakes.first.map { ": \($0.description)" } ?? ""
            throw Failure("\(path) does not say where the database is\(first)")
        }
        let isTrial = arguments.has("check")
        // The database, its log and backups hold personal data.
        umask(0o077)
        return try RestoreStep.locked(database, isNeeded: !isTrial) {
            do {
                let restoring = try Restoring(file, for: database, log: Log(threshold: .error))
                let step = RestoreStep(restoring, file: file, database: database)
                return try step.run(arguments, terminal, isTrial: isTrial)
            } catch let error as StoreError {
                throw Failure("\(error). Nothing has changed.")
            }
        }
    }
}

/// One restoration, told to people or machines.
private struct RestoreStep {
    let restoring: Restoring
    let file: String
    let database: String

    init(_ restoring: Restoring, file: String, database: String) {
        self.restoring = restoring
        self.file = file
        self.database = database
    }

    /// Holds the lock that a running relay would have.
    static func locked(_ database: String, isNeeded: Bool, _ body: () throws -> ExitCode) throws -> ExitCode {
        guard isNeeded else { return try body() }
        let file = database + ".lock"
        let lock: FileLock
        do throws(FileLock.Refusal) {
            lock = try FileLock(file)
        } catch {
            switch error {
            case .heldByAnother:
                throw Failure("a relay is using \(database). Stop it first, for example: systemctl stop leadrelay")
            case .impossible(let failure): throw Failure("\(file) cannot be made: \(failure.message)")
            }
        }
        // The relay, which runs as another user, is to open it again.
        Files.give(file, toOwnerOf: Files.folder(of: database))
        return try withExtendedLifetime(lock) { try body() }
    }

    func run(_ arguments: Arguments, _ terminal: Terminal, isTrial: Bool) throws -> ExitCode {
        let found = restoring.found
        let isGood = found.audit.isBalanced
        let leads = found.audit.books.sources.reduce(0) { $0 + found.audit.books[.lead, source: $1] }
        var held: [String] = []
        var aside: String?
        if isGood, !isTrial {
            if arguments.has("hold") {
                held = try restoring.hold("Restored from a backup: what is open here may have gone out since.")
            }
            aside = try restoring.place(Instant(milliseconds: Clock.system.milliseconds()).fileStamp)
        }
        let open = found.open.sorted { $0.key < $1.key }
        if arguments.has("json") {
            terminal.output(
                JSON.object([
                    JSON.Member("file", .string(file)), JSON.Member("database", .string(database)),
                    JSON.Member("restored", .bool(isGood && !isTrial)), JSON.Member("bytes", JSON(found.bytes)),
                    JSON.Member("newest", found.newest.map { .string($0.rfc3339) } ?? .null),
                    JSON.Member("balanced", .bool(isGood)),
                    JSON.Member("faults", .array(found.audit.faults.map { .string($0) })),
                    JSON.Member("leads", JSON(leads)),
                    JSON.Member("open", .object(open.map { JSON.Member($0.key, JSON($0.value)) })),
                    JSON.Member("held", .array(held.map { .string($0) })),
                    JSON.Member("aside", aside.map { .string($0) } ?? .null),
                ]).pretty + "\n")
            return isGood ? .good : .notGood
        }
        let newest = found.newest.map { "the newest event of \($0.rfc3339Seconds)" } ?? "no event"
        terminal.print("\(file): \(found.bytes) bytes, \(newest), \(leads) \(leads == 1 ? "lead" : "leads")\n")
        for fault in found.audit.faults { terminal.errors("\(fault)\n") }
        guard isGood else {
            terminal.errors("Its books do not balance: nothing has changed. Take another backup.\n")
            return .notGood
        }
        terminal.print("Sound, and its books balance.\n")
        for (name, count) in open {
            let verb = count == 1 ? "delivery is" : "deliveries are"
            let what =
                held.contains(name) ? "held until `leadrelay destination resume \(name)`" : "will go out, perhaps again"
            terminal.print("\(name): \(count) \(verb) open, older than this backup: \(what)\n")
        }
        if isTrial {
            terminal.print("Only tried: nothing has changed.\n")
        } else {
            terminal.print("\(database) is restored; start the relay.\n")
            if let aside { terminal.print("What was there is kept: \(aside), with its -wal and -shm\n") }
        }
        return .good
    }
}

extension Instant {
    /// For names of files: `20261130T093000Z`.
    fileprivate var fileStamp: String { rfc3339Seconds.filter { $0 != "-" && $0 != ":" } }
}
