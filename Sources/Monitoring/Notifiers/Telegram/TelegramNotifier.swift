package import Curl
package import Domain

/// Telegram's Bot API (core.telegram.org/bots/api: `sendMessage`, `editMessageText`, "Making requests"): one message
/// for each alert, edited as it goes on; what somebody has to hear is an answer to it, because an edit notifies nobody.
package struct TelegramNotifier: Notifier {
    let telegram: Channel.Telegram

    package init(_ telegram: Channel.Telegram) { self.telegram = telegram }

    /// One message a second and chat, twenty a minute in a group (core.telegram.org/bots/faq, "My bot is hitting
    /// limits").
    package var pace: ChannelPace {
        ChannelPace(
            spacing: .milliseconds(1100), windows: [.init(20, in: .minutes(1))], bundlesFrom: 4,
            updateSpacing: .seconds(45))
    }

    private enum Step {
        static let post = "post"
        /// Once more, to the chat that the group has become.
        static let postMoved = "post_moved"
        static let edit = "edit"
        static let reply = "reply"
    }

    /// Where a message is.
    struct Place: Equatable {
        var chat: String
        var message: Int64
        /// It tells of several alerts, so it is not edited for one of them.
        var isShared = false

        init(chat: String, message: Int64, isShared: Bool = false) {
            self.chat = chat
            self.message = message
            self.isShared = isShared
        }

        /// Reads what `text` writes.
        init?(_ text: String) {
            guard let json = try? JSON(parsing: Array(text.utf8)), let chat = json["chat"]?.string,
                let message = json["message"]?.integer
            else { return nil }
            self.init(chat: chat, message: message, isShared: json["shared"]?.bool ?? false)
        }

        var text: String {
            var members: [JSON.Member] = [.init("chat", .string(chat)), .init("message", JSON(message))]
            if isShared { members.append(.init("shared", true)) }
            return JSON.object(members).text
        }
    }

    package func next(_ errand: SendJob, at now: Instant) -> Call? {
        guard let place = place(errand) else {
            if errand.done[Step.postMoved] != nil { return nil }
            guard let posted = errand.done[Step.post] else { return post(Step.post, telegram.chat, errand) }
            return movedChat(posted).map { post(Step.postMoved, $0, errand) }
        }
        let isPosted = errand.done[Step.post] != nil
        guard !isPosted else { return nil }
        if !place.isShared, errand.done[Step.edit] == nil, !errand.parcel.isDigest {
            return call(
                Step.edit, "editMessageText",
                [
                    .init("chat_id", Self.chat(place.chat)), .init("message_id", JSON(place.message)),
                    .init("text", .string(TelegramText.message(errand.parcel))),
                ])
        }
        guard errand.done[Step.reply] == nil, let text = TelegramText.story(errand.parcel) else { return nil }
        return call(
            Step.reply, "sendMessage",
            address(place.chat) + [
                .init("text", .string(text)),
                .init(
                    "reply_parameters", ["message_id": JSON(place.message), "allow_sending_without_reply": true]),
            ])
    }

    private func post(_ step: String, _ chat: String, _ errand: SendJob) -> Call {
        call(step, "sendMessage", address(chat) + [.init("text", .string(TelegramText.message(errand.parcel)))])
    }

    private func address(_ chat: String) -> [JSON.Member] {
        var members: [JSON.Member] = [.init("chat_id", Self.chat(chat))]
        if let topic = telegram.topic { members.append(.init("message_thread_id", JSON(topic))) }
        return members
    }

    /// A number, or the `@name` of a public channel.
    private static func chat(_ chat: String) -> JSON { Int64(chat).map { JSON($0) } ?? .string(chat) }

    private func call(_ step: String, _ method: String, _ members: [JSON.Member]) -> Call {
        Call(
            step,
            .transfer(
                Transfer(
                    "POST", "\(telegram.endpoint)/bot\(telegram.token.value)/\(method)",
                    fields: [("Content-Type", "application/json")],
                    body: JSON.object(
                        members + [
                            .init("parse_mode", "HTML"), .init("link_preview_options", ["is_disabled": true]),
                        ]
                    ).bytes)))
    }

    /// The message that the errand edits or answers, if there is one.
    private func place(_ errand: SendJob) -> Place? {
        if let posted = errand.done[Step.postMoved] ?? errand.done[Step.post], let place = Place(posted) {
            return place
        }
        guard !errand.startsOver, errand.done[Step.post] == nil, let first = errand.parcel.bulletins.first else {
            return nil
        }
        return Place(first.reference)
    }

    package func reference(_ errand: SendJob) -> String? {
        guard var place = place(errand) else { return nil }
        if errand.parcel.isDigest { place.isShared = true }
        return place.text
    }

    // MARK: Answers

    /// What is noted of a group that has become a supergroup, which has another id ("ResponseParameters").
    private static let moved = "moved:"

    private func movedChat(_ note: String) -> String? {
        note.hasPrefix(Self.moved) ? String(note.dropFirst(Self.moved.count)) : nil
    }

    /// Descriptions are for people, and the only thing that tells a 400 from another.
    private static let refused = ["can't parse entities", "message is too long", "message text is empty"]
    private static let gone = [
        "message to edit not found", "message can't be edited", "message to be replied not found", "message_id_invalid",
    ]

    package func read(_ answer: CallAnswer, to call: Call, of errand: SendJob) -> NoticeReading {
        guard case .transfer(let result) = answer else { preconditionFailure("Telegram answers requests") }
        switch result {
        case .failure(let error): return NoticeReading(error)
        case .success(let answer):
            let words = answer.json?["description"]?.string ?? ""
            let reason = "Telegram says \(answer.status) \(plain(words))"
            let lower = words.lowercased()
            switch answer.status {
            case 200:
                guard answer.json?["ok"] == true else {
                    return .retry(.init(.unclassified, AnswerWords.unreadable, isUncertain: true))
                }
                guard call.step == Step.post || call.step == Step.postMoved else { return .done("") }
                let chat = answer.json?["result"]?["chat"]?["id"]?.integer.map { String($0) } ?? telegram.chat
                let message = answer.json?["result"]?["message_id"]?.integer
                return .done(message.map { Place(chat: chat, message: $0).text } ?? "")
            case 400:
                if let chat = answer.json?["parameters"]?["migrate_to_chat_id"]?.integer {
                    return call.step == Step.post ? .done("\(Self.moved)\(chat)") : .startOver
                }
                // It stands there already as we want it.
                if lower.contains("message is not modified") { return .done("") }
                if Self.gone.contains(where: lower.contains) { return .startOver }
                if Self.refused.contains(where: lower.contains) { return .refused(reason: reason) }
                if lower.contains("chat not found") || lower.contains("thread not found") {
                    return .broken(reason: reason)
                }
                return NoticeReading(status: answer)
            case 401, 403, 404: return .broken(reason: reason)
            case 429:
                // The time stands in the body ("ResponseParameters"), at most an hour as everywhere.
                let seconds = answer.json?["parameters"]?["retry_after"]?.integer
                let after = seconds.map { Duration.seconds(min(max($0, 0), 3600)) } ?? answer.retryAfter
                return .retry(.init(.throttled, "too many messages", after: after))
            default: return NoticeReading(status: answer)
            }
        }
    }

    /// The token is in the address.
    package func masked(_ transfer: Transfer) -> Transfer {
        var transfer = transfer
        transfer.url = transfer.url.replacing(telegram.token.value, with: "***")
        return transfer
    }
}

/// Texts in Telegram's HTML (core.telegram.org/bots/api, "HTML style"): 4,096 characters after the tags have been read.
enum TelegramText {
    static let longest = 4096
    static let longestTitle = 200
    static let longestParagraph = 600
    static let longestFact = 200

    static func message(_ parcel: OutgoingMessage) -> String {
        let message = PlainMessage(parcel, withStory: false)
        let sign = message.isOver ? "✅" : message.isCritical ? "🔴" : "🟡"
        var parts = ["\(sign) <b>\(escaped(message.title.cut(longestTitle)))</b>"]
        // Its tags and escapes are not counted: the words are.
        var left = longest - longestTitle - 200
        func add(_ words: String, _ html: String) {
            left -= words.utf16.count + 2
            if left > 0 { parts.append(html) }
        }
        for paragraph in message.paragraphs {
            let text = paragraph.cut(longestParagraph)
            add(text, escaped(text))
        }
        for fact in message.facts {
            let (name, value) = (fact.name.cut(longestFact), fact.value.cut(longestFact))
            add(name + value, "<i>\(escaped(name))</i>: \(escaped(value))")
        }
        if let link = message.link { parts.append("<a href=\"\(escaped(link.url))\">\(escaped(link.title))</a>") }
        return parts.joined(separator: "\n")
    }

    /// What is to be said in answer to the message; `nil` if nothing that somebody has to hear.
    static func story(_ parcel: OutgoingMessage) -> String? {
        switch parcel {
        case .digest(let bulletins):
            return escaped("\(bulletins.count) of these are over:\n" + bulletins.map(\.line).joined(separator: "\n"))
                .cut(longest)
        case .single(let bulletin):
            let lines = bulletin.story.isEmpty && bulletin.isLoud ? [bulletin.headline] : bulletin.story
            guard !lines.isEmpty else { return nil }
            return escaped(lines.joined(separator: "\n").cut(longest / 2))
        }
    }

    static func escaped(_ text: String) -> String { SlackWriting.escaped(text).replacing("\"", with: "&quot;") }
}
