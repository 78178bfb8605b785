import Crypto
package import Domain
import HTTP
import Service

/// Slack's Web API under `/slack/api/`, its incoming webhooks under `/slack/services/`, and the addresses for private
/// answers under `/slack/response/`. Errors and sizes as docs.slack.dev has them.
extension Sandbox {
    func slack(_ request: Request) -> Finding {
        if request.path.hasPrefix("/slack/services/") { return slackWebhook(request) }
        if request.path.hasPrefix("/slack/response/") { return slackResponse(request) }
        guard let token = request.field("authorization"), token.hasPrefix("Bearer xoxb-") else {
            return slackError("not_authed")
        }
        switch (request.method, request.path) {
        case (.post, "/slack/api/chat.postMessage"): return slackPost(request)
        case (.post, "/slack/api/chat.update"): return slackUpdate(request)
        case (.get, "/slack/api/conversations.history"): return slackMessages(request, inThread: false)
        case (.get, "/slack/api/conversations.replies"): return slackMessages(request, inThread: true)
        default: return slackError("unknown_method")
        }
    }

    private func slackError(_ error: String) -> Finding {
        .refused(.slack, .json(200, ["ok": false, "error": .string(error)]), error)
    }

    private func slackPost(_ request: Request) -> Finding {
        guard request.field("content-type")?.hasPrefix("application/json") == true,
            let body = try? JSON(parsing: request.body), body.object != nil
        else { return slackError("invalid_json") }
        guard let channel = body["channel"]?.string, let first = channel.first, "CDGU".contains(first) else {
            return slackError("channel_not_found")
        }
        if let error = SlackSizes.error(body) { return slackError(error) }
        let thread = body["thread_ts"]?.string
        let now = now
        let ts = channelMemory.withLock { memory -> String? in
            if let thread, !memory.slack.contains(where: { $0.channel == channel && $0.ts == thread }) { return nil }
            return memory.nextTimestamp(at: now)
        }
        guard let ts else { return slackError("thread_not_found") }
        let message = ChannelMemory.SlackMessage(
            channel: channel, ts: ts, thread: thread, isBroadcast: body["reply_broadcast"]?.bool ?? false,
            text: body["text"]?.string ?? "", content: body)
        var finding = Finding(
            platform: .slack,
            response: .json(200, ["ok": true, "channel": .string(channel), "ts": .string(ts), "message": body]),
            trace: ts)
        finding.keep(.slack, account: channel, id: ts, body)
        finding.effect = { [channelMemory] in
            channelMemory.update { memory in
                memory.slack.append(message)
                memory.slack.keepNewest()
            }
        }
        return finding
    }

    private func slackUpdate(_ request: Request) -> Finding {
        guard let body = try? JSON(parsing: request.body), let channel = body["channel"]?.string,
            let ts = body["ts"]?.string
        else { return slackError("invalid_json") }
        if let error = SlackSizes.error(body) { return slackError(error) }
        let isThere = channelMemory.withLock { memory in
            memory.slack.contains { $0.channel == channel && $0.ts == ts }
        }
        guard isThere else { return slackError("message_not_found") }
        var finding = Finding(
            platform: .slack, response: .json(200, ["ok": true, "channel": .string(channel), "ts": .string(ts)]),
            trace: ts)
        finding.effect = { [channelMemory] in
            channelMemory.update { memory in
                guard let index = memory.slack.firstIndex(where: { $0.channel == channel && $0.ts == ts }) else {
                    return
                }
                memory.slack[index].text = body["text"]?.string ?? ""
                // Metadata that is not given stays.
                let metadata = memory.slack[index].content["metadata"].map { JSON.Member("metadata", $0) }
                memory.slack[index].content = .object((body.object ?? []) + (metadata.map { [$0] } ?? []))
                memory.slack[index].edits += 1
            }
        }
        return finding
    }

    private func slackMessages(_ request: Request, inThread: Bool) -> Finding {
        let query = request.query.flatMap { try? FormFields(query: $0) }
        guard options.slackReadsHistory else { return slackError("missing_scope") }
        guard let channel = query?["channel"], channel.hasPrefix("C") || channel.hasPrefix("D") else {
            return slackError("channel_not_found")
        }
        let thread = query?["ts"]
        if inThread, thread == nil { return slackError("thread_not_found") }
        let messages = channelMemory.withLock { memory in
            memory.slack.filter { message in
                message.channel == channel
                    && (inThread ? message.thread == thread || message.ts == thread : message.thread == nil)
            }
        }
        let list = messages.reversed().prefix(200).map { message -> JSON in
            .object(
                [JSON.Member("ts", .string(message.ts)), JSON.Member("text", .string(message.text))]
                    + (message.content["metadata"].map { [JSON.Member("metadata", $0)] } ?? []))
        }
        return Finding(
            platform: .slack, response: .json(200, ["ok": true, "messages": .array(Array(list))]), trace: "")
    }

    private func slackWebhook(_ request: Request) -> Finding {
        func answer(_ status: Int, _ text: String) -> Response {
            Response(status, fields: [("Content-Type", "text/html")], body: Array(text.utf8))
        }
        guard request.method == .post, let body = try? JSON(parsing: request.body), body.object != nil,
            SlackSizes.error(body) == nil
        else { return .refused(.slack, answer(400, "invalid_payload"), "invalid_payload") }
        let now = now
        let ts = channelMemory.withLock { $0.nextTimestamp(at: now) }
        var finding = Finding(platform: .slack, response: answer(200, "ok"), trace: ts)
        finding.keep(.slack, account: "webhook", id: ts, body)
        finding.effect = { [channelMemory] in
            channelMemory.update { memory in
                memory.slack.append(
                    ChannelMemory.SlackMessage(
                        channel: "webhook", ts: ts, thread: nil, isBroadcast: false, text: body["text"]?.string ?? "",
                        content: body))
                memory.slack.keepNewest()
            }
        }
        return finding
    }

    private func slackResponse(_ request: Request) -> Finding {
        guard let body = try? JSON(parsing: request.body) else { return slackError("invalid_json") }
        var finding = Finding(platform: .slack, response: .json(200, ["ok": true]), trace: "")
        finding.effect = { [channelMemory] in
            channelMemory.update { memory in
                memory.privateReplies.append(body)
                memory.privateReplies.keepNewest()
            }
        }
        return finding
    }
}

/// The sizes that Slack refuses to go beyond (docs.slack.dev, "Blocks").
enum SlackSizes {
    /// The error for a message that is empty or too large somewhere.
    static func error(_ body: JSON) -> String? {
        let text = body["text"]?.string ?? ""
        let blocks = body["blocks"]?.array ?? []
        if text.isEmpty, blocks.isEmpty { return "no_text" }
        if text.utf16.count > 40_000 { return "msg_too_long" }
        return blocks.count > 50 || blocks.contains(where: isBad) ? "invalid_blocks" : nil
    }

    private static func isBad(_ block: JSON) -> Bool {
        func length(_ text: JSON?) -> Int { text?["text"]?.string?.utf16.count ?? 0 }
        func isText(_ text: JSON?, _ most: Int, _ types: [String] = ["mrkdwn", "plain_text"]) -> Bool {
            types.contains(text?["type"]?.string ?? "") && (1...most).contains(length(text))
        }
        switch block["type"]?.string {
        case "header": return !isText(block["text"], 150, ["plain_text"])
        case "section":
            let fields = block["fields"]?.array ?? []
            if block["text"] == nil, fields.isEmpty { return true }
            return block["text"].map { !isText($0, 3000) } ?? false || fields.count > 10
                || fields.contains { !isText($0, 2000) }
        case "context": return !(1...10).contains(block["elements"]?.array?.count ?? 0)
        case "actions":
            let elements = block["elements"]?.array ?? []
            let ids = elements.compactMap { $0["action_id"]?.string }
            return !(1...25).contains(elements.count) || Set(ids).count != elements.count
                || (block["block_id"]?.string?.count ?? 0) > 255
                || elements.contains {
                    !isText($0["text"], 75, ["plain_text"]) || ($0["value"]?.string?.count ?? 0) > 2000
                        || ($0["action_id"]?.string?.count ?? 0) > 255
                }
        case "divider": return false
        default: return true
        }
    }
}

/// A press of a button, as Slack would post it.
package struct SlackButtonPress: Sendable {
    package var fields: [(name: String, value: String)]
    package var body: [UInt8]

    /// `secret` is the app's signing secret. The private answer goes to `responseURL`.
    package init(
        action: String, value: String, user: String = "U1", team: String = "T1", channel: String = "C1",
        ts: String = "1.1", responseURL: String = "", secret: String, at now: Instant
    ) {
        let payload: JSON = [
            "type": "block_actions", "user": ["id": .string(user), "username": "somebody", "team_id": .string(team)],
            "team": ["id": .string(team), "domain": "example"], "channel": ["id": .string(channel)],
            "message": ["ts": .string(ts)], "trigger_id": "1.2.3", "response_url": .string(responseURL),
            "actions": [
                [
                    "type": "button", "action_id": .string(action), "block_id": "leadrelay", "value": .string(value),
                    "action_ts": "1.1",
                ]
            ],
        ]
        body = Array("payload=\(payload.text.formEncoded)".utf8)
        let code = HMAC.sha256(key: Array(secret.utf8), message: Array("v0:\(now.seconds):".utf8) + body)
        fields = [
            ("Content-Type", "application/x-www-form-urlencoded"), ("X-Slack-Request-Timestamp", "\(now.seconds)"),
            ("X-Slack-Signature", "v0=" + Hex.encode(code)),
        ]
    }
}

extension String {
    fileprivate var formEncoded: String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                result.append(byte)
            default: result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
