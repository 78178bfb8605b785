import Glibc

/// A lock on a file, held by one process. The system releases it when the process ends, however it ends. The file
/// stays, and says who had it last.
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

    /// A lock on the file itself, whatever paths and links lead to it. Nothing is written into it; if there is none, it
    /// is made, empty. Its descriptor stays open as long as the lock lives, because closing any descriptor of a file
    /// drops the locks that others in this process hold on it (fcntl(2), "Advisory record locking"), SQLite for
    /// example.
    package init(itself path: String) throws(Refusal) {
        let descriptor = unsafe open(path, O_RDONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .impossible(.last) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let refusal: Refusal = errno == EWOULDBLOCK ? .heldByAnother : .impossible(.last)
            close(descriptor)
            throw refusal
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }
}
