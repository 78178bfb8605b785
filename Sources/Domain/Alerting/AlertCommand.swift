/// What a person or a tool may do to an alert.
package enum AlertCommand: Equatable, Sendable {
    /// "I look after it." Ends by itself after `time`, or after what the severity allows. The first to say so becomes
    /// the owner.
    case acknowledge(time: Duration? = nil)
    case resolve(reason: String)
    /// Nothing more about it until then; after that it asks loudly.
    case snooze(until: Instant)
    case own(owner: String, team: String? = nil)
    /// Read by the team; `forClient`: also by the client's own people, who otherwise see of an alert that it is there,
    /// how much it is about and how it ended.
    case note(String, forClient: Bool = false)
    /// Whose side it is. `planned`, `notAProblem` and `newNormal` end the alert; the others acknowledge it.
    case judge(Alert.Verdict.Side, cause: String = "", reason: String = "")
    /// An answer of the machine that looks for causes; told as an update.
    case investigated(String)
}

/// Why a command was not carried out.
package enum AlertRefusal: Error, Equatable, CustomStringConvertible {
    case notFound
    case resolved(AlertID)
    case past
    case tooLong(maximum: Duration)
    case empty(field: String)
    /// Only missing leads can become what is usual.
    case noLevel

    package var description: String {
        switch self {
        case .notFound: "There is no alert with this number."
        case .resolved(let id): "\(id) is resolved already."
        case .past: "The given time has already passed."
        case .tooLong(let maximum): "At most \(maximum.words) are possible."
        case .empty(let field): "Give \(field)."
        case .noLevel: "Only an alert about missing leads can be the new normal."
        }
    }
}

extension Duration {
    /// For people: `45 seconds`, `20 minutes`, `3 hours`, `2 days`; the biggest unit of which there are at least two,
    /// rounded.
    package var words: String {
        let seconds = max(0, milliseconds / 1000)
        func say(_ unit: Int64, _ name: String) -> String {
            let count = (seconds + unit / 2) / unit
            return "\(count) \(name)\(count == 1 ? "" : "s")"
        }
        switch seconds {
        case ..<120: return say(1, "second")
        case ..<7200: return say(60, "minute")
        case ..<172_800: return say(3600, "hour")
        default: return say(86_400, "day")
        }
    }
}
