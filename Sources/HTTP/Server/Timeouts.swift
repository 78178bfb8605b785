/// The time limits in nanoseconds, as the event loop counts.
struct Timeouts {
    let head, body, write, idle, answer, linger, acceptPause: Int64

    init(_ limits: Limits) {
        head = limits.headTimeout.nanoseconds
        body = limits.bodyTimeout.nanoseconds
        write = limits.writeTimeout.nanoseconds
        idle = limits.idleTimeout.nanoseconds
        answer = limits.answerTimeout.nanoseconds
        linger = limits.lingerTimeout.nanoseconds
        acceptPause = limits.acceptPause.nanoseconds
    }
}

extension Duration {
    var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}
