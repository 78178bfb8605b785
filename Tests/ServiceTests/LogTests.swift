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

    /// Whatever a value is made of, an event is one line, and its fields can be told apart.
    @Test(arguments: [
        ("plain-1.2/3", "plain-1.2/3"), ("", "\"\""), ("two words", "\"two words\""), ("a=b", "\"a=b\""),
        ("say \"no\"", "\"say \\\"no\\\"\""), ("back\\slash", "\"back\\\\slash\""),
        ("line\n2026-11-21T09:00:00.000Z error forged", "\"line\\n2026-11-21T09:00:00.000Z error forged\""),
        ("\u{1B}[31mred\u{7F}\r", "\"?[31mred??\""), ("Grüße", "Grüße"),
    ])
    func `writes a value so that it stays one`(_ value: String, _ written: String) {
        let lines = Locked<[String]>([])
        let log = Log(clock: Clock { 1_795_251_600_007 }, sink: { line in lines.update { $0.append(line) } })
        log.info("lead.kept", ["value": value, "next": "1"])
        #expect(lines.withLock { $0 } == ["2026-11-21T09:00:00.007Z info lead.kept value=\(written) next=1"])
    }
}
