import Glibc

/// A lock on a file of its own beside the database, so that two relays cannot open one database. (The database itself is
/// never opened outside SQLite: closing it would drop SQLite's locks.)
///
/// The system releases it when the process ends, however it ends. The file stays.
struct FileLock: ~Copyable {
    private let descriptor: Int32

    /// Throws a `Failure` with the remedy if somebody else has it.
    init(beside path: String) throws {
        let name = path + ".lock"
        let descriptor = unsafe open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Failure(
                "\(name) cannot be made: \(Self.reason). Does the folder exist, and may this user write there?")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw Failure("another relay is using \(path). Stop it first, or choose another \"database\".")
        }
        // For people who look who has it.
        ftruncate(descriptor, 0)
        let line = Array("\(getpid())\n".utf8)
        _ = unsafe line.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    private static var reason: String { unsafe String(cString: strerror(errno)) }
}
