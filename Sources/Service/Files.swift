import Glibc

/// Why a file could not be read, in the system's words.
package struct FileFailure: Error, Equatable, Sendable {
    package let message: String
    package init(_ message: String) { self.message = message }

    static var last: FileFailure { FileFailure(unsafe String(cString: strerror(errno))) }
}

/// Small files, read as a whole, and questions about others. Never to be used to open the database: see the storage
/// rules.
package enum Files {
    /// The whole file, if it is not larger than `limit` bytes.
    package static func read(_ path: String, limit: Int) -> Result<[UInt8], FileFailure> {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return .failure(.last) }
        defer { close(descriptor) }
        return readAll(descriptor, limit: limit)
    }

    /// Everything that comes from a descriptor until its end.
    package static func readAll(_ descriptor: Int32, limit: Int) -> Result<[UInt8], FileFailure> {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                return .failure(.last)
            }
            if count == 0 { return .success(bytes) }
            bytes.append(contentsOf: buffer[..<count])
            if bytes.count > limit { return .failure(FileFailure("larger than \(limit) bytes")) }
        }
    }

    /// Writes all of it, as far as somebody reads it.
    package static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return }
        }
    }

    /// Makes a file with these bytes, in place of one of that name.
    package static func replace(_ path: String, with bytes: [UInt8]) -> Result<Void, FileFailure> {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return .failure(.last) }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                return .failure(.last)
            }
            rest = rest.dropFirst(count)
        }
        return .success(())
    }

    /// Writes what is in a file once more and waits until it is on the disk. After a failed fsync the system may take
    /// pages for written that are not (fsync(2), "Errors"); written again they are.
    package static func rewrite(_ path: String) -> Result<Void, FileFailure> {
        let descriptor = unsafe open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return errno == ENOENT ? .success(()) : .failure(.last) }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        var place = 0
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes {
                unsafe pread(descriptor, $0.baseAddress, $0.count, place)
            }
            if count == 0 { break }
            let written =
                count < 0
                ? count : unsafe buffer.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, count, place) }
            if written > 0 { place += written } else if errno != EINTR { return .failure(.last) }
        }
        return fsync(descriptor) == 0 ? .success(()) : .failure(.last)
    }

    /// A file's size in bytes, without opening it.
    package static func size(of path: String) -> Int? {
        var information = stat()
        return unsafe stat(path, &information) == 0 ? information.st_size : nil
    }

    /// Bytes that are free for us, and all bytes, of the file system that holds `path`.
    package static func space(of path: String) -> (free: Int, total: Int)? {
        var information = statvfs()
        guard unsafe statvfs(path, &information) == 0 else { return nil }
        let block = Int(information.f_frsize)
        return (Int(information.f_bavail) * block, Int(information.f_blocks) * block)
    }

    /// Whether every user of this machine may read the file.
    package static func isReadableByAll(_ path: String) -> Bool {
        var information = stat()
        return unsafe stat(path, &information) == 0 && information.st_mode & S_IROTH != 0
    }

    /// The process's working folder.
    package static var workingFolder: String {
        guard let name = unsafe getcwd(nil, 0) else { return "." }
        defer { unsafe free(name) }
        return unsafe String(cString: name)
    }

    /// The folder that a file lies in.
    package static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// A path that starts at `folder` unless it starts at the root.
    package static func path(_ path: String, in folder: String) -> String {
        path.hasPrefix("/") || folder == "." ? path : folder + (folder == "/" ? "" : "/") + path
    }
}
