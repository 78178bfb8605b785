import SQLite

/// Whose file it is, told from its first bytes without locking or changing anything: what is not ours stays as it is.
package enum FileOrigin: Equatable, Sendable {
    /// There is none, or nothing is in it yet.
    case new
    /// One of ours, with the version that stands in the file itself; its log may hold a later one.
    case ours(version: Int)
    /// Somebody else's, with the reason.
    case foreign(String)

    static let othersTables = "it holds somebody else's tables"
    static let othersFile = "it belongs to another program"

    package static func of(_ path: String, vfs: String? = nil) -> FileOrigin {
        guard let connection = try? Connection(path: path, mode: .readOnly, vfs: vfs),
            let header = connection.header(headerSize)
        else { return .new }
        return FileOrigin(header)
    }

    /// Reads the header of a database file and of the page behind it: sqlite.org/fileformat.html, 1.3 and 1.6.
    init(_ header: [UInt8]) {
        func number(_ place: Int, _ size: Int) -> Int64 {
            header[place..<place + size].reduce(0) { $0 << 8 | Int64($1) }
        }
        guard header.count >= Self.headerSize, header.contains(where: { $0 != 0 }) else {
            self = .new
            return
        }
        guard header.starts(with: Array("SQLite format 3\0".utf8)) else {
            self = .foreign("it is no SQLite database")
            return
        }
        let (version, application) = (number(60, 4), number(68, 4))
        let hasTables = header[100] != Self.leafOfTable || number(103, 2) != 0
        switch (application, version, hasTables) {
        case (Schema.applicationID, _, _): self = .ours(version: Int(version))
        case (0, 0, false): self = .new
        case (0, _, _): self = .foreign(Self.othersTables)
        default: self = .foreign(Self.othersFile)
        }
    }

    /// The file's header, and that of the tree of tables behind it.
    private static let headerSize = 108
    private static let leafOfTable: UInt8 = 0x0D
}
