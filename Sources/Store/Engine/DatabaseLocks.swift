import Service

/// Which other program has locked the database, in words that begin with the file. The places of the locks:
/// sqlite.org/walformat.html, 2.3.1; those of the file itself: sqlite.org/src, os.h, "PENDING_BYTE".
enum DatabaseLocks {
    /// Writing, recovering, or copying the log are locks of these bytes of the index of the log; the places of readers
    /// come behind.
    private static let writing = 120..<123
    private static let reading = 123..<128
    /// Of the file itself, for who has all of it to himself.
    private static let whole = 0x4000_0000..<0x4000_0200

    static func writer(of path: String) -> String {
        words(
            path,
            LockHolder(of: path + "-shm", writing, forReading: true) ?? LockHolder(of: path, whole, forReading: true))
    }

    static func reader(of path: String) -> String {
        words(path, LockHolder(of: path + "-shm", reading, forReading: false))
    }

    private static func words(_ path: String, _ holder: LockHolder?) -> String {
        holder.map { "\(path): \($0)" } ?? path
    }
}
