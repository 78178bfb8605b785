/// Why a lane makes no request although it could.
package enum RestReason: Equatable, Sendable {
    /// The platform said for how long, or told that its limits are nearly used up.
    case asked
    /// It was too busy for us and did not say for how long: longer each time in a row.
    case throttled
    /// It said which quota of the Cloud project is used up, to this lane.
    case spent(SpentQuota.Window)
    /// It said so to another lane of the project.
    case spentBy(String, SpentQuota.Window)

    init(_ reading: Reading, isAsked: Bool) {
        self = reading.spent.map { .spent($0.window) } ?? (isAsked ? .asked : .throttled)
    }

    /// To go before "until …".
    package var words: String {
        switch self {
        case .asked: "the platform asked to be left alone"
        case .throttled: "the platform was too busy and did not say for how long; nothing is sent"
        case .spent(let window): "\(Self.quota(window)) is used up, as Google says; nothing is sent"
        case .spentBy(let lane, let window):
            "\(Self.quota(window)) is used up, as Google told \(lane), which shares it; nothing is sent"
        }
    }

    private static func quota(_ window: SpentQuota.Window) -> String {
        switch window {
        case .minute: "the Cloud project's quota for the minute"
        case .day: "the Cloud project's quota for the day"
        case .unsaid: "the Cloud project's quota"
        }
    }
}
