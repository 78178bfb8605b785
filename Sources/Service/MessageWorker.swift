/// One thread that works off messages: it alone has what they are about, so that nothing of it needs a lock.
package final class MessageWorker<Message: Sendable>: Sendable {
    /// What is done with the messages that have come, none among them when its time has come; `nil` ends the thread.
    package typealias Work = (_ messages: [Message]) -> Pause?

    /// How long to do nothing: until a message comes, and at most `time` if there is one.
    package struct Pause: Sendable {
        package var time: Duration?
        package init(atMost time: Duration?) { self.time = time }
    }

    private let messages: MessageQueue<Message>
    private let worker: Locked<Worker?>

    /// Starts the thread, which makes its work before it waits for anything.
    package init(_ name: String, _ messages: MessageQueue<Message>, _ begin: @escaping @Sendable () -> Work) {
        self.messages = messages
        worker = Locked(
            Worker(name) {
                let work = begin()
                var pause = Pause(atMost: .zero)
                while let next = work(messages.take(waitingAtMost: pause.time)) { pause = next }
            })
    }

    package func put(_ message: Message) { messages.put(message) }

    /// Puts the message after which the work ends, and waits for that. A second time does nothing.
    package func stop(_ message: Message) {
        let worker = worker.withLock { worker in
            defer { worker = nil }
            return worker
        }
        guard let worker else { return }
        messages.put(message)
        worker.join()
    }
}
