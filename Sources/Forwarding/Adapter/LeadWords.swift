import Domain

/// Everything personal of some leads, for hiding it in what a platform says about them. A name does not look like one,
/// so no pattern finds it; but we know whom we have just told the platform about.
struct LeadWords {
    /// Folded words.
    private var words: Set<[UInt8]> = []
    /// Whole values, in lower case as far as they are ASCII.
    private var phrases: Set<[UInt8]> = []

    private static let leastWord = 2
    private static let leastWordOfOthers = 4
    private static let leastPhrase = 4
    private static let longestPhrase = 256

    init(_ events: some Sequence<LeadEvent>) { for event in events { add(event) } }

    private mutating func add(_ event: LeadEvent) {
        let person = event.person
        for name in [person.firstName, person.lastName, person.city].compactMap({ $0 }) {
            add(words: name, least: Self.leastWord)
        }
        if let email = person.email {
            add(words: String(email.prefix { $0 != "@" }), least: Self.leastWordOfOthers)
            add(phrase: email)
        }
        for value in [person.postalCode, person.externalID, person.phone, event.client.ip, event.page.url] {
            if let value { add(phrase: value) }
        }
        for member in event.custom {
            guard let text = member.value.string else { continue }
            add(phrase: text)
            add(words: text, least: Self.leastWordOfOthers)
        }
    }

    private mutating func add(words text: String, least: Int) {
        for form in [Folding.fold(text), Folding.foldUmlauts(text)].compactMap({ $0 }) {
            for word in form.split(whereSeparator: { !Folding.isLetterOrDigit($0) }) where word.count >= least {
                words.insert(Array(word))
                // Scripts without blanks between words.
                if word.contains(where: { $0 >= 0x80 }) { add(phrase: String(decoding: word, as: UTF8.self)) }
            }
        }
    }

    private mutating func add(phrase text: String) {
        guard (Self.leastPhrase...Self.longestPhrase).contains(text.utf8.count) else { return }
        phrases.insert(text.utf8.map(Folding.lower))
    }

    /// The text without them.
    func hidden(in text: String) -> String {
        if text.isEmpty { return text }
        return String(decoding: hidingWords(hidingPhrases(Array(text.utf8))), as: UTF8.self)
    }

    /// The same for a platform's name for a request: short words are no reason to lose it, for it may have to be asked
    /// about.
    func hidden(inID id: String) -> String {
        if id.isEmpty { return id }
        let least = Self.leastWordOfOthers
        return String(decoding: hidingWords(hidingPhrases(Array(id.utf8)), least: least), as: UTF8.self)
    }

    private func hidingPhrases(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        var lower = bytes.map(Folding.lower)
        // The longest first: one may be a part of another.
        for phrase in phrases.sorted(by: { $0.count > $1.count }) {
            var start = 0
            while let place = lower.place(of: phrase, from: start) {
                bytes.replaceSubrange(place..<place + phrase.count, with: Self.mask)
                lower.replaceSubrange(place..<place + phrase.count, with: Self.mask)
                start = place + Self.mask.count
            }
        }
        return bytes
    }

    private func hidingWords(_ bytes: [UInt8], least: Int = 0) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            var end = index
            while end < bytes.count, Folding.isLetterOrDigit(bytes[end]) || bytes[end] == UInt8(ascii: "_") { end += 1 }
            guard end > index else {
                result.append(bytes[index])
                index += 1
                continue
            }
            let word = Array(bytes[index..<end])
            result += word.count >= least && words.contains(Folding.fold(word)) ? Self.mask : word
            index = end
        }
        return result
    }

    private static let mask = Array("[…]".utf8)
}

extension Receipt {
    /// Without anything personal of the leads that it is about.
    func hiding(_ words: LeadWords) -> Receipt {
        Receipt(
            status: status, code: words.hidden(in: code),
            message: String(words.hidden(in: message).prefix(Self.maximumMessageLength)),
            requestID: words.hidden(inID: requestID))
    }

    /// Whether there may be something of a lead in it: words, or an id that is more than letters and digits.
    var maySpeakOfLeads: Bool {
        !message.isEmpty || !code.isEmpty || requestID.utf8.count > Self.longestPlainID
            || !requestID.utf8.allSatisfy { $0 < 0x80 && Folding.isLetterOrDigit($0) || $0 == 0x2D || $0 == 0x5F }
    }

    private static let longestPlainID = 64
}

extension Verdict {
    /// With another receipt.
    func with(_ change: (Receipt) -> Receipt) -> Verdict {
        switch self {
        case .delivered(let receipt): .delivered(change(receipt))
        case .sent(let receipt): .sent(change(receipt))
        case .rejected(let receipt): .rejected(change(receipt))
        case .retry(let receipt, let cause, let after): .retry(change(receipt), cause, after: after)
        case .hold(let receipt): .hold(change(receipt))
        case .isolate(let receipt): .isolate(change(receipt))
        }
    }
}
