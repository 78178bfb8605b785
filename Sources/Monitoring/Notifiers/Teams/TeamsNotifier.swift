package import Curl
package import Domain

/// Microsoft Teams by a webhook of Workflows (learn.microsoft.com, "Create incoming webhooks with Workflows"): a
/// message with one Adaptive Card. A workflow answers 202 and tells nothing of the message, so it can be neither edited
/// nor answered: each stands for itself.
package struct TeamsNotifier: Notifier {
    let teams: Channel.Teams

    package init(_ teams: Channel.Teams) { self.teams = teams }

    /// Four requests a second are taken (learn.microsoft.com, "Create Incoming Webhooks"), and people read fewer.
    package var pace: ChannelPace { ChannelPace(spacing: .seconds(1), bundlesFrom: 4) }

    package func next(_ errand: SendJob, at now: Instant) -> Call? {
        guard errand.done["post"] == nil else { return nil }
        return Call("post", .transfer(Transfer(posting: TeamsCard.message(errand.parcel), to: teams.url.value)))
    }

    package func read(_ answer: CallAnswer, to call: Call, of errand: SendJob) -> NoticeReading {
        .plainly(answer, "Teams")
    }

    /// The address is the secret: its signature stands in the query, and in older ones in the path.
    package func masked(_ transfer: Transfer) -> Transfer {
        var transfer = transfer
        transfer.url = "https://***"
        return transfer
    }
}

/// The card (adaptivecards.io/explorer, version 1.4, which Teams shows everywhere).
enum TeamsCard {
    /// A message of about 28 KB is the most (learn.microsoft.com/connectors/teams, "Known issues and limitations");
    /// escapes and frame are counted, so texts are cut far below.
    static let longestTitle = 200
    static let longestParagraph = 700
    static let longestFact = 120
    /// Of all paragraphs together.
    static let longestBody = 5000

    static func message(_ parcel: OutgoingMessage) -> JSON {
        let message = PlainMessage(parcel, withStory: true)
        var body: [JSON] = [
            [
                "type": "TextBlock", "size": "Large", "weight": "Bolder", "wrap": true,
                "color": message.isOver ? "Good" : message.isCritical ? "Attention" : "Warning",
                "text": .string(escaped(message.title.cut(longestTitle))),
            ]
        ]
        var left = longestBody
        for paragraph in message.paragraphs {
            let text = paragraph.cut(min(longestParagraph, max(1, left)))
            left -= text.utf16.count
            if left <= 0 { break }
            body.append(["type": "TextBlock", "wrap": true, "text": .string(escaped(text))])
        }
        if !message.facts.isEmpty {
            body.append([
                "type": "FactSet",
                "facts": .array(
                    message.facts.map {
                        [
                            "title": .string(escaped($0.name.cut(longestFact))),
                            "value": .string(escaped($0.value.cut(longestFact))),
                        ]
                    }),
            ])
        }
        var card: [JSON.Member] = [
            .init("$schema", "http://adaptivecards.io/schemas/adaptive-card.json"), .init("type", "AdaptiveCard"),
            .init("version", "1.4"), .init("body", .array(body)), .init("msteams", ["width": "Full"]),
        ]
        if let link = message.link {
            card.append(
                .init(
                    "actions",
                    [["type": "Action.OpenUrl", "title": .string(link.title), "url": .string(link.url)]]))
        }
        return [
            "type": "message",
            "attachments": [
                [
                    "contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": .null,
                    "content": .object(card),
                ]
            ],
        ]
    }

    /// A text block knows a part of Markdown (learn.microsoft.com, "Text features in Adaptive Cards"): emphasis, lists,
    /// links. A line that begins as a list would become one.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            if #"\*_[]"#.contains(character) { result.append("\\") }
            result.append(character)
        }
        if let first = result.first, "-+#".contains(first) { result = "\\" + result }
        return result
    }
}
