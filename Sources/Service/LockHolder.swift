import Glibc

/// Another process that has locked a part of a file, as the kernel tells: fcntl(2), F_GETLK.
package struct LockHolder: Equatable, Sendable, CustomStringConvertible {
    package let process: Int32
    /// What the process is called, where this one may see it.
    package let name: String?

    /// Who keeps this process from locking these bytes of a file: for reading, or alone. `nil` if nobody does, or if
    /// the file is not open here. No file is opened for the question: closing it would drop the locks that this process
    /// itself has on it.
    package init?(of path: String, _ bytes: Range<Int>, forReading: Bool) {
        var file = stat()
        guard unsafe stat(path, &file) == 0 else { return nil }
        for descriptor in 0..<Self.descriptors {
            var open = stat()
            guard unsafe fstat(descriptor, &open) == 0, open.st_ino == file.st_ino, open.st_dev == file.st_dev else {
                continue
            }
            var lock = flock()
            lock.l_type = Int16(forReading ? F_RDLCK : F_WRLCK)
            lock.l_whence = Int16(SEEK_SET)
            lock.l_start = bytes.lowerBound
            lock.l_len = bytes.count
            guard unsafe fcntl(descriptor, F_GETLK, &lock) == 0, lock.l_type != Int16(F_UNLCK), lock.l_pid > 0 else {
                return nil
            }
            process = lock.l_pid
            name = try? Files.read("/proc/\(lock.l_pid)/comm", limit: 256).map {
                String(decoding: $0, as: UTF8.self).filter { !$0.isNewline }
            }.get()
            return
        }
        return nil
    }

    /// Files are opened early: they have low numbers.
    private static let descriptors: Int32 = 4096

    package var description: String { name.map { "\($0) (process \(process))" } ?? "process \(process)" }
}
