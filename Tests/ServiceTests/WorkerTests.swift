import Glibc
import Service
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(Hanging.minutes))) struct `A worker` {
    /// What the system knows of the thread that asks: its name and its nice value.
    private static func thread() -> (name: String, nice: Int32) {
        let path = "/proc/thread-self/comm"
        let bytes = (try? Files.read(path, limit: 64).get()) ?? []
        return (String(decoding: bytes.filter { $0 != 0x0A }, as: UTF8.self), nice(0))
    }

    @Test(arguments: [("writer", "writer"), ("a name longer than fifteen", "a name longer t")])
    func `has its name, and ends when its job does`(_ name: String, _ shown: String) {
        let seen = Locked("")
        Worker(name) { seen.withLock { $0 = Self.thread().name } }.join()
        #expect(seen.withLock { $0 } == shown)
    }

    @Test func `steps back only where it was told to`() {
        let here = Self.thread().nice
        for (priority, isMeek) in [(Worker.Priority.normal, false), (.background, true)] {
            let seen = Locked<Int32?>(nil)
            Worker("nice", priority: priority) { seen.withLock { $0 = Self.thread().nice } }.join()
            #expect(seen.withLock { $0 } == (isMeek ? max(here, 10) : here))
        }
        #expect(Self.thread().nice == here)
    }
}
