package import Curl
package import Domain

/// Slack by a bot token: one message for each alert, edited as it goes on; its story in the thread.
///
/// An edit notifies nobody, so what somebody has to hear is also said in the thread, and shown in the channel
/// (`reply_broadcast`) if it is loud. Source of methods, errors and limits: docs.slack.dev, "chat.postMessage",
/// "chat.update", "conversations.history", "conversations.replies", "Rate limits".
package struct SlackNotifier: Notifier {
    let slack: Channel.Slack

    package init(_ slack: Channel.Slack) { self.slack = slack }

    /// About one message a second and channel; edits are another method with a limit of its own (tier 3, 50 a minute).
    package var pace: ChannelPace {
        ChannelPace(
            spacing: .milliseconds(1100), bundlesFrom: 6, updateSpacing: .seconds(45), looksBack: slack.readsHistory)
    }

    /// The steps, in their order.
    private enum Step {
        static let look = "look"
        static let post = "post"
        static let edit = "edit"
        static let lookInThread = "look_in_thread"
        static let reply = "reply"
        static let client = "client"
    }

    /// Where a message is; a timestamp is a name and never a number.
    struct Place: Equatable {
        var channel: String
        var ts: String
        /// It tells of several alerts, so it is not edited for one of them.
        var isShared = false

        init(channel: String, ts: String, isShared: Bool = false) {
            self.channel = channel
            self.ts = ts
            self.isShared = isShared
        }

        /// Reads what `text` writes.
        init?(_ text: String) {
            guard let json = try? JSON(parsing: Array(text.utf8)), let channel = json["channel"]?.string,
                let ts = json["ts"]?.string
            else { return nil }
            self.init(channel: channel, ts: ts, isShared: json["shared"]?.bool ?? false)
        }

        var text: String {
            var members: [JSON.Member] = [.init("channel", .string(channel)), .init("ts", .string(ts))]
            if isShared { members.append(.init("shared", true)) }
            return JSON.object(members).text
        }
    }

    package func next(_ errand: SendJob, at now: Instant) -> Call? {
        guard let place = place(errand) else {
            // Posted and not taken: there is nothing more to try.
            guard errand.done[Step.post] == nil else { return nil }
            if errand.isUncertain, slack.readsHistory, errand.done[Step.look] == nil {
                return lookInChannel(errand)
            }
            return call(Step.post, "chat.postMessage", SlackWriting.root(errand.parcel, slack: slack))
        }
        let isPosted = errand.done[Step.post] != nil
        if !isPosted, !place.isShared, errand.done[Step.edit] == nil, case .single = errand.parcel {
            let members = SlackWriting.root(errand.parcel, slack: slack)
                .filter { $0.name != "channel" && $0.name != "metadata" && $0.name != "unfurl_links" }
            return call(
                Step.edit, "chat.update",
                [.init("channel", .string(place.channel)), .init("ts", .string(place.ts))] + members)
        }
        guard let story = SlackWriting.story(errand.parcel, isNew: isPosted || isFound(errand), in: place) else {
            return nil
        }
        if errand.done[Step.reply] == nil, errand.done[Step.lookInThread] != Self.wasSaid {
            if errand.isUncertain, !isPosted, slack.readsHistory, errand.done[Step.lookInThread] == nil {
                return lookInThread(place)
            }
            return call(Step.reply, "chat.postMessage", story)
        }
        if errand.done[Step.client] == nil, let message = SlackWriting.clientMessage(errand.parcel, in: place) {
            return call(Step.client, "chat.postMessage", message)
        }
        return nil
    }

    /// What is noted of a thread in which the answer stands already.
    private static let wasSaid = "said"

    /// The message that an earlier attempt posted has been found: its beginning need not be told again. An end is told
    /// all the same, since it may have been found as it was before.
    private func isFound(_ errand: SendJob) -> Bool {
        guard errand.done[Step.look].flatMap(Place.init) != nil else { return false }
        return errand.parcel.bulletins.allSatisfy { !$0.isClosing }
    }

    /// The message that the errand edits or answers, if there is one.
    private func place(_ errand: SendJob) -> Place? {
        if let posted = errand.done[Step.post] { return Place(posted) }
        if let found = errand.done[Step.look].flatMap(Place.init) { return found }
        guard !errand.startsOver, let first = errand.parcel.bulletins.first else { return nil }
        return Place(first.reference)
    }

    package func reference(_ errand: SendJob) -> String? {
        guard var place = place(errand) else { return nil }
        if case .digest = errand.parcel { place.isShared = true }
        return place.text
    }

    private func call(_ step: String, _ method: String, _ members: [JSON.Member]) -> Call {
        Call(
            step,
            .transfer(
                Transfer(
                    "POST", "\(slack.endpoint)/\(method)",
                    fields: [
                        ("Content-Type", "application/json; charset=utf-8"),
                        ("Authorization", "Bearer \(slack.token.value)"),
                    ], body: JSON.object(members).bytes)))
    }

    /// Messages of the last hours are enough: nothing is retried for longer without having been settled in between.
    private func lookInChannel(_ errand: SendJob) -> Call {
        let first = errand.parcel.bulletins.map(\.alert.opened).min() ?? Instant(seconds: 0)
        return query(
            Step.look, "conversations.history",
            "channel=\(slack.channel)&oldest=\(first.seconds - 60)&limit=200&include_all_metadata=true")
    }

    private func lookInThread(_ place: Place) -> Call {
        query(
            Step.lookInThread, "conversations.replies",
            "channel=\(place.channel)&ts=\(place.ts)&limit=200&include_all_metadata=true")
    }

    private func query(_ step: String, _ method: String, _ query: String) -> Call {
        Call(
            step,
            .transfer(
                Transfer(
                    "GET", "\(slack.endpoint)/\(method)?\(query)",
                    fields: [("Authorization", "Bearer \(slack.token.value)")])))
    }

    package func masked(_ transfer: Transfer) -> Transfer {
        var transfer = transfer
        transfer.fields = transfer.fields.map { $0.name == "Authorization" ? ($0.name, "Bearer ***") : $0 }
        return transfer
    }
}

// MARK: Answers

extension SlackNotifier {
    /// Nothing gets through before somebody has looked after the app or the channel.
    static let broken: Set<String> = [
        "channel_not_found", "not_in_channel", "is_archived", "invalid_auth", "not_authed", "account_inactive",
        "token_revoked", "token_expired", "missing_scope", "no_permission", "restricted_action", "access_denied",
        "ekm_access_denied", "org_login_required", "team_access_not_granted", "user_not_found",
        "not_allowed_token_type",
    ]
    /// This message is not taken, whoever sends it.
    static let refused: Set<String> = [
        "no_text", "msg_too_long", "too_many_attachments", "invalid_form_data", "invalid_blocks",
        "invalid_blocks_format", "invalid_json", "json_not_object", "metadata_too_large", "invalid_metadata_format",
        "invalid_metadata_schema",
    ]
    /// The message to be edited or answered is not there any more, or not ours to edit.
    static let gone: Set<String> = [
        "message_not_found", "cant_update_message", "edit_window_closed", "thread_not_found", "message_deleted",
        "cannot_reply_to_message",
    ]
    static let throttled: Set<String> = ["ratelimited", "rate_limited", "message_limit_exceeded"]
    static let transient: Set<String> = [
        "internal_error", "fatal_error", "request_timeout", "service_unavailable", "team_added_to_org",
    ]

    package func read(_ answer: CallAnswer, to call: Call, of errand: SendJob) -> NoticeReading {
        guard case .transfer(let result) = answer else { preconditionFailure("Slack answers requests") }
        switch result {
        case .failure(let error): return NoticeReading(error)
        case .success(let answer):
            guard answer.status == 200, let json = answer.json, let isFine = json["ok"]?.bool else {
                // The body of a 200 decides; without one nobody knows whether the message was taken.
                if answer.status == 200 {
                    return .retry(.init(.unclassified, AnswerWords.unreadable, isUncertain: true))
                }
                return NoticeReading(status: answer)
            }
            if isFine { return .done(note(call.step, json, errand)) }
            return refusal(json["error"]?.string ?? "", call, answer)
        }
    }

    private func refusal(_ error: String, _ call: Call, _ answer: Answer) -> NoticeReading {
        let reason = "Slack says \(error.isEmpty ? "no" : plain(error))"
        // Looking is a help and no condition: without the right to it, a duplicate is better than a loss.
        if call.step == Step.look || call.step == Step.lookInThread, !Self.throttled.contains(error),
            !Self.transient.contains(error)
        {
            return .done("")
        }
        if Self.broken.contains(error) { return .broken(reason: reason) }
        if Self.gone.contains(error) { return .startOver }
        if Self.refused.contains(error) { return .refused(reason: reason) }
        if Self.throttled.contains(error) { return .retry(.init(.throttled, reason, after: answer.retryAfter)) }
        if Self.transient.contains(error) { return .retry(.init(.fault, reason, isUncertain: true)) }
        return .retry(.init(.unclassified, reason))
    }

    private func note(_ step: String, _ json: JSON, _ errand: SendJob) -> String {
        switch step {
        case Step.post:
            return Place(
                channel: json["channel"]?.string ?? slack.channel, ts: json["ts"]?.string ?? "",
                isShared: errand.parcel.isDigest
            ).text
        case Step.look: return found(in: json, errand)
        case Step.lookInThread: return isSaid(in: json, errand) ? Self.wasSaid : ""
        default: return json["ts"]?.string ?? ""
        }
    }

    /// Our message among those of the channel.
    private func found(in json: JSON, _ errand: SendJob) -> String {
        guard let key = errand.parcel.bulletins.first.map({ SlackWriting.name(of: errand.parcel, $0) }) else {
            return ""
        }
        for message in json["messages"]?.array ?? []
        where message["metadata"]?["event_payload"]?["alert"]?.string == key {
            guard let ts = message["ts"]?.string else { continue }
            return Place(channel: slack.channel, ts: ts, isShared: errand.parcel.isDigest).text
        }
        return ""
    }
}

extension SlackNotifier {
    /// Whether our answer is among those of the thread.
    private func isSaid(in json: JSON, _ errand: SendJob) -> Bool {
        guard let bulletin = errand.parcel.bulletins.first else { return false }
        return (json["messages"]?.array ?? []).contains { message in
            let payload = message["metadata"]?["event_payload"]
            return payload?["alert"]?.string == SlackWriting.storyName(of: errand.parcel, bulletin)
                && payload?["message"]?.string == bulletin.messageName
        }
    }
}

extension OutgoingMessage {
    var isDigest: Bool { if case .digest = self { true } else { false } }
}
