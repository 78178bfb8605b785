import Domain
import Sandbox
import TestSupport
import Testing

@Suite struct `Requests that the sandbox keeps` {
    private let folder = TemporaryFolder()

    @Test(arguments: [
        ("/v1/events:ingest", "datamanager-"), ("/v22/customers/1:uploadClickConversions", "google_ads-"),
        ("/v26.0/4711/events", "meta-"),
    ])
    func `are one file each, with the body as it came and the second of its receipt`(path: String, prefix: String) {
        let records = RequestRecords(folder: folder.path)
        for _ in 1...3 { records.keep(path: path, body: Array(#"{"a": 1.0}"#.utf8), at: Instant(milliseconds: 5_999)) }
        records.keep(path: path, body: Array(#"{"a": 2}"#.utf8), at: nil)
        let texts = Set(folder.files.map { String(decoding: Files.contents(of: $0) ?? [], as: UTF8.self) })
        #expect(texts == ["{\"body\":{\"a\": 1.0},\"now\":5}\n", "{\"body\":{\"a\": 2}}\n"])
        #expect(folder.files.allSatisfy { $0.contains("/\(prefix)") })
        #expect(records.left == 0)
    }

    @Test func `are not those without events`() {
        let records = RequestRecords(folder: folder.path)
        records.keep(path: "/token", body: [1], at: nil)
        #expect(folder.files.isEmpty)
    }

    @Test func `have a bound, and those beyond are counted`() {
        let records = RequestRecords(folder: folder.path)
        let big = [UInt8](repeating: 0x20, count: RequestRecords.maximumBytes)
        records.keep(path: "/v26.0/1/events", body: big, at: nil)
        records.keep(path: "/v26.0/1/events", body: [1], at: nil)
        #expect(records.left == 1)
        #expect(folder.files.count == 1)
    }
}
