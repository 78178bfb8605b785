import CCurl
import Glibc

/// Curl's thread: the only one that touches the handles.
final class TransferLoop {
    private let inbox: JobQueue
    private let multi: Multi
    private let userAgent: String
    private var underWay: [Int: (easy: Easy, job: any Job)] = [:]
    /// Handles without work, kept because making one costs more than clearing one.
    private var idle: [Easy] = []
    private static let maximumIdleHandles = 64
    /// Connections kept open although nothing is under way on them.
    private static let maximumIdleConnections = 64

    init(_ inbox: JobQueue, maximumConnectionsPerHost: Int, userAgent: String) {
        self.inbox = inbox
        multi = inbox.multi
        self.userAgent = userAgent
        multi.set(CURLMOPT_MAX_HOST_CONNECTIONS, maximumConnectionsPerHost)
        multi.set(CURLMOPT_MAXCONNECTS, Self.maximumIdleConnections)
    }

    /// Works until the inbox is closed, then breaks off what is under way.
    func run() {
        Self.ignoreBrokenPipes()
        while true {
            let (requests, isClosed) = inbox.take()
            for request in requests { begin(request) }
            if isClosed { break }
            multi.perform()
            while let (id, code) = multi.nextCompleted() {
                if !beginAgain(id, code) { finish(id) { $0.finish($1, code) } }
            }
            multi.sleep()
        }
        for id in Array(underWay.keys) { finish(id) { $0.breakOff($1, "stopped") } }
    }

    private func begin(_ request: JobQueue.Request) {
        let easy = idle.popLast() ?? Easy()
        let job = request.job()
        job.prepare(easy, userAgent: userAgent)
        underWay[easy.id] = (easy, job)
        multi.add(easy)
    }

    /// A kept connection turned out to be closed before a byte was written. libcurl will not go on by itself, because
    /// it cannot rewind the body; since nothing was sent, we may: once, on a connection of its own.
    private func beginAgain(_ id: Int, _ code: CURLcode) -> Bool {
        guard code == CURLE_SEND_FAIL_REWIND, let (easy, job) = underWay[id], job.rewind(easy) else {
            return false
        }
        multi.remove(easy)
        easy.set(CURLOPT_FRESH_CONNECT, 1)
        multi.add(easy)
        return true
    }

    private func finish(_ id: Int, _ end: (any Job, Easy) -> () -> Void) {
        guard let (easy, job) = underWay.removeValue(forKey: id) else { return }
        let tell = end(job, easy)
        multi.remove(easy)
        easy.reset()
        if idle.count < Self.maximumIdleHandles { idle.append(easy) }
        tell()
    }

    /// OpenSSL writes without MSG_NOSIGNAL, and CURLOPT_NOSIGNAL forbids libcurl to look after it. The signal goes to
    /// the thread that wrote (signal(7)), so blocking it here is enough: the write then fails with EPIPE.
    private static func ignoreBrokenPipes() {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGPIPE)
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    }
}
