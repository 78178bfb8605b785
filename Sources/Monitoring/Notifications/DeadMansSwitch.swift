import Curl
package import Domain
package import Service

/// Tells an outside watcher that the monitor works, as Healthchecks has it (healthchecks.io/docs/http_api): silence, or
/// a word of failure, is what raises its alarm. It hears of success only after a whole cycle (observe, decide, write)
/// has succeeded.
package final class DeadMansSwitch: Sendable {
    /// What one cycle came to.
    package enum Cycle: Equatable, Sendable {
        /// With figures for whoever looks at the ping.
        case succeeded(JSON)
        case failed(reason: String)
    }

    private let url: Secret
    private let every: Duration
    private let transport: any NoticeTransport
    private let log: Log
    private let state = Locked(State())

    private struct State {
        var lastPing: Instant?
        var hasFailed = false
        var lastAnswer: Instant?
        var trouble = ""
    }

    /// More than five pings a minute may be dropped: `every` is a minute as a rule.
    package init(url: Secret, every: Duration = .minutes(1), transport: any NoticeTransport, log: Log = Log()) {
        self.url = url
        self.every = every
        self.transport = transport
        self.log = log
    }

    /// To be called at the end of every cycle. A failure is told at once, and once until it is over.
    package func report(_ cycle: Cycle, at now: Instant) {
        let hasFailed = if case .failed = cycle { true } else { false }
        let isDue = state.withLock { state in
            let isNews = hasFailed != state.hasFailed
            guard isNews || state.lastPing.map({ now - $0 >= every || now < $0 }) ?? true else { return false }
            state.lastPing = now
            state.hasFailed = hasFailed
            return true
        }
        guard isDue else { return }
        transport.start(.transfer(Self.ping(url, cycle))) { [state, log] answer in
            guard case .transfer(let result) = answer else { return }
            let trouble: String
            switch result {
            case .success(let answer) where (200..<300).contains(answer.status): trouble = ""
            case .success(let answer): trouble = "the watcher says \(answer.status)"
            case .failure(let error): trouble = "no answer: \(error)"
            }
            let isNew = state.withLock { state in
                defer { state.trouble = trouble }
                if trouble.isEmpty { state.lastAnswer = now }
                return state.trouble.isEmpty != trouble.isEmpty
            }
            if isNew, !trouble.isEmpty { log.warning("deadmansswitch.ping_failed", ["error": plain(trouble)]) }
        }
    }

    /// When the watcher last took a ping, and what is wrong since; empty if nothing is.
    package var status: (lastAnswer: Instant?, trouble: String) { state.withLock { ($0.lastAnswer, $0.trouble) } }

    /// `POST URL` or `POST URL/fail`; the body is kept by the watcher, up to 10,000 bytes.
    static func ping(_ url: Secret, _ cycle: Cycle) -> Transfer {
        let (suffix, body, type) =
            switch cycle {
            case .succeeded(let figures): ("", figures.bytes, "application/json")
            case .failed(let reason): ("/fail", Array(reason.utf8), "text/plain; charset=utf-8")
            }
        return Transfer(
            "POST", url.value + suffix, fields: [("Content-Type", type)], body: Array(body.prefix(10_000)))
    }
}
