import Glibc

/// The source files of the project, as text.
enum Tree {
    /// The folder that holds Package.swift.
    static let root = String(#filePath.dropLast("/Tests/TidyTests/Tree.swift".count))

    /// The paths below a folder that end with `suffix`, relative to the root.
    static func files(in folder: String, suffix: String = ".swift") -> [String] {
        var found: [String] = []
        guard let directory = unsafe opendir("\(root)/\(folder)") else { return [] }
        defer { unsafe closedir(directory) }
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { unsafe text($0) }
            if name.hasPrefix(".") { continue }
            let path = "\(folder)/\(name)"
            if unsafe entry.pointee.d_type == UInt8(DT_DIR) {
                found += files(in: path, suffix: suffix)
            } else if name.hasSuffix(suffix) {
                found.append(path)
            }
        }
        return found.sorted()
    }

    static func lines(of path: String) -> [Substring] {
        guard let file = unsafe fopen("\(root)/\(path)", "r") else { return [] }
        defer { unsafe fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe fread($0.baseAddress, 1, $0.count, file) }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// What stands between pairs of a mark, like code between backquotes or strings between quotation marks.
    static func texts(between mark: Character, in line: some StringProtocol) -> [String] {
        line.split(separator: mark, omittingEmptySubsequences: false).enumerated()
            .compactMap { $0.offset % 2 == 1 ? String($0.element) : nil }
    }

    private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
}
