/// What another tool says of one matter, in our words: one of these for each alert of a batch, however many a webhook
/// carries.
///
/// Everything in it is somebody else's text: `bounded` makes it short and harmless before anything is done with it.
package struct ReportedEvent: Equatable, Sendable {
    package enum State: Equatable, Sendable {
        /// It is so. Said again while it lasts.
        case firing
        case resolved
    }

    package var state: State
    /// The same for the beginning, every repetition and the end; unique among what one tool reports.
    package var key: String
    /// What a person reads first: `Disk of db-7 is full`.
    package var title: String
    /// The rest of it; may be empty.
    package var text = ""
    /// The tool's own word, `page` or `P2`; empty: it gives none.
    package var severity = ""
    /// When it began, or ended; `nil`: the tool does not say.
    package var at: Instant?
    package var client = ""
    package var team = ""
    package var owner = ""
    package var evidence: [Finding.Evidence] = []

    package init(_ state: State, key: String, title: String) {
        self.state = state
        self.key = key
        self.title = title
    }

    // MARK: Bounds

    package static let longestKey = 200
    package static let longestTitle = 150
    package static let longestText = 500
    /// Of names of clients, teams, owners, severities and pieces of evidence.
    package static let longestName = 100
    package static let mostEvidence = 20

    /// The same, short and on one line each, without what would move a terminal or turn the order of letters.
    package var bounded: ReportedEvent {
        var event = self
        event.key = Self.shortKey(Self.line(key, atMost: .max))
        event.title = Self.line(title, atMost: Self.longestTitle)
        event.text = Self.line(text, atMost: Self.longestText)
        for path in [\ReportedEvent.severity, \.client, \.team, \.owner] {
            event[keyPath: path] = Self.line(event[keyPath: path], atMost: Self.longestName)
        }
        event.evidence = evidence.lazy.map {
            Finding.Evidence(
                Self.line($0.name, atMost: Self.longestName), Self.line($0.value, atMost: Self.longestText))
        }.filter { !$0.name.isEmpty && !$0.value.isEmpty }.prefix(Self.mostEvidence).map { $0 }
        return event
    }

    /// A key that is too long keeps its beginning and gets a hash of all of it, so that two stay two.
    private static func shortKey(_ key: String) -> String {
        guard key.utf8.count > longestKey else { return key }
        var hash = FNV1a()
        hash.add(key.utf8)
        var head = key.unicodeScalars.prefix(longestKey)
        while head.reduce(0, { $0 + String($1).utf8.count }) > longestKey - 17 { head = head.dropLast() }
        return String(String.UnicodeScalarView(head)) + "-" + String(hash.hash, radix: 16)
    }

    /// One line: blanks and breaks become one blank, controls and marks of direction (UAX #9) go.
    package static func line(_ text: String, atMost most: Int) -> String {
        var scalars = String.UnicodeScalarView()
        var isBlank = true
        for scalar in text.unicodeScalars {
            if scalar.properties.isWhitespace {
                if !isBlank { scalars.append(" ") }
                isBlank = true
                continue
            }
            switch scalar.value {
            case ..<0x20, 0x7F...0x9F, 0x061C, 0x200B, 0x200E, 0x200F, 0x202A...0x202E, 0x2060...0x2069, 0xFEFF:
                continue
            default:
                scalars.append(scalar)
                isBlank = false
            }
        }
        if scalars.last == " " { scalars.removeLast() }
        let line = String(scalars)
        return line.count > most ? line.prefix(most - 1) + "…" : line
    }
}

extension ReportedEvent {
    /// So far back a beginning is believed.
    package static let longestAgo: Duration = .days(7)
    /// So far ahead another machine's clock may be.
    package static let longestAhead: Duration = .minutes(5)

    /// When it began or ended for our figures: a time that cannot be right must not make a week's figures wrong, so
    /// what lies further back than a week or in the future counts from when it was reported. `isDoubted`: what the tool
    /// said was not taken.
    package func moment(at now: Instant) -> (at: Instant, isDoubted: Bool) {
        guard let at else { return (now, false) }
        guard at >= now - Self.longestAgo, at <= now + Self.longestAhead else { return (now, true) }
        return (min(at, now), false)
    }
}
