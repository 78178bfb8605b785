import Service
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(Hanging.minutes))) struct `A locked value` {
    @Test func `loses no change of many threads`() {
        let count = Locked(0)
        let workers = (0..<8).map { number in
            Worker("count \(number)") { for _ in 0..<10_000 { count.withLock { $0 += 1 } } }
        }
        for worker in workers { worker.join() }
        #expect(count.withLock { $0 } == 80_000)
    }

    @Test func `wakes everybody who waits, and each goes on when its own answer is there`() {
        let value = Locked(0)
        let answers = Locked<[Int]>([])
        let workers = (1...3).map { wanted in
            Worker("wait \(wanted)") {
                let found = value.wait { $0 >= wanted ? wanted : nil }
                answers.update { $0.append(found) }
            }
        }
        for number in 1...3 {
            value.update { $0 = number }
            _ = answers.wait { $0.count == number ? true : nil }
        }
        for worker in workers { worker.join() }
        #expect(answers.withLock { $0 } == [1, 2, 3])
    }

    @Test func `gives up waiting, but asks once more before`() {
        let value = Locked(7)
        #expect(value.wait(atMost: .milliseconds(1)) { $0 == 8 ? true : nil } == nil)
        #expect(value.wait(atMost: .zero) { $0 == 7 ? $0 : nil } == 7)
        let asked = Locked(0)
        #expect(
            value.wait(atMost: .milliseconds(1)) { _ in
                asked.withLock {
                    $0 += 1; return $0 == 2 ? "late" : nil
                }
            }
                == "late")
    }

    @Test func `hands on what its body throws, and is free afterwards`() {
        struct Fault: Error {}
        let value = Locked(1)
        #expect(throws: Fault.self) { try value.withLock { _ in throw Fault() } }
        #expect(throws: Fault.self) {
            try value.update {
                $0 = 2
                throw Fault()
            }
        }
        #expect(value.withLock { $0 } == 2)
    }
}
