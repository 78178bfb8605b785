package import Intake
package import Service
package import Store

/// Questions that are answered at once do not wait behind those that take minutes, and nobody waits behind passwords.
package struct ReadPools: Sendable {
    let quick: ReadPool
    let long: ReadPool
    let hashing: ReadPool

    package init(ledger: Ledger, log: Log) {
        quick = ReadPool("desk", threads: 1, maximumWaiting: 64, ledger: ledger, log: log)
        long = ReadPool("long desk", threads: 1, maximumWaiting: 4, ledger: ledger, log: log)
        // scrypt takes some tenths of a second and 32 MiB: whoever floods it waits behind eight others at most, then is
        // refused.
        hashing = ReadPool("hashing", threads: 1, maximumWaiting: 8, ledger: ledger, log: log)
    }

    private static let patience: Duration = .seconds(3)

    /// Of the places for passwords, those that strangers leave free.
    static let keptFree = 2

    /// Throws `overloaded` if too many are waiting there. A stranger leaves some places to others.
    package func submit(_ pool: APIRoute.Pool, isStranger: Bool = false, _ job: @escaping ReadPool.Job) throws(Problem)
    {
        let desk =
            switch pool {
            case .quick: quick
            case .long: long
            case .hashing: hashing
            }
        guard desk.submit(leaving: isStranger ? Self.keptFree : 0, job) else {
            throw Problem(.overloaded, "Too many requests are queued. Ask again in a moment.", retryAfter: 2)
        }
    }

    package func close() {
        quick.close(within: Self.patience)
        long.close(within: Self.patience)
        hashing.close(within: Self.patience)
    }
}
