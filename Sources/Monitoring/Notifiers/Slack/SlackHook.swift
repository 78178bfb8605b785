package import Domain

/// What Slack's buttons may do: who has pressed, whether he may, and what follows. Pure; the edge posts and writes.
package struct SlackHook: Equatable, Sendable {
    /// An app whose buttons are taken, and the team whose people are meant where a contact does not say.
    package struct App: Equatable, Sendable {
        package var signingSecret: Secret
        package init(signingSecret: Secret) { self.signingSecret = signingSecret }
    }

    package var apps: [App]
    package var contacts: [Contact]

    package init(apps: [App], contacts: [Contact]) {
        self.apps = apps
        self.contacts = contacts
    }

    /// Reads the channels that have buttons.
    package init(_ channels: [Channel], contacts: [Contact]) {
        apps = channels.compactMap { channel in
            guard case .slack(let slack) = channel.kind else { return nil }
            return slack.signingSecret.map { App(signingSecret: $0) }
        }
        self.contacts = contacts
    }

    /// Throws unless one of the apps has signed it lately.
    package func check(
        signature: String?, timestamp: String?, body: [UInt8], at now: Instant
    ) throws(SlackSignature.Refusal) {
        var refusal = SlackSignature.Refusal.wrong
        for app in apps {
            do throws(SlackSignature.Refusal) {
                try SlackSignature.check(
                    signature, timestamp: timestamp, body: body, secret: app.signingSecret.value, now: now)
                return
            } catch {
                if refusal == .wrong { refusal = error }
            }
        }
        throw refusal
    }

    package func contact(_ press: SlackInteraction) -> Contact? {
        contacts.first { $0.slackUser == press.user && ($0.slackTeam == nil || $0.slackTeam == press.team) }
    }

    /// What a press comes to.
    package enum Decision: Equatable, Sendable {
        case carryOut(AlertCommand, by: String)
        /// Told to the one who pressed, and to nobody else.
        case answer(JSON)
    }

    /// `diagnosis` is what the checklist came to, if it has looked.
    package func decide(_ press: SlackInteraction, diagnosis: Diagnosis?) -> Decision {
        guard let contact = contact(press) else {
            return .answer(
                Self.privately(
                    """
                    Your Slack account is not linked to a person here, so nothing has been done. Ask your \
                    administrator to add 
                    """
                        + "slack: { user: \"\(press.user)\", team: \"\(press.team)\" } to your entry under contacts."))
        }
        guard contact.mayAct else {
            return .answer(Self.privately("You can view alerts but not change them. No action taken."))
        }
        let by = contact.title
        switch press.action {
        case .acknowledge: return .carryOut(.acknowledge(), by: by)
        case .resolve: return .carryOut(.resolve(reason: "closed in Slack"), by: by)
        case .ours: return .carryOut(.judge(.ours), by: by)
        case .platform: return .carryOut(.judge(.platform), by: by)
        case .planned: return .carryOut(.judge(.planned), by: by)
        case .notAProblem: return .carryOut(.judge(.notAProblem), by: by)
        case .newNormal: return .carryOut(.judge(.newNormal), by: by)
        case .client:
            guard diagnosis?.mayNameClient == true else { return .answer(Self.refusal(press, diagnosis)) }
            return .carryOut(.judge(.client), by: by)
        case .clientConfirmed, .clientTested, .clientKnown:
            return .carryOut(
                .judge(.client, reason: "although our side was not excluded: \(press.action.label.lowercased())"),
                by: by)
        }
    }

    /// Why "client's side" is not taken yet, and what to press if one knows better.
    private static func refusal(_ press: SlackInteraction, _ diagnosis: Diagnosis?) -> JSON {
        let why =
            diagnosis.map { "Our side is not excluded yet. \($0.next.text)" }
            ?? "The checklist has not run for this alert yet, so it is not known whether it is our side."
        let words = "\(why)\nIf it is the client's side all the same, say how you know:"
        return [
            "response_type": "ephemeral", "replace_original": false, "text": .string(words),
            "blocks": [
                ["type": "section", "text": ["type": "mrkdwn", "text": .string(SlackWriting.escaped(words))]],
                [
                    "type": "actions",
                    "elements": .array(
                        SlackInteraction.Action.overriding.map { action in
                            [
                                "type": "button", "action_id": .string(action.rawValue),
                                "text": ["type": "plain_text", "text": .string(action.label)],
                                "value": .string(press.alert.description),
                            ]
                        }),
                ],
            ],
        ]
    }

    /// A message that only the one who pressed sees.
    package static func privately(_ words: String) -> JSON {
        [
            "response_type": "ephemeral", "replace_original": false,
            "text": .string(SlackWriting.escaped(words)),
        ]
    }

    /// Whether a private answer may be sent there: to Slack, or to where the channels' messages go. Nobody else can
    /// make us call.
    package static func isResponseURL(_ url: String, endpoints: [String]) -> Bool {
        if url.hasPrefix("https://hooks.slack.com/") { return true }
        return endpoints.contains { endpoint in
            let parts = endpoint.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
            return parts.count >= 3 && url.hasPrefix(parts.prefix(3).joined(separator: "/") + "/")
        }
    }
}
