/// Messages in the order they came. Many senders, one reader.
package final class MessageQueue<Message: Sendable>: Sendable {
    private let messages = Locked<[Message]>([])

    package init() {}

    package func put(_ message: Message) { messages.update { $0.append(message) } }

    /// Everything that has come; waits for something at most `time` (`nil`: for ever).
    package func take(waitingAtMost time: Duration?) -> [Message] {
        func all(_ messages: inout [Message]) -> [Message]? {
            guard !messages.isEmpty else { return nil }
            defer { messages = [] }
            return messages
        }
        guard let time else { return messages.wait(until: all) }
        if time <= .zero { return messages.withLock { all(&$0) ?? [] } }
        return messages.wait(atMost: time, until: all) ?? []
    }
}
