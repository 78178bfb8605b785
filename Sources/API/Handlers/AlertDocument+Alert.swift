import Domain
import Store

/// Alerts as the API tells them. What is not known is left out.
extension AlertDocument {
    /// `titles` has the names of the groups that alerts are about; see `AlertScope.titled`.
    init(_ alert: Alert, _ titles: DisplayNames) {
        let finding = alert.finding
        func tenths(_ number: Double?) -> Double? { number.map { ($0 * 10).rounded() / 10 } }
        self.init(
            id: alert.id, key: alert.key, kind: finding.kind, scope: finding.scope.description,
            client: finding.client, severity: alert.severity, state: alert.state, text: finding.words,
            began: finding.began, opened: alert.opened, owner: alert.owner, team: alert.team,
            groupTitle: titles.title(finding.scope), title: finding.title.isEmpty ? nil : finding.title,
            firstTold: alert.told, expected: tenths(finding.expected), observed: finding.observed,
            lost: tenths(finding.lost), inhibitedBy: alert.inhibitedBy,
            silencedBy: alert.silencedBy?.description,
            acknowledgement: alert.acknowledgement.map {
                Acknowledgement(by: $0.by, at: $0.at, until: $0.until)
            }, snoozedUntil: alert.snoozedUntil, recoveringSince: alert.recovery?.since,
            reopenings: alert.reopenings > 0 ? alert.reopenings : nil,
            verdict: alert.verdict.map {
                Verdict(side: $0.side, cause: $0.cause, reason: $0.reason, by: $0.by, at: $0.at)
            },
            resolution: alert.resolution.map {
                Resolution(ended: $0.ended, at: $0.at, how: $0.how, by: $0.by, reason: $0.reason)
            })
    }
}

extension AlertStoryDocument {
    init(_ story: AlertHistory, _ titles: DisplayNames) {
        self.init(
            alert: AlertDocument(story.alert, titles),
            evidence: story.alert.finding.evidence.map { Evidence(name: $0.name, value: $0.value) },
            events: story.events.map { event in
                Event(at: event.at, by: event.by, kind: event.kind, text: event.text, number: event.number)
            },
            markers: story.markers.map { MarkerDocument(at: $0.at, kind: $0.kind, text: $0.text, by: $0.by) },
            told: story.reached.map { Told(channel: $0.channel, open: $0.isOpen) },
            owed: story.notices.map { owed in
                Owed(
                    channel: owed.notice.channel, kind: owed.notice.kind, due: owed.due,
                    failures: owed.notice.failures)
            })
    }
}

extension AlertFiguresDocument {
    init(_ figures: AlertFigures) {
        func times(_ times: AlertFigures.Times) -> Times {
            Times(
                count: times.count, meanSeconds: times.mean.components.seconds,
                medianSeconds: times.median.components.seconds)
        }
        self.init(
            opened: figures.opened, resolved: figures.resolved, judged: figures.judged,
            leadsLost: Int(figures.leadsLost.rounded()), timeToDetect: times(figures.detect),
            timeToAcknowledge: times(figures.acknowledge), timeToResolve: times(figures.resolve))
    }
}

extension SilenceDocument {
    init(_ silence: Silence, _ titles: DisplayNames) {
        self.init(
            id: silence.id.description, scope: silence.scope.description,
            kinds: silence.kinds.sorted { $0.rawValue < $1.rawValue }, from: silence.window.begin,
            until: silence.window.end, reason: silence.reason, by: silence.by,
            groupTitle: titles.title(silence.scope),
            weekly: silence.window.weekly.map { weekly in
                WeeklyWindow(
                    days: weekly.days.sorted().map { WeekDay.allCases[$0 - 1] }, from: WeekDay.clock(weekly.from),
                    to: WeekDay.clock(weekly.to), zone: weekly.zone)
            })
    }
}
