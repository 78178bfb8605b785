import Crypto
import Domain

/// Messages as Slack takes them: a text for notifications, and blocks for the message itself.
///
/// Sizes are those of Block Kit (docs.slack.dev, "Blocks"): header 150, section 3,000, ten fields, 50 blocks. Sections
/// are cut earlier, because Slack counts its escapes.
enum SlackWriting {
    static let longestHeader = 150
    static let longestSection = 2800
    static let longestField = 1800
    static let mostFields = 10
    /// Lines of a digest; what is beyond is counted.
    static let mostLines = 20

    /// What a message in the channel carries so that it can be found again. One of many alerts is the same only if it
    /// tells of the same.
    static func name(of parcel: OutgoingMessage, _ bulletin: NotificationContent) -> String {
        switch parcel {
        case .single: return "\(bulletin.key)-\(bulletin.alert.opened.milliseconds)"
        case .digest(let bulletins):
            let all = SHA256.hex(of: bulletins.map(\.messageName).joined(separator: " ")).prefix(16)
            return "\(bulletin.surroundings.relay)-digest-\(bulletin.messageName)-\(all)"
        }
    }

    /// Everything of a message in the channel, as it stands now.
    static func root(_ parcel: OutgoingMessage, slack: Channel.Slack) -> [JSON.Member] {
        guard let first = parcel.bulletins.first else { return [] }
        let (text, blocks) =
            switch parcel {
            case .single(let bulletin): (bulletin.headline, blocks(bulletin, withButtons: slack.signingSecret != nil))
            case .digest(let bulletins): digest(bulletins)
            }
        return [
            .init("channel", .string(slack.channel)), .init("text", .string(escaped(text))),
            .init("blocks", .array(blocks)), .init("unfurl_links", false),
            .init("metadata", metadata(name(of: parcel, first), first.messageName)),
        ]
    }

    /// The message of an incoming webhook: the same without what it cannot have.
    static func plainMessage(_ parcel: OutgoingMessage) -> JSON {
        let (text, blocks) =
            switch parcel {
            case .single(let bulletin): (bulletin.headline, blocks(bulletin, withButtons: false) + events(bulletin))
            case .digest(let bulletins): digest(bulletins)
            }
        return ["text": .string(escaped(text)), "blocks": .array(blocks)]
    }

    /// What is to be said in the thread; `nil` if nothing.
    static func story(_ parcel: OutgoingMessage, isNew: Bool, in place: SlackNotifier.Place) -> [JSON.Member]? {
        guard let first = parcel.bulletins.first else { return nil }
        let lines: [String]
        let isLoud: Bool
        switch parcel {
        case .single(let bulletin):
            // A new message about something that is over says it all itself.
            if isNew, bulletin.isClosing { return nil }
            let subject = place.isShared ? "*\(escaped(bulletin.headline))*\n" : ""
            lines = bulletin.story.isEmpty && !isNew && bulletin.isLoud ? [bulletin.headline] : bulletin.story
            guard !lines.isEmpty else { return nil }
            isLoud = bulletin.isLoud && !isNew
            return reply(
                subject + lines.map(escaped).joined(separator: "\n") + checklist(bulletin), first, place, isLoud: isLoud
            )
        case .digest(let bulletins):
            // Begun: the message is the digest. Ended: an answer to it.
            if isNew { return nil }
            lines = digestLines(bulletins)
            return reply(
                "*\(bulletins.count) of these are over*\n" + lines.joined(separator: "\n"), first, place, isLoud: true,
                name: storyName(of: parcel, first))
        }
    }

    private static func reply(
        _ text: String, _ bulletin: NotificationContent, _ place: SlackNotifier.Place, isLoud: Bool, name: String? = nil
    ) -> [JSON.Member] {
        var members: [JSON.Member] = [
            .init("channel", .string(place.channel)), .init("thread_ts", .string(place.ts)),
            .init("text", .string(cut(text, longestSection))), .init("unfurl_links", false),
            .init("metadata", metadata(name ?? storyName(of: .single(bulletin), bulletin), bulletin.messageName)),
        ]
        if isLoud { members.append(.init("reply_broadcast", true)) }
        return members
    }

    /// What an answer in the thread carries so that it can be found again.
    static func storyName(of parcel: OutgoingMessage, _ bulletin: NotificationContent) -> String {
        (parcel.isDigest ? name(of: parcel, bulletin) : bulletin.key) + "-story"
    }

    /// The prepared message to the client's team, when somebody has just said that it is the client's move.
    static func clientMessage(_ parcel: OutgoingMessage, in place: SlackNotifier.Place) -> [JSON.Member]? {
        guard case .single(let bulletin) = parcel,
            bulletin.items.contains(where: { $0.event.kind == .judged }), bulletin.alert.verdict?.side == .client,
            let message = bulletin.surroundings.diagnosis?.message
        else { return nil }
        let mention = bulletin.surroundings.clientGroup.map { "<!subteam^\($0)> " } ?? ""
        return reply(
            mention + escaped(message), bulletin, place, isLoud: false, name: bulletin.key + "-client")
    }

    private static func metadata(_ alert: String, _ message: String) -> JSON {
        [
            "event_type": "leadrelay_alert",
            "event_payload": ["alert": .string(alert), "message": .string(message)],
        ]
    }

    // MARK: Blocks

    private static func blocks(_ bulletin: NotificationContent, withButtons: Bool) -> [JSON] {
        let alert = bulletin.alert
        var blocks: [JSON] = [header(sign(bulletin) + " " + stateHeadline(bulletin))]
        blocks.append(
            section(
                """
                *\(escaped(NotificationContent.sentence(alert.finding.sentence)))*\n\
                \(escaped(NotificationContent.sentence(bulletin.span)))
                """
            )
        )
        let evidence = alert.finding.evidence.prefix(mostFields)
        if !evidence.isEmpty {
            blocks.append([
                "type": "section",
                "fields": .array(
                    evidence.map { text("*\(escaped($0.name))*\n\(escaped($0.value))", longestField) }),
            ])
        }
        if let ending = bulletin.ending { blocks.append(section(escaped(ending))) }
        if let next = bulletin.nextStep { blocks.append(section("*Next:* \(escaped(next))")) }
        var context = [
            bulletin.standing.map(escaped), bulletin.alert.owner.isEmpty ? nil : "Owner: \(escaped(alert.owner))",
        ]
        context.append(bulletin.link.map { "<\($0)|\(alert.id) in the console>" } ?? alert.id.description)
        blocks.append([
            "type": "context",
            "elements": .array([text(context.compactMap { $0 }.joined(separator: " · "), longestField)]),
        ])
        if withButtons, alert.isOpen { blocks.append(buttons(alert)) }
        return blocks
    }

    /// The message shows how it stands, whatever was owed last.
    private static func stateHeadline(_ bulletin: NotificationContent) -> String {
        bulletin.alert.isOpen ? "\(bulletin.severityWord): \(bulletin.subject)" : "Resolved: \(bulletin.subject)"
    }

    private static func sign(_ bulletin: NotificationContent) -> String {
        if !bulletin.alert.isOpen { return ":white_check_mark:" }
        return bulletin.alert.severity == .critical ? ":red_circle:" : ":large_yellow_circle:"
    }

    private static func buttons(_ alert: Alert) -> JSON {
        [
            "type": "actions", "block_id": .string("leadrelay-\(alert.id)"),
            "elements": .array(
                (SlackInteraction.Action.onMessages + (alert.asked == nil ? [] : [.newNormal])).map { action in
                    var members: [JSON.Member] = [
                        .init("type", "button"), .init("action_id", .string(action.rawValue)),
                        .init("text", ["type": "plain_text", "text": .string(action.label)]),
                        .init("value", .string(alert.id.description)),
                    ]
                    if action == .acknowledge, alert.acknowledgement == nil {
                        members.append(.init("style", "primary"))
                    }
                    return .object(members)
                }),
        ]
    }

    /// For channels without threads: what has happened, below what it is.
    private static func events(_ bulletin: NotificationContent) -> [JSON] {
        let said = [NotificationContent.sentence(bulletin.alert.finding.sentence), bulletin.standing ?? ""].filter {
            !$0.isEmpty
        }
        let lines = bulletin.isClosing ? [] : NotificationContent.unrepeated(bulletin.story, after: said)
        return lines.isEmpty ? [] : [section(lines.map(escaped).joined(separator: "\n"))]
    }

    /// What the checklist says about the items that matter, below an answer that told of it.
    private static func checklist(_ bulletin: NotificationContent) -> String {
        guard bulletin.items.contains(where: { $0.event.kind == .investigated }),
            let diagnosis = bulletin.surroundings.diagnosis
        else { return "" }
        var text = ""
        for certainty in [Assessment.Certainty.proved, .likely] {
            for assessment in diagnosis.assessments where assessment.certainty == certainty {
                text +=
                    "\n• *\(certainty.rawValue)*: \(escaped(assessment.item.title)). \(escaped(assessment.evidence))"
            }
        }
        for assessment in diagnosis.assessments where assessment.certainty == .beside {
            text +=
                """
                \n• *also wrong now, not the cause*: \(escaped(assessment.item.title)). \
                \(escaped(assessment.evidence))
                """
        }
        let unknown = diagnosis.assessments.filter { $0.certainty == .unknown }.map {
            escaped($0.item.title)
        }
        if !unknown.isEmpty {
            let rest = unknown.count - mostTitles
            text +=
                "\n• *not known*: " + unknown.prefix(mostTitles).joined(separator: ", ")
                + (rest > 0 ? " and \(rest) more" : "")
        }
        // Which ones is on the alert's page: nobody reads 25 names in a message.
        let excluded = diagnosis.assessments.count { $0.certainty == .excluded }
        if excluded > 0 {
            text += "\n• *excluded*: \(excluded) of \(diagnosis.assessments.count) typical problems"
        }
        return text
    }

    /// Of what is not known so many are named.
    private static let mostTitles = 5

    private static func digest(_ bulletins: [NotificationContent]) -> (text: String, blocks: [JSON]) {
        let isOver = bulletins.first?.isClosing ?? false
        let critical = bulletins.filter { $0.alert.severity == .critical }.count
        let text = NoticeWording.digest(bulletins.count, critical: critical, isOver: isOver)
        let sign = isOver ? ":white_check_mark:" : critical > 0 ? ":red_circle:" : ":large_yellow_circle:"
        return (
            text,
            [
                header("\(sign) \(text)"),
                section(digestLines(bulletins).joined(separator: "\n")),
            ]
        )
    }

    private static func digestLines(_ bulletins: [NotificationContent]) -> [String] {
        var lines: [String] = []
        var length = 0
        for bulletin in bulletins.prefix(mostLines) {
            let words = cut(escaped(bulletin.line), 250)
            let line = "• " + (bulletin.link.map { "<\($0)|\(bulletin.alert.id)> " } ?? "\(bulletin.alert.id) ") + words
            if length + line.count > longestSection - 100 { break }
            length += line.count + 1
            lines.append(line)
        }
        let rest = bulletins.count - lines.count
        if rest > 0 {
            let console = bulletins.first?.surroundings.console.map { ": <\($0)/alerts|all of them>" } ?? ""
            lines.append("… and \(rest) more\(console)")
        }
        return lines
    }

    private static func header(_ words: String) -> JSON {
        ["type": "header", "text": ["type": "plain_text", "emoji": true, "text": .string(cut(words, longestHeader))]]
    }

    private static func section(_ words: String) -> JSON {
        ["type": "section", "text": text(words, longestSection)]
    }

    private static func text(_ words: String, _ longest: Int) -> JSON {
        ["type": "mrkdwn", "text": .string(cut(words, longest))]
    }

    /// Slack's three control characters (docs.slack.dev, "Formatting message text").
    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    /// Slack counts UTF-16 units; an escape that was cut in half is taken off.
    static func cut(_ text: String, _ longest: Int) -> String {
        guard text.utf16.count > longest else { return text }
        var result = ""
        var length = 1
        for character in text {
            length += character.utf16.count
            if length > longest { break }
            result.append(character)
        }
        if let ampersand = result.lastIndex(of: "&"), !result[ampersand...].contains(";") {
            result = String(result[..<ampersand])
        }
        return result + "…"
    }
}

extension String {
    var capitalizedFirst: String { first.map { $0.uppercased() + dropFirst() } ?? "" }
}
