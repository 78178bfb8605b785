import Glibc

/// Questions about files that are not the database.
enum Folder {
    /// The process's working folder.
    static var current: String {
        guard let name = unsafe getcwd(nil, 0) else { return "." }
        defer { unsafe free(name) }
        return unsafe String(cString: name)
    }

    /// A file's size in bytes, without opening it.
    static func size(of path: String) -> Int? {
        var information = stat()
        return unsafe stat(path, &information) == 0 ? information.st_size : nil
    }
}
