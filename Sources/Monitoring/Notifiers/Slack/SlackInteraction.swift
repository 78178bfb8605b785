package import Domain

/// Somebody has pressed a button below a message: the `payload` of Slack's interactivity (docs.slack.dev,
/// "block_actions").
package struct SlackInteraction: Equatable, Sendable {
    package enum Action: String, CaseIterable, Sendable {
        case acknowledge = "leadrelay_acknowledge"
        case resolve = "leadrelay_resolve"
        case ours = "leadrelay_ours"
        case client = "leadrelay_client"
        case platform = "leadrelay_platform"
        case planned = "leadrelay_planned"
        case notAProblem = "leadrelay_not_a_problem"
        /// Only once people have been asked.
        case newNormal = "leadrelay_new_normal"
        // Below the private message that says why "client's side" was refused: all the same, and why.
        case clientConfirmed = "leadrelay_client_confirmed"
        case clientTested = "leadrelay_client_tested"
        case clientKnown = "leadrelay_client_known"

        static let onMessages: [Action] = [.acknowledge, .resolve, .ours, .client, .platform, .planned, .notAProblem]
        package static let overriding: [Action] = [.clientConfirmed, .clientTested, .clientKnown]

        package var label: String {
            switch self {
            case .acknowledge: "Acknowledge"
            case .resolve: "Resolve"
            case .ours: "Ours, fixing"
            case .client: "Client's side"
            case .platform: "Platform"
            case .planned: "Planned"
            case .notAProblem: "Not a problem"
            case .newNormal: Alert.Verdict.Side.newNormal.words
            case .clientConfirmed: "They have confirmed it"
            case .clientTested: "We have tested it ourselves"
            case .clientKnown: "Known from before"
            }
        }
    }

    package var action: Action
    package var alert: AlertID
    package var user: String
    package var team: String
    /// Where a private answer can be given, five times within half an hour.
    package var responseURL: String

    package init(_ action: Action, _ alert: AlertID, user: String, team: String, responseURL: String = "") {
        self.action = action
        self.alert = alert
        self.user = user
        self.team = team
        self.responseURL = responseURL
    }

    /// `nil` for everything that is not a press of one of our buttons.
    package init?(_ payload: JSON) {
        guard payload["type"]?.string == "block_actions", let pressed = payload["actions"]?[0],
            let action = pressed["action_id"]?.string.flatMap(Action.init),
            let alert = pressed["value"]?.string.flatMap({ AlertID($0) }), let user = payload["user"]?["id"]?.string,
            let team = payload["team"]?["id"]?.string ?? payload["user"]?["team_id"]?.string
        else { return nil }
        self.init(action, alert, user: user, team: team, responseURL: payload["response_url"]?.string ?? "")
    }
}
