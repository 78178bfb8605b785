import Configuration
import Domain
import Intake
import Service
import Store

/// Makes and verifies a copy of the database, and sends it to the command that asked: what the relay itself writes may
/// lie where nobody else sees it, or where it may not write (systemd.exec(5), PrivateTmp= and ProtectSystem=).
enum BackupOperation {
    /// Each step of sending may take so long: the other side writes to a disk.
    private static let patience: Duration = .minutes(5)

    @Sendable static func run(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> BackupDocument {
        // All personal data: for those who are on this machine.
        guard call.caller == .socket else {
            throw Problem(.notPermitted, "Backups are made on the relay's machine: leadrelay backup FILE.")
        }
        let name = try call.decoded(BackupRequest.self).stream
        guard name.hasPrefix(BackupStream.prefix), name.utf8.count <= 100 else {
            throw Problem(.requestUnusable, BackupRequest.remedies["stream"] ?? "", invalid: "stream")
        }
        let link: LocalLink
        do throws(FileFailure) {
            link = try LocalLink.connect(name, patience: patience)
        } catch {
            throw Problem(
                .conflict, "Nobody waits at the socket of this name in the relay's own network: \(error.message).",
                invalid: "stream")
        }
        let copy = relay.configuration.withLock { $0.database } + ".backup"
        Files.remove(copy)
        defer { Files.remove(copy) }
        let audit: Audit
        do {
            audit = try reader.backup(to: copy) { done, all in
                let share = all > 0 ? done * 100 / all : 100
                try? link.send(line: done == all ? "verifying" : "copied \(share) %")
            }
        } catch {
            relay.log.error("store.backup_failed", ["error": "\(error)"])
            throw error
        }
        let bytes = Files.size(of: copy) ?? 0
        do throws(FileFailure) {
            try link.send(line: "file \(bytes)")
            try link.send(file: copy, count: bytes)
            guard try link.line() == BackupStream.kept else { throw FileFailure("it was not kept") }
        } catch {
            relay.log.error("store.backup_failed", ["error": error.message])
            throw Problem(.conflict, "The copy could not be handed over: \(error.message).")
        }
        try relay.ledger.noteBackup()
        relay.log.info("store.backed_up", ["bytes": "\(bytes)", "by": call.actor])
        return BackupDocument(bytes: bytes, balanced: audit.isBalanced, faults: audit.faults)
    }
}
