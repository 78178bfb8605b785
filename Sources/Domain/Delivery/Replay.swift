/// Whether a delivery that has ended may go out once more. A person asks for it; this says what would come of it,
/// before anything is changed.
///
///     in this order                                        reason to leave it
///     it was never owed                                    `not_owed`
///     it is in the queue                                   `in_queue`
///     it ended after the selection was made                `ended_since`
///     the platform has it and is still thinking            `awaiting_verdict`
///     the platform has it                                  `already_delivered`, unless these are asked for
///     the person was erased                                `erased`
///     the personal data has been cleared                   `data_cleared`
///     the stored event cannot be read                      `unreadable`
///     the platform's window has closed                     `window_closed`
///     the destination would skip it as it is configured    `consent_denied` … (`SkipReason`)
///     it may be there, and would be counted twice by now   `outcome_unknown`, `would_count_twice`
package enum Replay {
    /// How a delivery stands.
    package enum Standing: Equatable, Sendable {
        /// There is no delivery of this lead to this destination.
        case notOwed
        case open
        case ended(Ended)
    }

    /// A delivery that is in the queue no more.
    package struct Ended: Equatable, Sendable {
        package var outcome: Outcome
        package var at: Instant
        /// When the platform took it, if it said later what became of it.
        package var sentAt: Instant?
        /// It was sent, and the platform is still being asked about it.
        package var isAwaited: Bool
        /// The first moment at which the platform may have stored it although we never learned so.
        package var uncertainSince: Instant?

        package init(
            _ outcome: Outcome, at moment: Instant, sentAt: Instant? = nil, isAwaited: Bool = false,
            uncertainSince: Instant? = nil
        ) {
            self.outcome = outcome
            at = moment
            self.sentAt = sentAt
            self.isAwaited = isAwaited
            self.uncertainSince = uncertainSince
        }
    }

    package enum Reason: Hashable, Sendable {
        case notOwed, inQueue, endedSince, awaitingVerdict, alreadyDelivered, erased, dataCleared, unreadable
        case windowClosed, outcomeUnknown, wouldCountTwice
        case skipped(SkipReason)
        /// Named twice: by the id of its first post and by that of a later one.
        case sameLead
        /// Somebody else settled or cleared it while the replay was under way.
        case changedMeanwhile

        package var name: String {
            switch self {
            case .notOwed: "not_owed"
            case .inQueue: "in_queue"
            case .endedSince: "ended_since"
            case .awaitingVerdict: "awaiting_verdict"
            case .alreadyDelivered: "already_delivered"
            case .erased: "erased"
            case .dataCleared: "data_cleared"
            case .unreadable: "unreadable"
            case .windowClosed: "window_closed"
            case .outcomeUnknown: "outcome_unknown"
            case .wouldCountTwice: "would_count_twice"
            case .skipped(let reason): reason.rawValue
            case .sameLead: "same_lead"
            case .changedMeanwhile: "changed_meanwhile"
            }
        }

        /// For people who decide what to do about it.
        package var words: String {
            switch self {
            case .notOwed: "not meant for this destination"
            case .inQueue: "still in the queue: it goes out by itself"
            case .endedSince: "ended after the selection was made"
            case .awaitingVerdict: "the platform took it and has not said yet what became of it"
            case .alreadyDelivered: "the platform has it"
            case .erased: "the person was erased"
            case .dataCleared: "its personal data has been cleared"
            case .unreadable: "its stored event cannot be read"
            case .windowClosed: "too old for the platform"
            case .outcomeUnknown:
                "an earlier attempt may have been stored, and the platform would count it twice by now"
            case .wouldCountTwice: "the platform has it, and would count it twice by now"
            case .skipped(let reason): reason.words
            case .sameLead: "another post of a lead that is in the selection already"
            case .changedMeanwhile: "changed while the replay was under way"
            }
        }

        package var kind: Kind {
            switch self {
            case .inQueue, .endedSince, .awaitingVerdict, .alreadyDelivered, .sameLead: .duplicate
            case .windowClosed, .outcomeUnknown, .wouldCountTwice: .tooLate
            case .erased, .dataCleared, .unreadable: .noData
            case .notOwed, .skipped, .changedMeanwhile: .other
            }
        }
    }

    package enum Kind: String, CaseIterable, Sendable {
        /// Sending it would only repeat what has been or will be sent.
        case duplicate
        case tooLate = "too_late"
        /// Nothing is left that could be sent.
        case noData = "no_data"
        case other
    }

    /// What a person asks for, as far as it decides about a single delivery.
    package struct Terms: Equatable, Sendable {
        /// Only these outcomes are looked at; empty: all.
        package var outcomes: Set<Outcome> = []
        /// What the platform has already is to go out again, too.
        package var includesDelivered = false
        /// What ended later is not touched. The same selection with the same bound replays nothing twice.
        package var endedBefore: Instant

        package init(endedBefore: Instant) { self.endedBefore = endedBefore }

        /// Whether the delivery is part of the selection at all.
        package func includes(_ standing: Standing) -> Bool {
            if outcomes.isEmpty { return true }
            return if case .ended(let ended) = standing { outcomes.contains(ended.outcome) } else { false }
        }
    }

    /// What speaks against it before anybody has looked at the lead itself; `nil` if nothing does.
    package static func obstacle(_ standing: Standing, hasData: Bool, _ terms: Terms) -> Reason? {
        switch standing {
        case .notOwed: return .notOwed
        case .open: return .inQueue
        case .ended(let ended):
            if ended.at >= terms.endedBefore { return .endedSince }
            if ended.isAwaited { return .awaitingVerdict }
            if ended.outcome == .erased { return .erased }
            if ended.outcome == .delivered, !terms.includesDelivered { return .alreadyDelivered }
            return hasData ? nil : .dataCleared
        }
    }

    /// What is to be done with a delivery that nothing has spoken against so far.
    package enum Decision: Equatable, Sendable {
        case again(due: Instant, expires: Instant, uncertainSince: Instant?)
        case leave(Reason)
    }

    /// `decision` is what the destination would make of the lead if it came in now; `memory` how long its platform
    /// recognises a repeated event, `nil` for ever.
    package static func decide(_ ended: Ended, _ decision: Route.Decision, memory: Duration?, now: Instant) -> Decision
    {
        switch decision {
        case .skip(let name):
            guard let reason = SkipReason(rawValue: name), reason != .tooOld else { return .leave(.windowClosed) }
            return .leave(.skipped(reason))
        case .open(let notBefore, let expires):
            let since: Instant?
            let reason: Reason
            switch ended.outcome {
            case .delivered: (since, reason) = (ended.sentAt ?? ended.at, .wouldCountTwice)
            case .sent: (since, reason) = (ended.at, .outcomeUnknown)
            case .rejected, .expired, .skipped, .erased: (since, reason) = (ended.uncertainSince, .outcomeUnknown)
            }
            if let since, let memory, since + memory <= now { return .leave(reason) }
            return .again(due: notBefore, expires: expires, uncertainSince: since)
        }
    }
}

extension SkipReason {
    /// Why the destination would not be told, for people.
    package var words: String {
        switch self {
        case .test: "a test is not forwarded"
        case .filtered: "the destination takes other clients, groups or sources"
        case .notMapped: "the destination has no mapping for the event"
        case .consentDenied: "consent was denied"
        case .consentUnspecified: "the form did not say whether there is consent"
        case .noIdentifier: "there is nothing to match it by"
        case .noValue: "the platform takes no such event without a value"
        case .tooOld: "too old for the platform"
        case .superseded: "a later post of the same lead went out in its place"
        case .notAdjustable: "the platform cannot change the value of an event that it has"
        }
    }
}
