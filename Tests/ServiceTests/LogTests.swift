import Service
import Testing

@Suite struct `The log` {
    @Test func `changes its level in all its copies, and in no other log`() {
        let lines = Locked<[String]>([])
        let log = Log(threshold: .warning, sink: { line in lines.update { $0.append(line) } })
        let copy = log
        let other = Log(
            threshold: .warning, sink: { line in lines.update { $0.append("other \(line)") } })
        copy.info("before")
        log.write(from: .debug)
        copy.debug("detailed")
        other.info("elsewhere")
        copy.write(from: .error)
        log.warning("after")
        #expect(
            lines.withLock { $0.map { $0.split(separator: " ").last.map(String.init) ?? "" } } == [
                "detailed"
            ])
        #expect(log.threshold == .error && other.threshold == .warning)
    }
}
