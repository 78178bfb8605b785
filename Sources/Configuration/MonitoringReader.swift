package import Domain
package import Monitoring

extension Configuration {
    /// What is watched, and how alerts behave.
    package struct Monitoring: Sendable, Equatable {
        package var watching = Watching()
        package var alerts = AlertSettings()
        package var heartbeats: [Heartbeat] = []

        init() {}
    }
}

extension Configuration.Monitoring {
    /// Reads the section `monitoring`; whoever adds to it reads its own members before `finish`.
    init(reading section: Section, clients: [Configuration.Client]) {
        self.init()
        if let rules = section.section("rules") { watching.common = RuleSettings(reading: rules, RuleSettings()) }
        for override in section.list("overrides") {
            let client = override.requiredText("client", Configuration.clientComplaint(clients))
            let group = override.text("group")
            let settings = override.section("rules").map { RuleSettings(reading: $0, watching.common) }
            if settings == nil { _ = override.require("rules", "for example { click_id_share: \"off\" }") }
            override.finish()
            if let client, let settings {
                watching.overrides.append(Watching.Override(client: client, group: group, settings: settings))
            }
        }
        if let alerts = section.section("alerts") { self.alerts = AlertSettings(reading: alerts) }
        heartbeats = section.sections("heartbeats", Configuration.nameComplaint).compactMap { name, section in
            let every =
                section.require("every", "for example \"25h\"")
                ? section.duration("every") : nil
            let client = section.text("client", Configuration.clientComplaint(clients)) ?? ""
            let severity = section.choice("severity", Severity.self) ?? .warning
            section.finish()
            return every.map { Heartbeat(name: name, client: client, every: $0, severity: severity) }
        }
    }
}

extension RuleSettings {
    /// `off` in place of a rule's settings switches it off. What is not said is as in `base`.
    /// In one piece: a rule after the other, as the file has them.
    fileprivate init(reading section: Section, _ base: RuleSettings) {
        self = base
        func rule(_ kind: AlertKind, _ read: (Section) -> Void) {
            let name = kind.rawValue
            switch section.value(name) {
            case nil: return
            case .text("off"): off.insert(kind)
            case .text("on"): off.remove(kind)
            case .object:
                off.remove(kind)
                guard let rule = section.section(name) else { return }
                read(rule)
                rule.finish()
            case .some(let value):
                section.mistake(name, Section.expected("\"off\", \"on\", or the rule's settings in { … }", value))
            }
        }
        rule(.forwardingFailing) { rule in
            forwarding.share = rule.number("share") ?? forwarding.share
            forwarding.least = rule.whole("least") ?? forwarding.least
            forwarding.breakerOpen = rule.duration("breaker_open") ?? forwarding.breakerOpen
            forwarding.criticalAge = rule.duration("critical_age") ?? forwarding.criticalAge
        }
        rule(.backlog) { backlog = Grades(reading: $0, backlog) }
        rule(.laneHeld) { pausedFor = $0.duration("paused_for") ?? pausedFor }
        rule(.expiring) { expiryAhead = $0.duration("ahead") ?? expiryAhead }
        rule(.unclassifiedCode) { unclassified = $0.whole("least") ?? unclassified }
        rule(.unconfirmed) { unconfirmedFor = $0.duration("after") ?? unconfirmedFor }
        rule(.testMode) { _ in }
        rule(.preflightFailed) { _ in }
        rule(.quarantineRate) { quarantine = Share(reading: $0, quarantine) }
        rule(.duplicateShare) { duplicates = Share(reading: $0, duplicates) }
        rule(.clickIDShare) { clickIDs.least = $0.whole("least") ?? clickIDs.least }
        rule(.consentShare) { consents.least = $0.whole("least") ?? consents.least }
        rule(.nothingAccepted) {
            nothingAccepted.least = $0.whole("least") ?? nothingAccepted.least
        }
        rule(.skippedShare) { skips = Share(reading: $0, skips) }
        rule(.contactShare) { contacts = Share(reading: $0, contacts) }
        rule(.leftOutShare) { leftOut = Share(reading: $0, leftOut) }
        rule(.reusedIDs) { reusedIDs = Share(reading: $0, reusedIDs) }
        rule(.refusedShare) { refusals = Share(reading: $0, refusals) }
        rule(.intakeErrors) { intakeErrors = Share(reading: $0, intakeErrors) }
        rule(.storage) { rule in
            storage.freeWarning = rule.number("free_warning") ?? storage.freeWarning
            storage.freeCritical = rule.number("free_critical") ?? storage.freeCritical
            storage.fullIn = rule.duration("full_in") ?? storage.fullIn
            storage.wal = rule.size("log") ?? storage.wal
            if rule.value("backup_age") == .text("off") {
                storage.backupAge = nil
            } else {
                storage.backupAge =
                    rule.duration("backup_age") ?? storage.backupAge
            }
            if storage.freeCritical > storage.freeWarning {
                rule.mistake("free_critical", "must not be above free_warning")
            }
        }
        rule(.configurationRefused) { _ in }
        rule(.quarantineEnds) { _ in }
        rule(.idsAhead) { _ in }
        rule(.clockSkew) { clockSkew = Grades(reading: $0, clockSkew) }
        rule(.credentialEnds) {
            credentialEnds = Grades(reading: $0, credentialEnds, isAhead: true)
        }
        rule(.tooManyGroups) { _ in }
        rule(.channelFailing) { channelFailing = $0.duration("after") ?? channelFailing }
        section.finish()
    }
}

extension RuleSettings.Grades {
    /// `isAhead`: time that is left rather than time that has passed, so the critical one is the shorter one.
    fileprivate init(
        reading section: Section, _ base: RuleSettings.Grades, isAhead: Bool = false
    ) {
        self = base
        warning = section.duration("warning") ?? base.warning
        critical = section.duration("critical") ?? base.critical
        if isAhead ? critical > warning : critical < warning {
            section.mistake(
                "critical", "must \(isAhead ? "not be above" : "not be below") warning (\(warning.configured))")
        }
    }
}

extension RuleSettings.Share {
    fileprivate init(reading section: Section, _ base: RuleSettings.Share) {
        self = base
        share = section.number("share") ?? base.share
        least = section.whole("least") ?? base.least
    }
}

extension AlertSettings {
    fileprivate init(reading section: Section) {
        self.init()
        if let times = section.section("acknowledge") {
            for severity in [Severity.warning, .critical] {
                acknowledgement[severity] =
                    times.duration(severity.rawValue) ?? acknowledgement[severity]
            }
            times.finish()
        }
        if let steps = section.section("escalate") {
            for severity in [Severity.warning, .critical] {
                if let after = steps.durations(severity.rawValue) {
                    escalation[severity] = after.map(Step.init(after:))
                }
            }
            steps.finish()
        }
        reminders = section.durations("remind") ?? reminders
        updateEvery = section.duration("update_every") ?? updateEvery
        reopenWithin = section.duration("reopen_within") ?? reopenWithin
        flapsAfter = section.whole("flaps_after") ?? flapsAfter
        calm = section.duration("calm") ?? calm
        quietAfterResolve = section.duration("quiet_after_resolve") ?? quietAfterResolve
        quietAfterVerdict = section.duration("quiet_after_verdict") ?? quietAfterVerdict
        section.finish()
    }
}

extension Section {
    /// A list of times, each longer than the one before; it may be empty.
    fileprivate func durations(_ name: String) -> [Duration]? {
        guard let value = value(name), case (let range, let most)? = bounds(name, Self.times) else { return nil }
        guard case .list(let elements) = value, elements.count <= most else {
            mistake(name, Self.expected("a list of at most \(most) times, for example [\"15m\", \"45m\"]", value))
            return nil
        }
        var found: [Duration] = []
        for (index, element) in elements.enumerated() {
            let place = Outline.path(path(name), index)
            guard case .text(let text) = element, let duration = Duration(configured: text), range.contains(duration)
            else {
                findings.mistake(
                    place, "must be a time from \(range.lowerBound.configured) to \(range.upperBound.configured)")
                return nil
            }
            if let last = found.last, duration <= last {
                findings.mistake(place, "must be longer than the one before it")
                return nil
            }
            found.append(duration)
        }
        return found
    }

    private static func times(_ kind: Setting.Kind) -> (ClosedRange<Duration>, most: Int)? {
        if case .durations(let range, let most) = kind { (range, most) } else { nil }
    }
}
