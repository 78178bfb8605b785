import Glibc

/// Files of the repository, for tests whose cases are files.
@safe
package enum Files {
    /// The repository's own folder, found from the place of this file.
    package static let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()

    /// The paths that fit a shell pattern below the root, in order.
    package static func matching(_ pattern: String) -> [String] {
        var found: [String] = []
        var listing = unsafe glob_t()
        defer { unsafe globfree(&listing) }
        guard unsafe glob("\(root)/\(pattern)", 0, nil, &listing) == 0 else { return found }
        for index in 0..<Int(unsafe listing.gl_pathc) { found.append(unsafe String(cString: listing.gl_pathv[index]!)) }
        return found
    }

    /// Writes a file anew.
    package static func write(_ bytes: [UInt8], to path: String) {
        guard let file = unsafe fopen(path, "w") else { preconditionFailure("\(path) cannot be written") }
        defer { unsafe fclose(file) }
        let written = unsafe bytes.withUnsafeBytes { unsafe fwrite($0.baseAddress, 1, $0.count, file) }
        precondition(written == bytes.count, "\(path) is not whole")
    }

    /// The bytes of a file; `nil` if it cannot be read.
    package static func contents(of path: String) -> [UInt8]? {
        guard let file = unsafe fopen(path, "r") else { return nil }
        defer { unsafe fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe fread(&chunk, 1, chunk.count, file)
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
    }
}
