import Curl
import Domain

/// How much of its limits a caller has used, as every answer of Meta's may say in its headers (meta-ads.md, section 5).
///
///     X-App-Usage                {"call_count":28,"total_time":25,"total_cputime":25}
///     X-Business-Use-Case-Usage  {"<account>":[{"type":"…","estimated_time_to_regain_access":<minutes>}]}
///     X-Ad-Account-Usage         {"acc_id_util_pct":9.67,"reset_time_duration":<seconds>}
struct MetaUsage: Equatable {
    /// The highest of all percentages; at 100 calls are refused.
    var percent = 0.0
    /// How long until calls are taken again; zero while they are.
    var regain: Duration = .zero

    /// From here on calls are made more slowly.
    static let threshold = 75.0
    /// What a lane rests between two calls just below 100 per cent; less below that.
    static let longestPause: Duration = .minutes(1)
    /// What it rests when calls are refused and Meta does not say for how long.
    static let usualRest: Duration = .minutes(5)

    init(_ answer: Answer) {
        func json(_ name: String) -> JSON? { answer.field(name).flatMap { try? JSON(parsing: Array($0.utf8)) } }
        if let app = json("x-app-usage") { read(app) }
        for (_, value) in (json("x-business-use-case-usage")?.object ?? []).map({ ($0.name, $0.value) }) {
            for use in value.array ?? [] {
                read(use)
                if let minutes = Self.number(use["estimated_time_to_regain_access"]) {
                    regain = max(regain, Self.duration(minutes * 60))
                }
            }
        }
        if let account = json("x-ad-account-usage"), let used = Self.number(account["acc_id_util_pct"]) {
            percent = max(percent, used)
            if used >= 100, let seconds = Self.number(account["reset_time_duration"]) {
                regain = max(regain, Self.duration(seconds))
            }
        }
    }

    private mutating func read(_ usage: JSON) {
        for name in ["call_count", "total_time", "total_cputime"] {
            if let used = Self.number(usage[name]) { percent = max(percent, used) }
        }
    }

    /// How long the lane should make no further call, whatever the answer; `nil`: nothing to worry about.
    var rest: Duration? {
        if regain > .zero { return regain }
        if percent >= 100 { return Self.usualRest }
        guard percent > Self.threshold else { return nil }
        return Self.longestPause * ((percent - Self.threshold) / (100 - Self.threshold))
    }

    private static func number(_ value: JSON?) -> Double? {
        guard case .number(let text)? = value, let number = Double(text), number.isFinite, number >= 0 else {
            return nil
        }
        return number
    }

    /// At most a day.
    private static func duration(_ seconds: Double) -> Duration { .seconds(min(seconds, 86_400)) }
}
