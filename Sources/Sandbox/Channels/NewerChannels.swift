import Crypto
import Domain
import HTTP
import Service

/// Alertmanager's API under `/am/`, a workflow of Microsoft Teams under `/teams/`, Telegram's Bot API under
/// `/telegram/`, Jira Service Management's integration events under `/jira/`, a receiver of signed webhooks under
/// `/alert-webhook/`.
///
/// Each refuses what the documents of its platform say that it refuses; the documents are named at the notifiers.
extension Sandbox {
    // MARK: Alertmanager

    /// `api/v2/openapi.yaml` of Alertmanager's repository, `postableAlerts`; label names as its `model.LabelName` has
    /// them.
    func alertmanagerAPI(_ request: Request) -> Finding {
        func refused(_ words: String) -> Finding {
            .refused(.alertmanagerAPI, .json(400, ["code": 602, "message": .string(words)]), "form")
        }
        guard request.path == "/am/api/v2/alerts", let alerts = (try? JSON(parsing: request.body))?.array else {
            return refused("parsing alerts body failed")
        }
        func isName(_ name: String) -> Bool {
            name.first.map { $0.isASCII && ($0.isLetter || $0 == "_") } ?? false
                && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        }
        for alert in alerts {
            guard let labels = alert["labels"]?.object, !labels.isEmpty, labels.allSatisfy({ isName($0.name) }),
                labels.allSatisfy({ $0.value.string?.isEmpty == false }),
                alert["annotations"]?.object?.allSatisfy({ isName($0.name) && $0.value.string != nil }) ?? true
            else { return refused("alerts: invalid label set") }
            for moment in ["startsAt", "endsAt"] {
                if let text = alert[moment]?.string, Instant(rfc3339: text) == nil {
                    return refused("\(moment) in body")
                }
            }
            if let start = alert["startsAt"]?.string.flatMap({ Instant(rfc3339: $0) }),
                let end = alert["endsAt"]?.string.flatMap({ Instant(rfc3339: $0) }), end < start
            {
                return refused("start time must be before end time")
            }
        }
        var finding = Finding(platform: .alertmanagerAPI, response: Response(200), trace: "am")
        finding.accounts = ["am"]
        finding.events = alerts.map {
            ReceivedEvent(platform: .alertmanagerAPI, id: $0["labels"]?["alert"]?.string ?? "", json: $0)
        }
        finding.deliveries = alerts.indices.map { ($0, 0) }
        finding.effect = { [channelMemory, now] in
            channelMemory.update { memory in
                for alert in alerts {
                    let end = alert["endsAt"]?.string.flatMap { Instant(rfc3339: $0) }
                    memory.managed.removeAll { $0["labels"] == alert["labels"] }
                    if end.map({ $0 > now }) ?? true { memory.managed.append(alert) }
                }
                memory.managed.keepNewest()
                memory.feeds += alerts
                memory.feeds.keepNewest()
            }
        }
        return finding
    }

    // MARK: Microsoft Teams

    /// The most that a workflow posts: about 28 KB.
    private static let longestCard = 28 * 1024

    func teams(_ request: Request) -> Finding {
        func refused(_ status: Int, _ words: String) -> Finding {
            .refused(.teams, .json(status, ["error": ["code": "BadRequest", "message": .string(words)]]), "card")
        }
        guard request.query?.contains("sig=") == true else { return refused(401, "The signature is missing.") }
        guard request.body.count <= Self.longestCard else { return refused(413, "Request Entity too large") }
        guard let body = try? JSON(parsing: request.body), body["type"] == "message",
            let attachment = body["attachments"]?[0],
            attachment["contentType"] == "application/vnd.microsoft.card.adaptive", let card = attachment["content"],
            card["type"] == "AdaptiveCard", ["1.2", "1.3", "1.4", "1.5"].contains(card["version"]?.string ?? ""),
            let elements = card["body"]?.array, !elements.isEmpty
        else { return refused(400, "The request body is not a message with an Adaptive Card.") }
        for element in elements {
            switch element["type"]?.string {
            case "TextBlock" where element["text"]?.string?.isEmpty == false: continue
            case "FactSet":
                guard
                    element["facts"]?.array?.allSatisfy({ $0["title"]?.string != nil && $0["value"]?.string != nil })
                        == true
                else { return refused(400, "A FactSet needs facts.") }
            default: return refused(400, "An element of the card is not valid.")
            }
        }
        let title = elements[0]["text"]?.string ?? ""
        var finding = Finding(platform: .teams, response: Response(202), trace: title)
        finding.keep(.teams, account: "channel", id: title, body)
        finding.effect = { [channelMemory] in
            channelMemory.update { memory in
                memory.cards.append(card)
                memory.cards.keepNewest()
            }
        }
        return finding
    }

    // MARK: Telegram

    /// In one piece: what the platform refuses, in the order in which it looks.
    func telegram(_ request: Request) -> Finding {
        func refused(_ status: Int, _ words: String) -> Finding {
            .refused(
                .telegram, .json(status, ["ok": false, "error_code": JSON(status), "description": .string(words)]),
                words)
        }
        let parts = request.path.split(separator: "/").map(String.init)
        guard parts.count == 3, parts[1].hasPrefix("bot"), parts[1].contains(":") else {
            return refused(404, "Not Found")
        }
        guard let body = try? JSON(parsing: request.body), let chat = body["chat_id"]?.words, !chat.isEmpty else {
            return refused(400, "Bad Request: chat_id is empty")
        }
        guard let html = body["text"]?.string, !html.isEmpty else {
            return refused(400, "Bad Request: message text is empty")
        }
        guard let words = body["parse_mode"] == "HTML" ? TelegramHTML.words(html) : html else {
            return refused(400, "Bad Request: can't parse entities")
        }
        guard words.utf16.count <= 4096 else { return refused(400, "Bad Request: message is too long") }
        let memory = channels
        let answered = body["reply_parameters"]?["message_id"]?.integer
        let edited = body["message_id"]?.integer
        let id: Int64
        switch parts[2] {
        case "sendMessage": id = channelMemory.withLock { Int64($0.nextSerial()) }
        case "editMessageText":
            guard let edited, let known = memory.telegram.first(where: { $0.id == edited && $0.chat == chat }) else {
                return refused(400, "Bad Request: message to edit not found")
            }
            if known.html == html {
                return refused(
                    400,
                    """
                    Bad Request: message is not modified: specified new message content and reply markup are \
                    exactly the same
                    """
                )
            }
            id = edited
        default: return refused(404, "Not Found")
        }
        var finding = Finding(
            platform: .telegram,
            response: .json(
                200,
                [
                    "ok": true,
                    "result": [
                        "message_id": JSON(id), "chat": ["id": Int64(chat).map { JSON($0) } ?? .string(chat)],
                        "text": .string(words),
                    ],
                ]), trace: "\(id)")
        finding.keep(.telegram, account: chat, id: "\(id)", body)
        finding.effect = { [channelMemory] in
            channelMemory.update { memory in
                if let index = memory.telegram.firstIndex(where: { $0.id == id }) {
                    memory.telegram[index].html = html
                    memory.telegram[index].edits += 1
                } else {
                    memory.telegram.append(.init(chat: chat, id: id, answers: answered, html: html))
                }
                memory.telegram.keepNewest()
            }
        }
        return finding
    }

    // MARK: Jira Service Management

    func jira(_ request: Request) -> Finding {
        func refused(_ status: Int, _ words: String) -> Finding {
            .refused(.jira, .json(status, ["message": .string(words), "requestId": "r"]), words)
        }
        guard request.field("authorization")?.hasPrefix("GenieKey ") == true else {
            return refused(401, "Could not authenticate")
        }
        let parts = request.path.split(separator: "/").map(String.init)
        guard parts.count >= 6, Array(parts[1..<6]) == ["jsm", "ops", "integration", "v2", "alerts"],
            let body = try? JSON(parsing: request.body)
        else { return refused(404, "No such resource") }
        let limits: [(String, Int)] = [
            ("message", 130), ("alias", 512), ("description", 15_000), ("entity", 512), ("source", 100), ("user", 100),
            ("note", 25_000),
        ]
        for (name, most) in limits where (body[name]?.string?.utf16.count ?? 0) > most {
            return refused(422, "Request body is not processable: \(name) can not be longer than \(most) characters")
        }
        let alias: String
        let action: String
        if parts.count == 6 {
            guard body["message"]?.string?.isEmpty == false else { return refused(422, "Message can not be empty") }
            if let priority = body["priority"]?.string, !["P1", "P2", "P3", "P4", "P5"].contains(priority) {
                return refused(422, "Priority should be one of [P1, P2, P3, P4, P5]")
            }
            let tags = body["tags"]?.array ?? []
            guard tags.count <= 20, tags.allSatisfy({ ($0.string?.utf16.count ?? 51) <= 50 }) else {
                return refused(422, "Tags are not valid")
            }
            guard (body["details"]?.object ?? []).allSatisfy({ $0.value.string != nil }),
                (body["details"]?.object ?? []).reduce(0, { $0 + $1.name.count + ($1.value.string?.count ?? 0) })
                    <= 8000
            else { return refused(422, "Details are not valid") }
            (alias, action) = (body["alias"]?.string ?? "", "create")
        } else {
            guard parts.count == 8, ["acknowledge", "close", "notes"].contains(parts[7]),
                request.query == "identifierType=alias"
            else { return refused(404, "No such resource") }
            if parts[7] == "notes", body["note"]?.string?.isEmpty != false {
                return refused(422, "Note can not be empty")
            }
            (alias, action) = (parts[6], parts[7])
        }
        var finding = Finding(
            platform: .jira,
            response: .json(202, ["result": "Request will be processed", "requestId": "r"]), trace: alias)
        finding.keep(.jira, account: action, id: alias, body)
        finding.effect = { [channelMemory] in
            channelMemory.update { $0.takeJira(action, alias: alias, body) }
        }
        return finding
    }

    // MARK: A receiver of signed webhooks

    /// What the imitated receiver has been given; not a secret of anybody.
    package static let alertWebhookSecret = "whsec_bm90IGEgc2VjcmV0LCBmb3IgdGhlIHNhbmRib3g="
    private static let tolerance: Int64 = 300

    func alertWebhook(_ request: Request) -> Finding {
        func refused(_ status: Int, _ words: String) -> Finding {
            .refused(.alertWebhook, .json(status, ["message": .string(words)]), words)
        }
        guard let id = request.field("webhook-id"), !id.contains("."), !id.isEmpty,
            let seconds = request.field("webhook-timestamp").flatMap({ Int64($0) }),
            let signatures = request.field("webhook-signature"), let key = WebhookSignature.key(Self.alertWebhookSecret)
        else { return refused(400, "the fields of Standard Webhooks are missing") }
        guard abs(now.seconds - seconds) <= Self.tolerance else { return refused(401, "the timestamp is too old") }
        let expected = WebhookSignature.make(id: id, seconds: seconds, body: request.body, key: key)
        guard signatures.split(separator: " ").contains(where: { constantTimeEqual(String($0), expected) }) else {
            return refused(401, "no signature fits")
        }
        guard let body = try? JSON(parsing: request.body), body["type"]?.string?.hasPrefix("alert.") == true,
            body["timestamp"]?.string.flatMap({ Instant(rfc3339: $0) }) != nil,
            body["data"]?["alerts"]?.array?.isEmpty == false
        else { return refused(400, "the body is none of an alert") }
        var finding = Finding(platform: .alertWebhook, response: Response(204), trace: id)
        finding.keep(.alertWebhook, account: String(request.path.dropFirst("/alert-webhook/".count)), id: id, body)
        finding.effect = { [channelMemory] in
            channelMemory.update { memory in
                memory.webhooks.append(body)
                memory.webhooks.keepNewest()
            }
        }
        return finding
    }
}

/// Telegram's "HTML style": known tags, closed in their order; `<`, `>` and `&` only as entities.
enum TelegramHTML {
    private static let tags: Set<String> = [
        "b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "a", "code", "pre", "blockquote", "tg-spoiler",
    ]

    /// The words without their tags; `nil` for what Telegram cannot parse.
    static func words(_ html: String) -> String? {
        var words = ""
        var open: [String] = []
        var rest = Substring(html)
        while let next = rest.first {
            switch next {
            case "<":
                guard let end = rest.firstIndex(of: ">") else { return nil }
                let inside = rest[rest.index(after: rest.startIndex)..<end]
                let isClosing = inside.hasPrefix("/")
                let name = String(inside.drop { $0 == "/" }.prefix { $0 != " " })
                guard tags.contains(name) else { return nil }
                if isClosing { guard open.popLast() == name else { return nil } } else { open.append(name) }
                rest = rest[rest.index(after: end)...]
            case ">": return nil
            case "&":
                guard
                    let entity = [("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\"")].first(where: {
                        rest.hasPrefix($0.0)
                    })
                else { return nil }
                words += entity.1
                rest = rest.dropFirst(entity.0.count)
            default:
                words.append(next)
                rest = rest.dropFirst()
            }
        }
        return open.isEmpty ? words : nil
    }
}
