/// Turns what came in into a lead or a quarantine row. Facts in, a value out.
package struct Validator: Sendable {
    /// In the order of the configuration; the first that fits decides.
    package var groupRules: [GroupRule]

    package init(groupRules: [GroupRule] = []) { self.groupRules = groupRules }

    /// What the body of a submission turned out to be.
    package enum Content: Sendable {
        /// To be read here, with places for all defects.
        case json
        /// JSON in our own shape, although the source may send another. Values may still be spelled as in a form.
        case repaired
        /// The decoded pairs of a form, multipart body or query.
        case pairs([(name: String, value: String)])
        /// Why nothing could be decoded, as a sentence without values.
        case unreadable(String)
    }

    /// Judges one row of the inbox. Everything follows from the arguments: judging again gives the same.
    package func judge(
        _ submission: Submission, _ decoded: Decoded, id: LeadID, source: Source,
        verdicts: [TokenProvider: TokenVerdict] = [:], routes: (LeadEvent, Dimension) -> [Route]
    ) -> Judgement {
        var result = read(submission, decoded, source: source)
        if !decoded.query.isEmpty, result.leftOut != 0 {
            // The address must not spoil what is good without it.
            let alone = read(submission, decoded.withoutQuery, source: source)
            if let fewer = alone.leftOut, fewer < result.leftOut ?? .max { result = alone }
        }
        switch result {
        case .quarantine(let defects, let legible):
            return .quarantine(defects, of: legible.map { dimension(of: $0, source) })
        case .good(var accepted):
            accepted.notes = decoded.notes(before: accepted.notes)
            let signs = source.junk.signs(of: accepted.event, verdicts: verdicts)
            if !signs.isEmpty, source.junk.action == .hold {
                return .quarantine(signs.map(\.defect), of: dimension(of: accepted.event, source))
            }
            if !signs.isEmpty, source.junk.action == .discard { return .discard(signs) }
            var lead = lead(accepted, submission, id: id, source: source, routes: routes)
            lead.junk = signs
            lead.leftOut = accepted.leftOut
            lead.content = ReadEvent(accepted.event.withoutTokens)
            return .lead(lead)
        }
    }

    private enum Result {
        case good(Accepted)
        case quarantine([Defect], LeadEvent?)

        /// How much could not be used; `nil` if it was too much.
        var leftOut: Int? {
            if case .good(let accepted) = self { accepted.leftOut.count } else { nil }
        }
    }

    private struct Accepted {
        var event: LeadEvent
        var notes: Notes
        /// Whether the sender's own bytes can stand for the event.
        var isAsSent: Bool
        var leftOut: [LeftOut] = []

        /// On a page the visitor's own device sends the lead: address and browser are those of the connection.
        mutating func addVisitor(of submission: Submission) {
            if event.client.ip == nil, IPAddress.isPublic(submission.address) {
                event.client.ip = submission.address
                notes.add("client.ip taken from the connection")
                isAsSent = false
            }
            let agent = submission.userAgent.trimmed
            if event.client.userAgent == nil, !agent.isEmpty, agent.isAtMost(LeadContract.maximumUserAgent),
                !agent.hasControlCharacters(except: [])
            {
                event.client.userAgent = agent
                notes.add("client.user_agent taken from the request")
                isAsSent = false
            }
        }
    }

    private func read(_ submission: Submission, _ decoded: Decoded, source: Source) -> Result {
        switch decoded.content {
        case .unreadable(let why): return .quarantine([Defect(.unreadable, at: "", why)], nil)
        case .pairs(let pairs):
            let form = Arrangement.flat(pairs)
            return read(form, submission, source) {
                decoded.completed(source.mapping?.applied(to: $0) ?? Arrangement(form: $0))
            }
        case .json, .repaired:
            var document: JSON
            do {
                document = try JSON(parsing: decoded.text ?? submission.body)
            } catch {
                return .quarantine([Defect(.unreadable, at: "", error.sentence)], nil)
            }
            if case .repaired = decoded.content {
                // Whoever mends an event wants to know what is still wrong with it.
                let reading = LeadEvent.reading(document, receivedAt: submission.receivedAt, spelling: .texts)
                return result(reading, submission, source, isAsSent: false)
            }
            if let mapping = source.mapping {
                return read(document, submission, source) { decoded.completed(mapping.applied(to: $0)) }
            }
            let isWhole = !decoded.complete(&document) && decoded.text == nil
            var reading = LeadEvent.reading(document, receivedAt: submission.receivedAt, manner: source.manner)
            let isHoneypotFilled = source.junk.honeypot.map { reading.event?.takeHoneypot($0, from: document) ?? false }
            return result(
                reading, submission, source,
                isAsSent: isWhole && reading.isSelfContained && isHoneypotFilled != true)
        }
    }

    /// What a mapping, or the flat names of forms, make of another document. A honeypot is nobody's data and goes
    /// before that.
    private func read(
        _ document: JSON, _ submission: Submission, _ source: Source, arranged: (JSON) -> Arrangement
    ) -> Result {
        let (rest, isFilled) = source.junk.honeypot.map { document.removing(honeypot: $0) } ?? (document, false)
        var arrangement = arranged(rest)
        arrangement.addSignals(of: rest, isHoneypotFilled: isFilled)
        var reading = LeadEvent.reading(
            arrangement.document, receivedAt: submission.receivedAt, spelling: .texts, manner: source.manner)
        reading.arrange(arrangement, of: rest)
        return result(reading, submission, source, isAsSent: false)
    }

    private func result(
        _ reading: LeadEvent.Reading, _ submission: Submission, _ source: Source, isAsSent: Bool
    ) -> Result {
        guard let event = reading.event, reading.defects.isEmpty else {
            return .quarantine(reading.defects, reading.legible)
        }
        var accepted = Accepted(
            event: event, notes: Notes(reading.notes), isAsSent: isAsSent, leftOut: reading.leftOut)
        if source.isBrowser { accepted.addVisitor(of: submission) }
        return .good(accepted)
    }

    private func dimension(of event: LeadEvent, _ source: Source) -> Dimension {
        let group = GroupRule.group(of: event, source: source.name, client: source.client, rules: groupRules)
        return Dimension(
            source: source.name, client: source.client, group: group ?? "", campaign: event.campaignID ?? "",
            adset: event.adsetID ?? "", ad: event.adID ?? "")
    }

    private func lead(
        _ accepted: Accepted, _ submission: Submission, id: LeadID, source: Source,
        routes: (LeadEvent, Dimension) -> [Route]
    ) -> Lead {
        let event = accepted.event
        var notes = accepted.notes
        let dimension = dimension(of: event, source)
        if dimension.group.isEmpty { notes.add("campaign group not known") }
        return Lead(
            id: id, source: source.name, receivedAt: submission.receivedAt,
            eventID: event.eventID ?? id.description, event: event.event, occurredAt: event.occurredAt,
            isTest: event.isTest, dimension: dimension,
            payload: accepted.isAsSent ? submission.body : event.json.bytes,
            raw: accepted.isAsSent ? nil : submission.body,
            notes: notes.lines, quality: event.quality, routes: routes(event, dimension))
    }
}

extension LeadEvent.Reading {
    /// What was read in an arrangement, told of the document as it was sent: its places, its names, and what the
    /// arrangement did.
    fileprivate mutating func arrange(_ arrangement: Arrangement, of document: JSON) {
        let nobody = Defect(.missing, at: "", LeadReader.nobody([]))
        let names = document.object?.map(\.name) ?? []
        defects = defects.map {
            $0 == nobody ? Defect(.missing, at: "", LeadReader.nobody(names)) : arrangement.translated($0)
        }
        var lines = arrangement.notes
        lines.add(contentsOf: Notes(notes))
        notes = lines.lines
    }
}

extension Source {
    fileprivate var manner: LeadEvent.Manner { isStrict ? .strict : .lenient }

    /// Whether leads come straight from visitors' browsers rather than from a server.
    package var isBrowser: Bool { !origins.isEmpty && signatureSecret == nil }
}

extension LeadEvent {
    /// Which identifiers the event carries.
    package var quality: Lead.Quality {
        var quality: Lead.Quality = []
        if click.gclid != nil || click.gbraid != nil || click.wbraid != nil || click.fbclid != nil || click.fbc != nil {
            quality.insert(.clickID)
        }
        if person.email != nil { quality.insert(.email) }
        if person.phone != nil { quality.insert(.phone) }
        if consent.isGiven { quality.insert(.consent) }
        return quality
    }
}
