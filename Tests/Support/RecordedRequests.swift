import Glibc

/// The folder for every request that adapters make in tests (`LEADRELAY_RECORDED_REQUESTS`), which
/// `Tests/Tools/check-requests` has judged by the platforms' own packages; `nil`: none is kept.
package let recordedRequests = unsafe getenv("LEADRELAY_RECORDED_REQUESTS").map { unsafe String(cString: $0) }
