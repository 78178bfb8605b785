import Domain
import TestSupport
import Testing

@testable import Monitoring

/// What is wrong with the words of a message, whatever it is about.
enum Prose {
    static func complaints(_ text: String) -> [String] {
        var found: [String] = []
        let plain = text.replacing("...", with: "…")
        for bad in ["..", "?.", "!.", ",.", ":.", " .", "()", "( ", " )", ". (", "…."]
        where plain.contains(bad) {
            found.append("\"\(bad)\"")
        }
        found += codes(in: text).map { "the code \($0)" }
        var seen: Set<String> = []
        for sentence in sentences(of: text) where !seen.insert(sentence).inserted {
            found.append("twice: \(sentence)")
        }
        return found
    }

    /// Names such as `unreadable_answer`, unless they are quoted as somebody's own, or part of an address.
    static func codes(in text: String) -> [String] {
        text.split { $0.isWhitespace || "();,".contains($0) }.map(String.init).filter { word in
            let name = word.trimmingPrefix { !$0.isLetter && $0 != "\"" }
            guard !name.hasPrefix("\""), !word.contains("/"), !word.contains("@") else { return false }
            let parts = name.split(separator: "_", omittingEmptySubsequences: false)
            return parts.count > 1 && parts.allSatisfy { $0.first?.isLowercase ?? false }
        }
    }

    /// Of more than a few letters.
    private static func sentences(of text: String) -> [String] {
        text.replacing(". ", with: ".\n").replacing("? ", with: "?\n").split(separator: "\n").map(
            String.init
        )
        .filter { $0.count > 12 }
    }
}

@Suite struct `The words of messages` {
    private static let clients = [
        "Acme Heat Pumps", "Beta Roofing Inc.", "Müller & Söhne (Nord)", "e.v.",
    ]
    private static let sentences = [
        "31 leads expected since 07:10, none came", "31 leads expected since 07:10, none came.",
        "Nothing has come from Beta Roofing Inc.", "Is its time service running?",
        "The tool said: \"disk full.\"",
        String(repeating: "leads are waiting and nobody knows why, ", count: 30) + "so far",
    ]
    private static let reasons = [
        "", "6 leads came since 09:20", "Leads come again.", "Resolved.", "The page is back (mostly)",
    ]
    private static let people = ["", "anna", "Dr. K."]

    private static func scope(_ kind: AlertKind, _ generator: inout SeededGenerator) -> AlertScope {
        switch kind {
        case .external, .missingHeartbeat: .external("grafana/disk-7")
        case .channelFailing: .channel("mail")
        default:
            [
                .relay, .client("acme"), .group(client: "acme", group: "heat-pumps"), .source("landing"),
                .destination("meta-acme"), .platform("google_ads"),
            ].randomElement(using: &generator) ?? .relay
        }
    }

    private static func bulletin(
        _ kind: AlertKind, _ event: AlertEvent.Kind, _ generator: inout SeededGenerator
    )
        -> NotificationContent
    {
        func one<Value>(_ values: [Value]) -> Value {
            values.randomElement(using: &generator) ?? values[0]
        }
        let scope = scope(kind, &generator)
        let finding = Finding(
            kind, scope, one([.warning, .critical]), began: .start - .minutes(110),
            sentence: one(sentences),
            client: scope == .relay ? "" : "acme")
        var alert = Alert(AlertID(rawValue: 17), finding, opened: .start)
        alert.reopenings = one([0, 0, 2])
        switch one([0, 1, 2, 3, 4, 5]) {
        case 0:
            alert.acknowledgement = .init(
                by: one(["anna", "Dr. K."]), at: .start, until: .start + .hours(4))
        case 1: alert.recovery = .init(since: .start, reason: one(reasons))
        case 2: alert.snoozedUntil = .start + .hours(9)
        case 3:
            alert.resolution = .init(
                ended: .start + .minutes(20), at: .start + .minutes(25),
                how: one(Alert.Resolution.How.allCases),
                by: one(people), reason: one(reasons + [finding.sentence]))
        default: break
        }
        let notices: [Notice.Kind] =
            alert.isOpen ? [.opening, .update, .escalation, .reminder] : [.closing]
        let texts = [
            "", finding.sentence, "For 4 hours.", "warning has become critical. \(finding.sentence)",
            "called them",
            "tom, team support",
        ]
        var items = [NotifierSample.item(one(notices), event, number: 2, by: one(people), one(texts))]
        if one([true, false]) {
            items.append(
                NotifierSample.item(
                    one(notices), one(AlertEvent.Kind.allCases), number: 3, by: one(people), one(texts))
            )
        }
        var surroundings = NotifierSample.surroundings
        surroundings.client = scope == .relay ? "" : one(clients)
        if one([true, false]) {
            surroundings.diagnosis = Diagnosis(
                at: .start,
                assessments: ChecklistItem.allCases.map {
                    Assessment($0, $0 == .pageDown ? .proved : one([.excluded, .unknown]), "Status 503.")
                }, next: .init(.client, one(["Bring the page back.", "Look at it"])), mayNameClient: true)
        }
        return NotificationContent(alert, items, surroundings)
    }

    /// Everything that a person reads of a JSON message.
    private static func texts(_ json: JSON) -> [String] {
        switch json {
        case .object(let members):
            members.flatMap { member -> [String] in
                if ["text", "fallback", "summary"].contains(member.name), let text = member.value.string {
                    return [text]
                }
                return ["metadata", "accessory"].contains(member.name) ? [] : texts(member.value)
            }
        case .array(let elements): elements.flatMap(texts)
        default: []
        }
    }

    private static func messages(_ bulletin: NotificationContent) -> [(channel: String, text: String)] {
        let parcel = OutgoingMessage.single(bulletin)
        let mail = EmailText(parcel)
        let place = SlackNotifier.Place(NotifierSample.slackPlace)
        var all = [
            ("mail", mail.subject + "\n" + mail.plain), ("text", SMSNotifier.text(parcel)),
            ("line", bulletin.line),
            ("webhook", texts(SlackWriting.plainMessage(parcel)).dropFirst().joined(separator: "\n")),
            (
                "slack",
                texts(.object(SlackWriting.root(parcel, slack: NotifierSample.slack))).dropFirst().joined(
                    separator: "\n")
            ),
        ]
        if let place, let story = SlackWriting.story(parcel, isNew: false, in: place) {
            all.append(("thread", texts(.object(story)).joined(separator: "\n")))
        }
        return all
    }

    @Test(arguments: AlertKind.allCases)
    func `are plain sentences, each said once, and name the client and the group`(_ kind: AlertKind) {
        var generator = SeededGenerator(seed: 26)
        for event in AlertEvent.Kind.allCases {
            for _ in 0..<12 {
                let bulletin = Self.bulletin(kind, event, &generator)
                for (channel, text) in Self.messages(bulletin) {
                    // Slack shows `:red_circle:` as a picture, and so on.
                    let plain = text.replacing("&amp;", with: "&").replacing(/:[a-z_]+:/, with: "")
                    // A thread has an entry for each event, and two people may have done the same.
                    let complaints = Prose.complaints(plain).filter { channel != "thread" || !$0.hasPrefix("twice") }
                    if !complaints.isEmpty {
                        Issue.record("\(channel), \(event): \(complaints)\n\(text)")
                        return
                    }
                    guard ["mail", "slack", "line"].contains(channel) else { continue }
                    if case .channel = bulletin.alert.finding.scope { continue }
                    var names = [bulletin.surroundings.client]
                    if case .group(_, let group) = bulletin.alert.finding.scope { names.append(group) }
                    for name in names where !plain.contains(name) {
                        Issue.record("\(channel), \(event): \(name) is not named\n\(text)")
                        return
                    }
                }
            }
        }
    }

    @Test func `count what is excluded instead of naming it`() throws {
        var bulletin = NotifierSample.update(
            .investigated, reference: NotifierSample.slackPlace, "It is the page.")
        bulletin.surroundings.diagnosis = Diagnosis(
            at: .start,
            assessments: ChecklistItem.allCases.map {
                Assessment($0, $0 == .pageDown ? .proved : .excluded, "Seen.")
            },
            next: .init(.client, "Bring the page back."), mayNameClient: true)
        let place = try #require(SlackNotifier.Place(NotifierSample.slackPlace))
        let story = try #require(SlackWriting.story(.single(bulletin), isNew: false, in: place))
        let text = try #require(JSON.object(story)["text"]?.string)
        #expect(text.contains("*excluded*: 29 of 30 typical problems"))
        #expect(!text.contains(ChecklistItem.tagRemoved.title))
    }

    private static let bad: [(String, String)] = [
        ("Since 09:00 at Beta Inc..", "\"..\""), ("For 24 hours. (Anna)", "\". (\""),
        ("Owner: ().", "\"()\""),
        ("It failed with unreadable_answer.", "the code unreadable_answer."),
        ("Nobody has taken it. Nobody has taken it.", "twice: Nobody has taken it."),
    ]
    @Test(arguments: bad)
    func `are found out when they are bad`(_ text: String, _ complaint: String) {
        #expect(Prose.complaints(text) == [complaint])
    }
}

@Suite struct `A page of mail` {
    /// Relative luminance and contrast by WCAG 2.2, "contrast ratio".
    private func luminance(_ colour: String) -> Double {
        func channel(_ offset: Int) -> Double {
            let start = colour.index(colour.startIndex, offsetBy: 1 + offset * 2)
            let value =
                Double(Int(colour[start..<colour.index(start, offsetBy: 2)], radix: 16) ?? 0) / 255
            return value <= 0.04045 ? value / 12.92 : power((value + 0.055) / 1.055)
        }
        return 0.2126 * channel(0) + 0.7152 * channel(1) + 0.0722 * channel(2)
    }

    /// `x` to the power of 2.4, by its root: 2.4 is 12/5.
    private func power(_ x: Double) -> Double {
        var root = x
        for _ in 0..<60 {
            root -= (root * root * root * root * root - x) / (5 * root * root * root * root)
        }
        return (0..<12).reduce(1) { product, _ in product * root }
    }

    private func contrast(_ a: String, _ b: String) -> Double {
        let (one, other) = (luminance(a), luminance(b))
        return (max(one, other) + 0.05) / (min(one, other) + 0.05)
    }

    @Test func `can be read in the light and in the dark`() {
        for palette in [MailPage.Palette.light, .dark] {
            for text in [palette.text, palette.faint, palette.link] {
                #expect(contrast(text, palette.card) >= 4.5, "\(text) on \(palette.card)")
            }
            for tone in MailPage.Tone.allCases {
                #expect(contrast(tone.edge, palette.card) >= 3, "\(tone)")
            }
        }
        #expect(abs(contrast("#000000", "#ffffff") - 21) < 0.01)
    }

    @Test func `stands on its own: its styles are in it, and nothing is loaded`() {
        let html = EmailText(.single(NotifierSample.opening())).html
        for words in [
            "prefers-color-scheme:dark", "name=\"color-scheme\"", "style=\"", "31 leads expected",
            "Next: ",
        ] {
            #expect(html.contains(words), "\(words)\n\(html)")
        }
        for words in ["src=", "<link", "<script", "<img", "@import", "url(", "background=\"http"] {
            #expect(!html.contains(words), "\(words)\n\(html)")
        }
        // The console is linked, not loaded.
        #expect(html.split(separator: "https://").count == 2)
    }
}
