import Curl
import Domain
import HTTP
import Intake
import Service
import Store

/// An inbox that remembers, and fails on demand.
final class FakeInbox: Inbox {
    private let state = Locked(State())

    private struct State {
        var posts: [AppendRequest] = []
        var failure: StoreError?
        var isHolding = false
        var held: [@Sendable () -> Void] = []
        var answers: [String: [LeadID]] = [:]
        var newest = LeadID(rawValue: 0)
    }

    var posts: [AppendRequest] { state.withLock { $0.posts } }
    var submissions: [Submission] { posts.flatMap(\.submissions) }

    func fail(_ failure: StoreError?) { state.withLock { $0.failure = failure } }

    /// Answers nothing until `letGo`.
    func hold() { state.withLock { $0.isHolding = true } }

    /// Waits until something is held, then answers it.
    func letGo() {
        let held = state.wait { state -> [@Sendable () -> Void]? in
            guard !state.held.isEmpty else { return nil }
            state.isHolding = false
            defer { state.held = [] }
            return state.held
        }
        for answer in held { answer() }
    }

    func append(_ posts: [AppendRequest], then: @escaping @Sendable (Result<[AppendResult], StoreError>) -> Void) {
        let answer: (@Sendable () -> Void)? = state.update { state in
            let result: Result<[AppendResult], StoreError>
            if let failure = state.failure {
                result = .failure(failure)
            } else {
                result = .success(posts.map { Self.keep($0, &state) })
            }
            let answer: @Sendable () -> Void = { then(result) }
            guard state.isHolding else { return answer }
            state.held.append(answer)
            return nil
        }
        answer?()
    }

    private static func keep(_ post: AppendRequest, _ state: inout State) -> AppendResult {
        let key = post.idempotencyKey.map { post.submissions[0].source + "/" + $0 }
        if let key, let ids = state.answers[key] { return AppendResult(ids: ids, isReplay: true) }
        let ids = post.submissions.map { _ in
            state.newest = state.newest.next(at: Instant(seconds: 1_795_251_600))
            return state.newest
        }
        if let key { state.answers[key] = ids }
        state.posts.append(post)
        return AppendResult(ids: ids)
    }
}

/// Intake on a real server on loopback, with a clock that stands until a test moves it.
final class IntakeStage {
    let inbox = FakeInbox()
    let counters = IntakeCounters()
    let settings: Locked<IntakeSettings>
    private let time: Locked<Int64>
    private let server: Server
    private let transfers = Transfers(userAgent: "test agent")

    init(
        _ sources: [Source] = [.page], trustedProxies: [String] = [], maximumBatch: Int = 100,
        maximumUpload: Int = 8000,
        log: Log = .silent
    )
        throws
    {
        settings = Locked(
            IntakeSettings(
                sources: sources, trustedProxies: trustedProxies, maximumBatch: maximumBatch,
                maximumUpload: maximumUpload))
        time = Locked(1_795_251_600_000)
        let limits = RateLimits()
        server = try Server([.tcp(host: "127.0.0.1", port: 0)]) { [inbox, counters, settings, time] _ in
            IntakeRoutes(
                settings: settings, inbox: inbox, limits: limits, counters: counters,
                clock: Clock { time.withLock { $0 } }, log: log)
        }
    }

    deinit {
        server.drain(within: .seconds(1))
        transfers.stop()
    }

    func move(_ duration: Duration) { time.withLock { $0 += duration.milliseconds } }
    var now: Instant { Instant(milliseconds: time.withLock { $0 }) }

    /// Sends a request and answers what came back.
    func send(
        _ method: String = "POST", _ path: String = "/v1/leads",
        _ fields: KeyValuePairs<String, String> = [
            "X-LeadRelay-Key": "pk_page_key", "Content-Type": "application/json",
        ],
        _ body: String? = nil
    ) throws -> Answer {
        try send(method, path, fields, bytes: body.map { Array($0.utf8) })
    }

    func send(
        _ method: String, _ path: String, _ fields: KeyValuePairs<String, String>, bytes: [UInt8]?
    ) throws -> Answer {
        let transfer = Transfer(
            method, "http://127.0.0.1:\(server.port)\(path)", fields: fields.map { ($0.key, $0.value) }, body: bytes)
        return try transfers.perform(transfer).get()
    }

    /// Sends a request and calls `then` with the answer on another thread.
    func start(_ body: String, then: @escaping @Sendable (Result<Answer, TransferError>) -> Void) {
        let transfer = Transfer(
            "POST", "http://127.0.0.1:\(server.port)/v1/leads/pk_page_key",
            fields: [("Content-Type", "application/json")], body: Array(body.utf8))
        transfers.start(transfer, then: then)
    }
}

extension Source {
    /// A landing page without limits.
    static var page: Source {
        var source = Source(name: "page")
        source.keys = ["pk_page_key"]
        source.origins = ["https://www.acme.example"]
        source.redirects = ["https://www.acme.example/thanks"]
        source.rate = Rate(perSecond: .infinity, burst: .infinity)
        source.addressRate = Rate(perSecond: .infinity, burst: .infinity)
        source.maximumBody = 2000
        return source
    }

    static func page(_ change: (inout Source) -> Void) -> Source {
        var source = page
        change(&source)
        return source
    }
}

extension Answer {
    var json: JSON? { try? JSON(parsing: body) }
    /// The last word of a problem's type.
    var problem: String? { json?["type"]?.string?.split(separator: ":").last.map(String.init) }
}
