import Service

/// Sends requests, many at once, on one thread of its own, with libcurl.
///
/// Connections are kept and shared, by HTTP/2 where the other side offers it in the TLS handshake. Certificates are
/// verified, redirects are answers like any other, proxies in the environment are not looked at: what goes out goes to
/// the configured address, by the configured proxy if there is one. One `start` is one attempt: nothing is sent a
/// second time behind the caller's back.
package final class Transfers: Sendable {
    package typealias Completion = @Sendable (Result<Answer, TransferError>) -> Void
    package typealias MailCompletion = @Sendable (Result<MailReceipt, MailError>) -> Void

    private let inbox: JobQueue
    private let worker: Worker
    private let joined = Locked(false)

    package init(maximumConnectionsPerHost: Int = 16, userAgent: String) {
        let inbox = JobQueue()
        self.inbox = inbox
        worker = Worker("curl") {
            TransferLoop(inbox, maximumConnectionsPerHost: maximumConnectionsPerHost, userAgent: userAgent).run()
        }
    }

    deinit { stop() }

    /// Sends `transfer` and returns at once. `then` is called exactly once, on curl's thread, or on the caller's if
    /// nothing can be sent: it must not block.
    package func start(_ transfer: Transfer, then: @escaping Completion) {
        if let fault = transfer.fault { return then(.failure(.unsendable(fault))) }
        if !inbox.put(.exchange(transfer, then: then)) { then(.failure(.unreachable("stopped"))) }
    }

    /// Sends `transfer` and waits for what comes of it; for the command line, and never on curl's thread.
    package func perform(_ transfer: Transfer) -> Result<Answer, TransferError> {
        let outcome = Locked<Result<Answer, TransferError>?>(nil)
        start(transfer) { result in outcome.update { $0 = result } }
        return outcome.wait { $0 }
    }

    /// Hands `mailing` to its server and returns at once. `then` is called exactly once, on curl's thread: it must not
    /// block.
    package func start(_ mailing: Mailing, then: @escaping MailCompletion) {
        if let fault = mailing.fault { return then(.failure(.unreachable(fault))) }
        if !inbox.put(.posting(mailing, then: then)) { then(.failure(.unreachable("stopped"))) }
    }

    /// Hands `mailing` to its server and waits for what comes of it; never to be called on curl's thread.
    package func perform(_ mailing: Mailing) -> Result<MailReceipt, MailError> {
        let outcome = Locked<Result<MailReceipt, MailError>?>(nil)
        start(mailing) { result in outcome.update { $0 = result } }
        return outcome.wait { $0 }
    }

    /// Breaks off what is under way and waits until the thread has ended. What is started afterwards is `unreachable`.
    package func stop() {
        inbox.close()
        let first = joined.withLock { joined in
            defer { joined = true }
            return !joined
        }
        if first { worker.join() }
    }
}
