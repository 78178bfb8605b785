/// What a server does with requests. There is one for each event loop, made and called on that loop's thread only; it
/// must not block.
package protocol Responder: AnyObject {
    /// Sees to it that the exchange gets exactly one reply, at once or later, from any thread.
    func respond(to request: Request, _ exchange: Exchange)

    /// A request whose head has come, and whose body is still to come: an answer that refuses it, after which the
    /// connection closes; `nil` if the body is wanted. `length` is what the head announces, if it does.
    func refusal(of head: Request, length: Int?) -> Response?

    /// All requests that could be read without waiting have been handed over: the moment to hand on a batch.
    func roundEnded()
}

extension Responder {
    package func refusal(of head: Request, length: Int?) -> Response? { nil }
    package func roundEnded() {}
}

/// The way back for one answer. A second reply, or one after the connection is gone, does nothing.
package struct Exchange: Sendable {
    let mailbox: Mailbox
    let slot: Int
    let number: UInt64

    package func reply(_ response: Response) { mailbox.deliver((self, response)) }

    /// Many at once: one lock and one wake-up for each loop, whatever their number.
    package static func reply(_ replies: [(Exchange, Response)]) {
        guard let first = replies.first?.0.mailbox else { return }
        if replies.allSatisfy({ $0.0.mailbox === first }) { return first.deliver(replies) }
        var rest = replies[...]
        while let mailbox = rest.first?.0.mailbox {
            mailbox.deliver(rest.filter { $0.0.mailbox === mailbox })
            rest = rest.filter { $0.0.mailbox !== mailbox }[...]
        }
    }
}

extension Exchange {
    /// Sends these bytes as they are in place of a reply: for servers that misbehave on purpose. Further parts may
    /// follow until the last one, after which the connection closes.
    package func send(raw bytes: [UInt8], isLast: Bool) {
        var response = Response(200)
        response.raw = (bytes, isLast)
        reply(response)
    }

    /// Closes the connection without an answer.
    package func drop() { send(raw: [], isLast: true) }
}
