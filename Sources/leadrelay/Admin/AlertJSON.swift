import Domain
import Store

/// Alerts as the API tells them. Moments are RFC 3339; what is not known is left out.
enum AlertJSON {
    /// `titles` has the names of the groups that alerts are about; see `DisplayNames.keys`.
    static func head(_ alert: Alert, _ titles: DisplayNames) -> [JSON.Member] {
        let finding = alert.finding
        var members: [JSON.Member] = [
            JSON.Member("id", .string(alert.id.description)), JSON.Member("key", .string(alert.key)),
            JSON.Member("kind", .string(finding.kind.rawValue)),
            JSON.Member("scope", .string(finding.scope.description)), JSON.Member("client", .string(finding.client)),
            JSON.Member("severity", .string(alert.severity.rawValue)),
            JSON.Member("state", .string(alert.state.rawValue)), JSON.Member("text", .string(finding.words)),
            JSON.Member("began", .string(finding.began.rfc3339Seconds)),
            JSON.Member("opened", .string(alert.opened.rfc3339Seconds)),
            JSON.Member("owner", .string(alert.owner)), JSON.Member("team", .string(alert.team)),
        ]
        func add(_ name: String, _ value: JSON?) {
            if let value { members.append(JSON.Member(name, value)) }
        }
        func add(_ name: String, _ moment: Instant?) { add(name, moment.map { .string($0.rfc3339Seconds) }) }
        members += titles.members(finding.scope)
        if !finding.title.isEmpty { add("title", .string(finding.title)) }
        add("first_told", alert.told)
        add("expected", finding.expected.map { .number("\(($0 * 10).rounded() / 10)") })
        add("observed", finding.observed.map { JSON($0) })
        add("lost", finding.lost.map { .number("\(($0 * 10).rounded() / 10)") })
        add("inhibited_by", alert.inhibitedBy.map { .string($0.description) })
        add("silenced_by", alert.silencedBy.map { .string($0.description) })
        add(
            "acknowledgement",
            alert.acknowledgement.map {
                [
                    "by": .string($0.by), "at": .string($0.at.rfc3339Seconds),
                    "until": .string($0.until.rfc3339Seconds),
                ]
            })
        add("snoozed_until", alert.snoozedUntil)
        add("recovering_since", alert.recovery?.since)
        if alert.reopenings > 0 { add("reopenings", JSON(alert.reopenings)) }
        add(
            "verdict",
            alert.verdict.map {
                [
                    "side": .string($0.side.rawValue), "cause": .string($0.cause), "reason": .string($0.reason),
                    "by": .string($0.by), "at": .string($0.at.rfc3339Seconds),
                ]
            })
        add(
            "resolution",
            alert.resolution.map {
                [
                    "ended": .string($0.ended.rfc3339Seconds), "at": .string($0.at.rfc3339Seconds),
                    "how": .string($0.how.rawValue), "by": .string($0.by), "reason": .string($0.reason),
                ]
            })
        return members
    }

    static func story(_ story: AlertHistory, _ titles: DisplayNames) -> JSON {
        let events = story.events.map { event in
            JSON.object([
                JSON.Member("at", .string(event.at.rfc3339Seconds)), JSON.Member("by", .string(event.by)),
                JSON.Member("kind", .string(event.kind.rawValue)), JSON.Member("text", .string(event.text)),
                JSON.Member("number", JSON(event.number)),
            ])
        }
        return .object(
            head(story.alert, titles) + [
                JSON.Member(
                    "evidence",
                    .array(
                        story.alert.finding.evidence.map { ["name": .string($0.name), "value": .string($0.value)] })),
                JSON.Member("events", .array(events)), JSON.Member("markers", .array(story.markers.map(marker))),
                JSON.Member(
                    "told",
                    .array(
                        story.reached.map { ["channel": .string($0.channel), "open": .bool($0.isOpen)] })),
                JSON.Member(
                    "owed",
                    .array(
                        story.notices.map {
                            [
                                "channel": .string($0.notice.channel), "kind": .string($0.notice.kind.rawValue),
                                "due": .string($0.due.rfc3339Seconds), "failures": JSON($0.notice.failures),
                            ]
                        })),
            ])
    }

    static func marker(_ marker: Marker) -> JSON {
        [
            "at": .string(marker.at.rfc3339Seconds), "kind": .string(marker.kind.rawValue),
            "text": .string(marker.text), "by": .string(marker.by),
        ]
    }

    static func figures(_ figures: AlertFigures) -> JSON {
        func times(_ times: AlertFigures.Times) -> JSON {
            [
                "count": JSON(times.count), "mean_seconds": JSON(times.mean.components.seconds),
                "median_seconds": JSON(times.median.components.seconds),
            ]
        }
        return [
            "opened": JSON(figures.opened), "resolved": JSON(figures.resolved), "judged": JSON(figures.judged),
            "leads_lost": JSON(Int(figures.leadsLost.rounded())), "time_to_detect": times(figures.detect),
            "time_to_acknowledge": times(figures.acknowledge), "time_to_resolve": times(figures.resolve),
        ]
    }

    static func silence(_ silence: Silence, _ titles: DisplayNames) -> JSON {
        var members: [JSON.Member] = [
            JSON.Member("id", .string(silence.id.description)),
            JSON.Member("scope", .string(silence.scope.description)),
            JSON.Member("kinds", .array(silence.kinds.map(\.rawValue).sorted().map { .string($0) })),
            JSON.Member("from", .string(silence.window.begin.rfc3339Seconds)),
            JSON.Member("until", silence.window.end.map { .string($0.rfc3339Seconds) } ?? .null),
            JSON.Member("reason", .string(silence.reason)), JSON.Member("by", .string(silence.by)),
        ]
        members += titles.members(silence.scope)
        if let weekly = silence.window.weekly {
            members.append(
                JSON.Member(
                    "weekly",
                    [
                        "days": .array(weekly.days.sorted().map { .string(WeekDay.allCases[$0 - 1].rawValue) }),
                        "from": .string(WeekDay.clock(weekly.from)), "to": .string(WeekDay.clock(weekly.to)),
                        "zone": .string(weekly.zone),
                    ]))
        }
        return .object(members)
    }
}
