import Domain

/// What a message says, in the pieces that channels with a form of their own put together: none of it is escaped or
/// cut.
struct PlainMessage: Equatable {
    /// The first line.
    var title: String
    /// Sentences in their order, each a paragraph.
    var paragraphs: [String]
    var facts: [Finding.Evidence] = []
    /// The page to look at, and what it is called.
    var link: (url: String, title: String)?
    /// Nothing is wrong any more.
    var isOver: Bool
    var isCritical: Bool

    /// Lines of a digest; what is beyond is counted.
    static let mostLines = 20
    static let mostFacts = 10

    static func == (left: PlainMessage, right: PlainMessage) -> Bool {
        left.title == right.title && left.paragraphs == right.paragraphs && left.facts == right.facts
            && left.link?.url == right.link?.url && left.isOver == right.isOver
    }
}

extension PlainMessage {
    /// `withStory`: what has happened since belongs to it, because the channel has no other place for it.
    init(_ parcel: OutgoingMessage, withStory: Bool) {
        switch parcel {
        case .single(let bulletin): self.init(bulletin, withStory: withStory)
        case .digest(let bulletins): self.init(digest: bulletins)
        }
    }

    private init(_ bulletin: NotificationContent, withStory: Bool) {
        let alert = bulletin.alert
        title = withStory ? bulletin.headline : bulletin.standingHeadline
        paragraphs = [NotificationContent.sentence(alert.finding.sentence), "\(bulletin.span.capitalizedFirst)."]
        if withStory, !bulletin.isClosing { paragraphs += bulletin.story }
        if let ending = bulletin.ending { paragraphs.append(ending) }
        if let next = bulletin.nextStep { paragraphs.append("Next: \(next)") }
        if let standing = bulletin.standing { paragraphs.append(standing) }
        if !alert.owner.isEmpty { paragraphs.append("Owner: \(alert.owner).") }
        facts = Array(alert.finding.evidence.prefix(Self.mostFacts))
        link = bulletin.link.map { ($0, NoticeWording.link(to: alert.id)) }
        isOver = !alert.isOpen
        isCritical = alert.severity == .critical
    }

    private init(digest bulletins: [NotificationContent]) {
        isOver = bulletins.first?.isClosing ?? false
        let critical = bulletins.count { $0.alert.severity == .critical }
        isCritical = critical > 0
        title = NoticeWording.digest(bulletins.count, critical: critical, isOver: isOver)
        paragraphs = bulletins.prefix(Self.mostLines).map { "\($0.alert.id) \($0.line)" }
        let rest = bulletins.count - paragraphs.count
        if rest > 0 { paragraphs.append("… and \(rest) more.") }
        link = bulletins.first?.surroundings.console.map { ("\($0)/alerts", "all of them in the console") }
    }
}

extension NotificationContent {
    /// How it stands, whatever was owed last: for messages that are edited.
    var standingHeadline: String {
        alert.isOpen ? "\(severityWord): \(subject)" : "Resolved: \(subject)"
    }
}

extension String {
    /// At most so many UTF-16 units, which most platforms count.
    func cut(_ most: Int) -> String { SlackWriting.cut(self, most) }
}
