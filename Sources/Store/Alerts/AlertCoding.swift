import Domain

/// An alert as JSON in its row. Instants are milliseconds. A member that a later version adds has a default when it is
/// missing.
enum AlertCoding {
    static func text(_ alert: Alert) -> String {
        var members: [JSON.Member] = [
            JSON.Member("finding", finding(alert.finding)), JSON.Member("severity", .string(alert.severity.rawValue)),
            JSON.Member("opened", JSON(alert.opened.milliseconds)),
            JSON.Member("updated", JSON(alert.updated.milliseconds)),
            JSON.Member("seen", JSON(alert.seen.milliseconds)),
        ]
        func add(_ name: String, _ value: JSON?) {
            if let value { members.append(JSON.Member(name, value)) }
        }
        func add(_ name: String, _ moment: Instant?) { add(name, moment.map { JSON($0.milliseconds) }) }
        func add(_ name: String, _ count: Int) { add(name, count == 0 ? nil : JSON(count)) }
        func add(_ name: String, _ text: String) { add(name, text.isEmpty ? nil : .string(text)) }
        add("announced", alert.announced)
        add("told", alert.told)
        add("inhibited_by", alert.inhibitedBy.map { JSON($0.rawValue) })
        add("silenced_by", alert.silencedBy.map { JSON($0.rawValue) })
        add(
            "released",
            alert.released.map { ["at": JSON($0.at.milliseconds), "from_parent": .bool($0.fromParent)] })
        add("loud_since", alert.loudSince)
        add("steps", alert.steps)
        add("reminders", alert.reminders)
        add("recovery", alert.recovery.map(recovery))
        add("reopenings", alert.reopenings)
        add("resolution", alert.resolution.map(resolution))
        add("quiet_until", alert.quietUntil)
        add("owner", alert.owner)
        add("team", alert.team)
        add(
            "acknowledgement",
            alert.acknowledgement.map {
                ["by": .string($0.by), "at": JSON($0.at.milliseconds), "until": JSON($0.until.milliseconds)]
            })
        add("first_acknowledged", alert.firstAcknowledged)
        add("snoozed_until", alert.snoozedUntil)
        add("verdict", alert.verdict.map(verdict))
        add("asked", alert.asked)
        return JSON.object(members).text
    }

    private static func finding(_ finding: Finding) -> JSON {
        var members: [JSON.Member] = [
            JSON.Member("key", .string(finding.key)), JSON.Member("kind", .string(finding.kind.rawValue)),
            JSON.Member("scope", .string(finding.scope.description)),
            JSON.Member("severity", .string(finding.severity.rawValue)),
            JSON.Member("began", JSON(finding.began.milliseconds)), JSON.Member("sentence", .string(finding.sentence)),
            JSON.Member("client", .string(finding.client)),
            JSON.Member("evidence", .array(finding.evidence.map { [.string($0.name), .string($0.value)] })),
            JSON.Member("covered_by", .array(finding.coveredBy.map { .string($0) })),
        ]
        if let expected = finding.expected, expected.isFinite {
            members.append(JSON.Member("expected", .number("\(expected)")))
        }
        if !finding.title.isEmpty { members.append(JSON.Member("title", .string(finding.title))) }
        if let observed = finding.observed { members.append(JSON.Member("observed", JSON(observed))) }
        return .object(members)
    }

    private static func recovery(_ recovery: Alert.Recovery) -> JSON {
        [
            "since": JSON(recovery.since.milliseconds), "reason": .string(recovery.reason),
            "closes": recovery.closes.map { JSON($0.milliseconds) } ?? .null,
        ]
    }

    private static func resolution(_ resolution: Alert.Resolution) -> JSON {
        [
            "ended": JSON(resolution.ended.milliseconds), "at": JSON(resolution.at.milliseconds),
            "how": .string(resolution.how.rawValue), "by": .string(resolution.by),
            "reason": .string(resolution.reason),
        ]
    }

    private static func verdict(_ verdict: Alert.Verdict) -> JSON {
        [
            "side": .string(verdict.side.rawValue), "cause": .string(verdict.cause),
            "reason": .string(verdict.reason), "by": .string(verdict.by), "at": JSON(verdict.at.milliseconds),
        ]
    }

    // MARK: Reading

    /// `nil` for what this version cannot read.
    static func alert(_ id: AlertID, _ text: String) -> Alert? {
        guard let json = try? JSON(parsing: Array(text.utf8)), let finding = json["finding"].flatMap(finding),
            let opened = json["opened"]?.instant
        else { return nil }
        var alert = Alert(id, finding, opened: opened)
        alert.severity = json["severity"]?.string.flatMap(Severity.init(rawValue:)) ?? finding.severity
        alert.updated = json["updated"]?.instant ?? opened
        alert.seen = json["seen"]?.instant ?? opened
        alert.announced = json["announced"]?.instant
        alert.told = json["told"]?.instant
        alert.inhibitedBy = json["inhibited_by"]?.integer.map(AlertID.init(rawValue:))
        alert.silencedBy = json["silenced_by"]?.integer.map(SilenceID.init(rawValue:))
        alert.released = json["released"].flatMap { released in
            released["at"]?.instant.map {
                Alert.Release(at: $0, fromParent: released["from_parent"]?.bool ?? false)
            }
        }
        alert.loudSince = json["loud_since"]?.instant
        alert.steps = json["steps"]?.integer.map { Int($0) } ?? 0
        alert.reminders = json["reminders"]?.integer.map { Int($0) } ?? 0
        alert.recovery = json["recovery"].flatMap { recovery in
            recovery["since"]?.instant.map {
                Alert.Recovery(since: $0, reason: recovery["reason"]?.string ?? "", closes: recovery["closes"]?.instant)
            }
        }
        alert.reopenings = json["reopenings"]?.integer.map { Int($0) } ?? 0
        alert.resolution = json["resolution"].flatMap(resolution)
        alert.quietUntil = json["quiet_until"]?.instant
        alert.owner = json["owner"]?.string ?? ""
        alert.team = json["team"]?.string ?? ""
        alert.acknowledgement = json["acknowledgement"].flatMap { acknowledgement in
            guard let at = acknowledgement["at"]?.instant, let until = acknowledgement["until"]?.instant else {
                return nil
            }
            return Alert.Acknowledgement(by: acknowledgement["by"]?.string ?? "", at: at, until: until)
        }
        alert.firstAcknowledged = json["first_acknowledged"]?.instant
        alert.snoozedUntil = json["snoozed_until"]?.instant
        alert.verdict = json["verdict"].flatMap(verdict)
        alert.asked = json["asked"]?.instant
        return alert
    }

    private static func finding(_ json: JSON) -> Finding? {
        guard let key = json["key"]?.string, let kind = json["kind"]?.string.flatMap(AlertKind.init(rawValue:)),
            let scope = json["scope"]?.string.flatMap(AlertScope.init),
            let severity = json["severity"]?.string.flatMap(Severity.init(rawValue:)),
            let began = json["began"]?.instant
        else { return nil }
        var finding = Finding(
            kind, scope, severity, began: began, title: json["title"]?.string ?? "",
            sentence: json["sentence"]?.string ?? "",
            evidence: (json["evidence"]?.array ?? []).map {
                Finding.Evidence($0[0]?.string ?? "", $0[1]?.string ?? "")
            },
            client: json["client"]?.string ?? "", coveredBy: json["covered_by"]?.array?.compactMap(\.string) ?? [])
        finding.key = key
        if case .number(let text) = json["expected"] { finding.expected = Double(text) }
        finding.observed = json["observed"]?.integer.map { Int($0) }
        return finding
    }

    private static func resolution(_ json: JSON) -> Alert.Resolution? {
        guard let ended = json["ended"]?.instant, let at = json["at"]?.instant,
            let how = json["how"]?.string.flatMap(Alert.Resolution.How.init(rawValue:))
        else { return nil }
        return Alert.Resolution(
            ended: ended, at: at, how: how, by: json["by"]?.string ?? "", reason: json["reason"]?.string ?? "")
    }

    private static func verdict(_ json: JSON) -> Alert.Verdict? {
        guard let side = json["side"]?.string.flatMap(Alert.Verdict.Side.init(rawValue:)), let at = json["at"]?.instant
        else { return nil }
        return Alert.Verdict(
            side, cause: json["cause"]?.string ?? "", reason: json["reason"]?.string ?? "",
            by: json["by"]?.string ?? "", at: at)
    }
}

extension JSON {
    fileprivate var instant: Instant? { integer.map(Instant.init(milliseconds:)) }
}
