import Crypto
package import Domain
import Service
package import Store

/// What the validator needs to know of sources, destinations and groups: an immutable snapshot, replaced as a whole.
package final class JudgeSettings: Sendable {
    private let validator: Validator
    private let sources: [String: Source]
    private let destinations: [Destination]
    private let fingerprints: Locked<KeyedHash>

    /// The key is the file's own; see `Reader.fingerprintKey`.
    package init(
        _ sources: [Source], _ destinations: [Destination], groups: [GroupRule], fingerprintKey: [UInt8]
    ) {
        fingerprints = Locked(KeyedHash(key: fingerprintKey))
        validator = Validator(groupRules: groups)
        self.sources = Dictionary(sources.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.destinations = destinations
    }

    /// Judges one row of the inbox. A source that is no longer configured is judged without mapping and client: what
    /// was acknowledged is not lost.
    ///
    /// `nil`: its tokens are being asked about first, as `tokens` knows; that takes `TokenChecks.patience` at most.
    package func judge(_ row: InboxRow, now: Instant, tokens: TokenChecks) -> Judgement? {
        let name = Source.original(of: row.submission.source)
        var source = sources[name] ?? Source(name: name)
        // What a person has released is no junk, and neither are the relay's own test leads.
        if row.isReleased || Source.isSynthetic(row.submission.source) { source.junk = .off }
        var identity = EventIdentity<String>()
        var restates = false
        var namesPerson = false
        var verdicts: [TokenProvider: TokenVerdict] = [:]
        var isAsked = source.junk.checks.isEmpty || source.junk.isOff
        if !isAsked {
            switch tokens.standing(of: row.id) {
            case .unasked: break
            case .waiting: return nil
            case .known(let known): (verdicts, isAsked) = (known, true)
            }
        }
        var questions: [(check: JunkSettings.TokenCheck, token: String)] = []
        var isLate = false
        let judgement = validator.judge(
            row.submission, row.submission.decoded, id: row.id, source: source, verdicts: verdicts
        ) { event, dimension in
            if !isAsked {
                questions = source.junk.tokens(of: event)
                isLate = row.submission.receivedAt - event.occurredAt > TokenChecks.lateness
            }
            identity = EventIdentity(
                event, country: source.country, sender: source.isBrowser ? row.submission.sender : nil)
            restates = event.restates || source.restatesValues
            namesPerson =
                event.eventID.map { PersonalID.isMeant(by: $0, of: event.person, country: source.country) } ?? false
            return destinations.map {
                $0.route(for: event, dimension: dimension, country: source.country, kind: source.kind, now: now)
            }
        }
        if !questions.isEmpty,
            tokens.begin(row.id, questions, receivedAt: row.submission.receivedAt, isLate: isLate)
        {
            return nil
        }
        guard case .lead(var lead) = judgement else { return judgement }
        lead.identification.isFromBrowser = source.isBrowser
        lead.identification.restates = restates
        lead.identification.reuse = source.reusedIDs
        lead.identification.country = source.country
        mark(&lead, identity)
        if namesPerson, lead.hasSendersID { lead.idMark = mark(of: lead.eventID) }
        return .lead(lead)
    }

    private func mark(of id: String) -> String {
        let hash = fingerprints.withLock { $0.fingerprint(of: "event_id \(id)") }
        return "cleared-\(String(hash, radix: 16))"
    }

    /// One hash for each thing that is said: as a fingerprint it finds the lead, cut short it is a mark of its
    /// identity.
    private func mark(_ lead: inout Lead, _ identity: EventIdentity<String>) {
        fingerprints.withLock { hash in
            for entry in identity.entries {
                let mark: UInt64
                if let kind = entry.aspect.identifierKind {
                    mark = hash.fingerprint(of: LeadIdentifier(kind, entry.mark).key)
                    lead.fingerprints.append(Int64(bitPattern: mark))
                } else if IdentityAspects.deal.contains(IdentityAspects(entry.aspect)) {
                    // Money is nobody's personal data.
                    var content = FNV1a()
                    content.add(entry.mark.utf8)
                    mark = content.hash
                } else {
                    mark = hash.fingerprint(of: "\(entry.aspect.rawValue) \(entry.mark)")
                }
                lead.identification.identity.add(entry.aspect, UInt32(truncatingIfNeeded: mark >> 32))
            }
        }
    }
}

extension Submission {
    /// Whose hand it came from, as well as a connection tells.
    fileprivate var sender: String { "\(address)\n\(userAgent)" }
}
