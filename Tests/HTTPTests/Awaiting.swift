import Glibc
import HTTP
import Testing

/// Looks at the counters until they are as wanted; a test whose wish never comes true fails after ten seconds.
func awaitCounters(
    of server: Server, _ isWanted: (ServerCounters) -> Bool, sourceLocation: SourceLocation = #_sourceLocation
) {
    for _ in 0..<10_000 {
        if isWanted(server.counters) { return }
        // Lets a millisecond pass on a descriptor list without descriptors: the loop is on another thread.
        _ = poll(nil, 0, 1)
    }
    Issue.record("the counters stay at \(server.counters)", sourceLocation: sourceLocation)
}
