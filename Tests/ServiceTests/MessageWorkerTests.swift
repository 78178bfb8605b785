import Service
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(Hanging.minutes))) struct `A worker with messages` {
    private enum Message: Equatable, Sendable { case number(Int), stop }

    @Test func `begins before anything has come, and handles everything in the order it came`() {
        let rounds = Locked<[[Message]]>([])
        let queue = MessageQueue<Message>()
        let worker = MessageWorker("test", queue) {
            { messages in
                rounds.update { $0.append(messages) }
                return messages.contains(.stop) ? nil : .init(atMost: nil)
            }
        }
        rounds.wait { $0.isEmpty ? nil : true }
        for number in 0..<100 { worker.put(.number(number)) }
        worker.stop(.stop)
        let handled = rounds.withLock { $0 }
        #expect(handled.first == [])
        #expect(handled.flatMap(\.self) == (0..<100).map(Message.number) + [.stop])
    }

    @Test func `goes on by itself when its time has come`() {
        let rounds = Locked(0)
        let worker = MessageWorker<Message>("test", MessageQueue()) {
            { messages in
                rounds.update { $0 += 1 }
                return messages.isEmpty ? .init(atMost: .milliseconds(1)) : nil
            }
        }
        rounds.wait { $0 >= 3 ? true : nil }
        worker.stop(.stop)
    }

    @Test func `is stopped when its work has ended, and only once`() {
        let ends = Locked(0)
        let worker = MessageWorker<Message>("test", MessageQueue()) {
            { messages in
                guard messages.contains(.stop) else { return .init(atMost: nil) }
                ends.update { $0 += 1 }
                return nil
            }
        }
        worker.stop(.stop)
        #expect(ends.withLock { $0 } == 1)
        worker.stop(.stop)
        #expect(ends.withLock { $0 } == 1)
    }
}
