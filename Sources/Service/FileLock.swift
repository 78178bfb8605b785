import Glibc

/// A lock on a file, held by one process. The system releases it when the process ends, however it ends. The file stays, and
/// says who had it last.
package struct FileLock: ~Copyable {
    private let descriptor: Int32

    /// Why there is no lock.
    package enum Refusal: Error, Equatable {
        case heldByAnother
        case impossible(FileFailure)
    }

    package init(_ path: String) throws(Refusal) {
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .impossible(.last) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let refusal: Refusal = errno == EWOULDBLOCK ? .heldByAnother : .impossible(.last)
            close(descriptor)
            throw refusal
        }
        ftruncate(descriptor, 0)
        Files.write("\(getpid())\n", to: descriptor)
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }
}
