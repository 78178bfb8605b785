import Curl
import Domain

/// What a platform says in its own words about a quota that several lanes share: that it is used up, and for how long.
package struct SpentQuota: Sendable, Equatable {
    package enum Window: Sendable, Equatable {
        case minute
        case day
        /// It does not say which.
        case unsaid
    }

    package var window: Window
    /// Until it is filled again.
    package var time: Duration

    package init(_ window: Window, for time: Duration) {
        self.window = window
        self.time = time
    }

    /// How long a minute's quota takes to be filled again.
    static let minute: Duration = .minutes(1)
}

extension SpentQuota {
    /// `named` is the limit as Google calls it, `IngestionMutateRequestsPerDayPerProject` (limits page of the Data
    /// Manager API), or the sentence about it; `asked` what Google wants to be waited. Nothing outlasts the day: its
    /// quota begins anew at midnight in California.
    init(named text: String, asked: Duration?, _ answer: Answer) {
        let letters = text.lowercased().filter { $0 != " " }
        window = letters.contains("perday") ? .day : letters.contains("perminute") ? .minute : .unsaid
        let end = answer.untilMidnightPacific
        time = min(asked ?? (window == .day ? end : Self.minute), end)
    }
}
