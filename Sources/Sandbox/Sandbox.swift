package import Domain
package import HTTP
package import Service

/// Google's and Meta's lead interfaces, and a receiver of webhooks, imitated: checks requests as strictly as the real
/// ones are documented to, remembers what it received, and fails on demand.
///
/// All instants come from `clock`, so that a test can let tokens expire and events grow old; delays are real.
package final class Sandbox: Sendable {
    package let options: SandboxOptions
    let clock: Clock
    /// When the sandbox was made, which stands for the moment of the grant.
    let started: Instant
    let memory: Locked<Memory>
    let tokens: Locked<Tokens>
    let later = Later()
    /// What the imitated channels have taken.
    let channelMemory = Locked(ChannelMemory())
    private let faults: Locked<Faults>
    /// The landing page under `/page/`.
    package let landingPage = Locked(LandingPage())

    package init(
        _ options: SandboxOptions = SandboxOptions(), faults: Faults = Faults(), clock: Clock = .system
    ) {
        self.options = options
        self.clock = clock
        started = Instant(milliseconds: clock.milliseconds())
        memory = Locked(Memory(options))
        tokens = Locked(Tokens(maximum: options.maximumTokens))
        self.faults = Locked(faults)
    }

    deinit { later.stop() }

    /// Serves the platforms and `/sandbox/…` on the given endpoints until the server is drained.
    package func serve(_ endpoints: [Endpoint], loops: Int = 1) throws(ServerError) -> Server {
        var limits = Limits()
        limits.body = options.maximumBody
        // Faults may keep an answer back for as long as anybody would wait.
        limits.answerTimeout = .hours(1)
        return try Server(endpoints, loops: loops, limits: limits, name: "sandbox") { _ in SandboxResponder(self) }
    }

    var now: Instant { Instant(milliseconds: clock.milliseconds()) }

    // MARK: What tests ask in the same process; over HTTP it is `/sandbox/…`.

    /// What arrived, in the order of the first arrival. An account is `customer/conversion action` of Google's, or only
    /// the customer, a pixel of Meta's, or a webhook's name.
    package func received(_ platform: Platform? = nil, account: String? = nil, id: String? = nil) -> [Receipt] {
        memory.withLock { memory in
            var result: [Receipt] = []
            memory.receipts.forEach { receipt in
                if receipt.matches(platform, account, id) { result.append(receipt) }
                return true
            }
            return result
        }
    }

    package var summary: JSON { memory.withLock { $0.summary } }

    /// Forgets what arrived; tokens and faults stay.
    package func forget() {
        memory.withLock { $0 = Memory(options) }
        channelMemory.withLock { $0 = ChannelMemory() }
    }

    /// Changes which faults are on.
    @discardableResult
    package func faults<Result: Sendable>(_ change: (inout Faults) -> Result) -> Result {
        faults.withLock { faults in change(&faults) }
    }
}
