import Glibc

/// Files put in place so that after a power cut either the old or the new one is there: rename(2), fsync(2).
extension Files {
    /// A new file for its owner alone, open for writing. The caller closes it.
    package static func create(_ path: String) -> Result<Int32, FileFailure> {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        return descriptor < 0 ? .failure(.last) : .success(descriptor)
    }

    package static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    package static func remove(_ path: String) { unsafe unlink(path) }

    /// Waits until the descriptor's file is on the disk.
    package static func sync(_ descriptor: Int32) -> Result<Void, FileFailure> {
        fsync(descriptor) == 0 ? .success(()) : .failure(.last)
    }

    /// Gives a file its name, in place of what has it now, and waits until the folder is on the disk.
    package static func move(_ path: String, to name: String) -> Result<Void, FileFailure> {
        guard unsafe rename(path, name) == 0 else { return .failure(.last) }
        return syncFolder(of: name)
    }

    /// Gives a file a second name, which must be free.
    package static func link(_ path: String, as name: String) -> Result<Void, FileFailure> {
        unsafe Glibc.link(path, name) == 0 ? .success(()) : .failure(.last)
    }

    package static func syncFolder(of path: String) -> Result<Void, FileFailure> {
        let descriptor = unsafe open(folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return .failure(.last) }
        defer { close(descriptor) }
        return sync(descriptor)
    }

    /// Copies a file into a new one.
    package static func copy(_ path: String, to name: String) -> Result<Void, FileFailure> {
        let source = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard source >= 0 else { return .failure(.last) }
        defer { close(source) }
        switch create(name) {
        case .failure(let failure): return .failure(failure)
        case .success(let target):
            defer { close(target) }
            var buffer = [UInt8](repeating: 0, count: 256 * 1024)
            while true {
                let count = unsafe buffer.withUnsafeMutableBytes {
                    unsafe Glibc.read(source, $0.baseAddress, $0.count)
                }
                if count == 0 { return sync(target) }
                var written = 0
                while written < count {
                    let moved = unsafe buffer.withUnsafeBytes {
                        unsafe Glibc.write(target, $0.baseAddress! + written, count - written)
                    }
                    if moved > 0 { written += moved } else if errno != EINTR { return .failure(.last) }
                }
                if count < 0, errno != EINTR { return .failure(.last) }
            }
        }
    }

    /// Whether two names are of one file.
    package static func isSame(_ path: String, _ other: String) -> Bool {
        var (a, b) = (stat(), stat())
        return unsafe stat(path, &a) == 0 && stat(other, &b) == 0 && a.st_ino == b.st_ino && a.st_dev == b.st_dev
    }

    /// Gives a file to the owner of another one, or of a folder; without the right to, it stays whose it is.
    package static func give(_ path: String, toOwnerOf other: String) {
        var information = stat()
        guard unsafe stat(other, &information) == 0 else { return }
        _ = unsafe chown(path, information.st_uid, information.st_gid)
    }
}
