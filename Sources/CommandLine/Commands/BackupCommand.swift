import API
import Store
import Crypto
import Domain
import Glibc
import Service

extension Command {
    static let backup = Command(
        name: "backup",
        usage: Usage(
            summary: "back up the database while the relay runs, verified",
            operands: [.init(name: "FILE", help: "where to; must not exist, and is written by who runs this command")],
            options: AdminOptions.all,
            notes: [
                "The relay makes and verifies the copy beside its database, and this command writes it to FILE. So the "
                    + "relay's disk needs room for one more database meanwhile, and for its log, which grows until the "
                    + "copy is done.",
                "FILE is there under its name once all of it is on the disk. `leadrelay restore FILE` brings it back.",
            ],
            examples: ["leadrelay backup /var/backups/leadrelay/$(date +%F).sqlite"])
    ) { arguments, terminal in
        let file = Files.path(arguments.operands[0], in: Files.workingFolder)
        let client = try AdminOptions.client(arguments, terminal)
        let kept = try BackupFile(file)
        let answer = try kept.fill(terminal) { name in
            try client.ask(Operations.backup, body: BackupRequest(stream: name))
        }
        let made = try answer.document()
        if arguments.has("json") {
            terminal.output(answer.json.pretty + "\n")
        } else {
            let books = made.balanced ? "books balanced" : "but its books do not balance"
            terminal.print("\(file): \(made.bytes) bytes, sound, \(books)\n")
            for fault in made.faults { terminal.errors("\(fault)\n") }
        }
        return made.balanced ? .good : .notGood
    }
}

/// A backup on its way into a file of the caller's: the relay may not be able to see the folder, or may write nowhere
/// but in its own.
private struct BackupFile {
    let path: String
    private var partial: String { path + ".partial" }

    /// Longer silence than this while the bytes come means that nobody sends any more.
    private static let patience: Duration = .minutes(5)
    /// How often is looked whether the relay has refused.
    private static let step: Duration = .milliseconds(200)

    /// Throws if there is such a file, or if none can be made there.
    init(_ path: String) throws {
        self.path = path
        guard !Files.exists(path) else {
            throw Failure(BackupStream.exists(path))
        }
        Files.remove(partial)
        try close(create())
        Files.remove(partial)
    }

    private func create() throws -> Int32 {
        switch Files.create(partial) {
        case .success(let descriptor): return descriptor
        case .failure(let failure): throw Failure("\(partial) cannot be made: \(failure.message)")
        }
    }

    /// Asks the relay, which connects to the name it is given, and keeps what it sends. Answers what the relay said of
    /// it.
    func fill<Answer>(_ terminal: Terminal, _ ask: (_ name: String) throws -> Answer) throws -> Answer {
        let name = BackupStream.prefix + Hex.encode(randomBytes(16))
        let outcome = Locked<Result<Void, FileFailure>?>(nil)
        let hasRefused = Locked(false)
        let listener: LocalLink.Listener
        do throws(FileFailure) {
            listener = try LocalLink.Listener(name)
        } catch {
            throw Failure("no socket can be made: \(error.message)")
        }
        let receiver = Receiver(listener: listener)
        let worker = Worker("backup") { [self] in
            let result = receiver.run(self, terminal, hasRefused: hasRefused)
            outcome.update { $0 = result }
        }
        let answer: Result<Answer, any Error> = Result { try ask(name) }
        if case .failure = answer { hasRefused.update { $0 = true } }
        worker.join()
        if case .failure(let failure)? = outcome.withLock({ $0 }) {
            Files.remove(partial)
            if case .failure(let refusal as Failure) = answer, failure == Self.ended {
                throw Failure("\(path) was not written. \(refusal.message)")
            }
            throw Failure("\(path) was not written: \(failure.message)")
        }
        return try answer.get()
    }

    /// The relay's own answer says more.
    private static let ended = FileFailure("the relay broke off; its log says why")

    /// Owns the listener for the thread that waits at it.
    private final class Receiver: Sendable {
        private let listener: LocalLink.Listener
        init(listener: consuming LocalLink.Listener) { self.listener = listener }

        func run(_ file: BackupFile, _ terminal: Terminal, hasRefused: Locked<Bool>) -> Result<Void, FileFailure> {
            while !hasRefused.withLock({ $0 }) {
                guard let link = listener.accept(atMost: BackupFile.step) else { continue }
                return Result { () throws(FileFailure) in try file.receive(link, terminal) }
            }
            return .failure(BackupFile.ended)
        }
    }

    private func receive(_ link: LocalLink, _ terminal: Terminal) throws(FileFailure) {
        // Copying and counting a large database take their time, of which the relay tells.
        link.setPatience(.hours(6))
        var progress = Progress(terminal)
        while let line = try link.line() {
            let words = line.split(separator: " ")
            guard words.first == "file", let count = words.last.flatMap({ Int($0) }) else {
                progress.show(line)
                continue
            }
            link.setPatience(Self.patience)
            let descriptor = try Files.create(partial).get()
            do throws(FileFailure) {
                try link.receive(count, into: descriptor) { progress.show("received", $0, of: count) }
                try Files.sync(descriptor).get()
                close(descriptor)
            } catch {
                close(descriptor)
                throw error
            }
            progress.end()
            try Files.move(partial, to: path).get()
            return try link.send(line: BackupStream.kept)
        }
        throw Self.ended
    }
}

/// How far it is, on one line of a terminal; nothing where nobody looks.
private struct Progress {
    private let terminal: Terminal
    private var shown = -1

    init(_ terminal: Terminal) { self.terminal = terminal }

    mutating func show(_ what: String, _ done: Int = 0, of all: Int = 0) {
        let share = all > 0 ? done * 100 / all : 0
        guard terminal.isWatched, share != shown || all == 0 else { return }
        shown = share
        terminal.errors("\r\u{1B}[K\(what)" + (all > 0 ? " \(share) %" : ""))
    }

    func end() { if terminal.isWatched { terminal.errors("\r\u{1B}[K") } }
}
