import Service
import Testing

@Suite struct `Started parts` {
    private struct Broken: Error, Equatable {}

    @Test func `are stopped in the opposite order, once`() throws {
        let ended = Locked<[String]>([])
        var parts = StartedParts()
        for name in ["store", "lanes", "server"] {
            let part = try parts.start({ () throws(Broken) in name }) { part, time in
                ended.withLock { $0.append("\(part) within \(time)") }
            }
            #expect(part == name)
        }
        parts.add { _ in ended.withLock { $0.append("monitor") } }
        #expect(ended.withLock { $0 } == [])
        parts.stop(within: .seconds(3))
        parts.stop(within: .seconds(3))
        #expect(
            ended.withLock { $0 } == [
                "monitor", "server within 3.0 seconds", "lanes within 3.0 seconds", "store within 3.0 seconds",
            ])
    }

    @Test func `are stopped at once when the next one does not start, which says why`() {
        let ended = Locked<[String]>([])
        var parts = StartedParts()
        parts.add { time in ended.withLock { $0.append("store within \(time)") } }
        parts.add { time in ended.withLock { $0.append("lanes within \(time)") } }
        #expect(throws: Broken()) {
            _ = try parts.start({ () throws(Broken) -> Int in throw Broken() }) { _, _ in
                ended.withLock { $0.append("what never ran") }
            }
        }
        #expect(ended.withLock { $0 } == ["lanes within 0.0 seconds", "store within 0.0 seconds"])
    }
}
