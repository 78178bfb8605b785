import HTTP
import Service

/// The responder of the tests. Most paths are answered with what was understood; some behave in a special way.
final class Echo: Responder {
    private var batch: [(Exchange, Response)] = []
    private let helper: Helper?

    init(helper: Helper? = nil) { self.helper = helper }

    func respond(to request: Request, _ exchange: Exchange) {
        switch request.path {
        case "/never": break
        case "/large": exchange.reply(Response(200, body: Array(repeating: UInt8(ascii: "x"), count: 16_000_000)))
        case "/empty": exchange.reply(Response(204))
        case "/closing": exchange.reply(Response(200, body: Array("bye".utf8), closes: true))
        case "/twice":
            exchange.reply(Self.echo(request))
            exchange.reply(Response(500))
        case "/injected": exchange.reply(Response(200, fields: [("X-Value", "a\r\nX-Other: b")]))
        case "/round": batch.append((exchange, Self.echo(request)))
        case "/later": helper?.replyLater(exchange, Self.echo(request))
        default: exchange.reply(Self.echo(request))
        }
    }

    func roundEnded() {
        let replies = batch
        batch = []
        Exchange.reply(replies)
    }

    private static func echo(_ request: Request) -> Response {
        let text = "\(request.methodName) \(request.target) \(String(decoding: request.body, as: UTF8.self))"
        return Response(200, fields: [("Content-Type", "text/plain")], body: Array(text.utf8))
    }
}

/// Answers from a thread of its own, all at once, as the store does after a commit.
final class Helper: Sendable {
    private let queue = Locked<(replies: [(Exchange, Response)], isOver: Bool)>(([], false))
    private let worker: Worker

    /// With `waitingFor`, answers only as soon as so many are there.
    init(waitingFor count: Int = 1) {
        worker = Worker("helper") { [queue] in
            while true {
                let replies: [(Exchange, Response)] = queue.wait { state in
                    if state.isOver { return [] }
                    guard state.replies.count >= count else { return nil }
                    defer { state.replies = [] }
                    return state.replies
                }
                if replies.isEmpty { return }
                Exchange.reply(replies)
            }
        }
    }

    deinit {
        queue.update { $0.isOver = true }
        worker.join()
    }

    func replyLater(_ exchange: Exchange, _ response: Response) {
        queue.update { $0.replies.append((exchange, response)) }
    }

    /// Waits until so many requests are waiting for their answer.
    func awaitRequests(_ count: Int) {
        queue.wait { $0.replies.count >= count ? () : nil }
    }
}

extension Server {
    /// On a port of the system's choice, with the echoing responder.
    static func echoing(_ limits: Limits = Limits(), loops: Int = 1, helper: Helper? = nil) throws -> Server {
        try Server([.tcp(host: "127.0.0.1", port: 0)], loops: loops, limits: limits) { _ in Echo(helper: helper) }
    }
}
