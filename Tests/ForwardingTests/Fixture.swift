import Domain
import Glibc
import Testing

/// A file beside the tests, one JSON object a line.
struct Fixture {
    var rows: [JSON]

    init(_ name: String, file: String = #filePath) throws {
        let folder = file.split(separator: "/").dropLast().joined(separator: "/")
        let bytes = try #require(Self.read("/\(folder)/Fixtures/\(name)"))
        rows = try bytes.split(separator: 0x0A).map { try JSON(parsing: Array($0)) }
        try #require(!rows.isEmpty)
    }

    private static func read(_ path: String) -> [UInt8]? {
        guard let file = unsafe fopen(path, "r") else { return nil }
        defer { unsafe fclose(file) }
        var result: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe fread($0.baseAddress, 1, $0.count, file) }
            if count == 0 { return result }
            result += chunk[..<count]
        }
    }
}
