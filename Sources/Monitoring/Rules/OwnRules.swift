package import Domain
import Store

/// Requests that intake could not answer as it should: leads are being lost at the door.
package struct IntakeErrorRule: Rule {
    package var settings: RuleSettings
    package init(_ settings: RuleSettings) { self.settings = settings }

    package func observations(_ facts: Facts) -> [Observation] {
        guard !settings.off.contains(.intakeErrors) else { return [] }
        var findings = Findings()
        let errors = facts.intake.errors.values.reduce(0, +)
        let all = facts.intake.requests + errors
        let share = all == 0 ? 0 : Double(errors) / Double(all)
        if errors >= settings.intakeErrors.least, share >= settings.intakeErrors.share {
            let worst = facts.intake.errors.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            findings.problem(
                Finding(
                    .intakeErrors, .relay, .critical, began: facts.now - .minutes(5),
                    sentence:
                        "\(errors) of \(all.of("request")) (\(share.percent)) were refused in 5 minutes because of us: \(worst.first?.key ?? "")\(facts.intake.problems.first.map { "; \($0)" } ?? "").",
                    evidence: worst.map { .init("refused: \($0.key)", "\($0.value)") }))
        } else if facts.intake.requests > 0, share <= settings.intakeErrors.share / 2 {
            findings.recovered(
                .intakeErrors, .relay, at: facts.now,
                "\(facts.intake.requests.of("request")) were answered in the last 5 minutes.")
        }
        return findings.observations
    }
}

/// The disk and the files on it.
package struct StorageRule: Rule {
    package var settings: RuleSettings
    package init(_ settings: RuleSettings) { self.settings = settings }

    package func observations(_ facts: Facts) -> [Observation] {
        guard !settings.off.contains(.storage) else { return [] }
        var findings = Findings()
        disk(facts, &findings)
        wal(facts, &findings)
        backup(facts, &findings)
        if let damage = facts.storage.damage {
            findings.problem(
                Finding(
                    .storage, .relay, .critical, code: "damage", began: facts.now,
                    sentence:
                        "The database file is damaged: what a damaged page held cannot be read. Stop the relay and restore a backup; the README says how.",
                    evidence: [.init("found by", damage)]))
        }
        return findings.observations
    }

    private func disk(_ facts: Facts, _ findings: inout Findings) {
        let storage = facts.storage
        guard let free = storage.freeBytes, let total = storage.totalBytes, total > 0 else { return }
        let share = Double(free) / Double(total)
        // At the growth of the last day it lasts so long.
        let lasts = storage.growthPerDay.flatMap { growth in
            growth > 0 ? Duration.milliseconds(Int64(Double(free) / Double(growth) * 86_400_000)) : nil
        }
        let isSoonFull = lasts.map { $0 < settings.storage.fullIn } ?? false
        if storage.isFull || share < settings.storage.freeWarning || isSoonFull {
            let isCritical = storage.isFull || share < settings.storage.freeCritical
            var sentence =
                storage.isFull
                ? "The disk is full: nothing can be acknowledged."
                : "\(free.bytes) of the disk (\(share.percent)) are free"
            if !storage.isFull {
                if let lasts, isSoonFull { sentence += ", enough for \(lasts.words) at the growth of the last day" }
                sentence += "."
            }
            findings.problem(
                Finding(
                    .storage, .relay, isCritical ? .critical : .warning, code: "disk", began: facts.now,
                    sentence: sentence, evidence: [.init("database", storage.databaseBytes.bytes)]))
        } else if share > settings.storage.freeWarning * 1.2 {
            findings.recovered(.storage, .relay, code: "disk", at: facts.now, "\(free.bytes) are free.")
        }
    }

    private func backup(_ facts: Facts, _ findings: inout Findings) {
        guard let most = settings.storage.backupAge, let firstLead = facts.storage.firstLead else {
            return
        }
        let last = facts.storage.lastBackup
        let since = last ?? firstLead
        let age = facts.now - since
        guard age > most else {
            if last != nil {
                findings.recovered(.storage, .relay, code: "backup", at: since, "A backup has been made.")
            }
            return
        }
        findings.problem(
            Finding(
                .storage, .relay, .warning, code: "backup", began: since + most,
                sentence: last == nil
                    ? "No backup has ever been made, and leads have been kept here for \(age.words). Make one with leadrelay backup FILE, and let a timer make the next ones."
                    : "The last backup was made \(age.words) ago. Make one with leadrelay backup FILE, and see why the timer has not.",
                evidence: [.init("last backup", last?.rfc3339Seconds ?? "never")]))
    }

    private func wal(_ facts: Facts, _ findings: inout Findings) {
        let bytes = facts.storage.walBytes
        if bytes > settings.storage.wal {
            findings.problem(
                Finding(
                    .storage, .relay, .warning, code: "log", began: facts.now,
                    sentence:
                        "The write-ahead log has grown to \(bytes.bytes): something reads for very long, or cannot be copied."
                ))
        } else if bytes < settings.storage.wal / 2 {
            findings.recovered(.storage, .relay, code: "log", at: facts.now, "The write-ahead log is small again.")
        }
    }
}

/// A changed configuration that was not taken: what people believe to be in force is not.
package struct ConfigurationRule: Rule {
    package var settings: RuleSettings
    package init(_ settings: RuleSettings) { self.settings = settings }

    package func observations(_ facts: Facts) -> [Observation] {
        guard !settings.off.contains(.configurationRefused) else { return [] }
        var findings = Findings()
        if let refused = facts.refusedConfiguration {
            findings.problem(
                Finding(
                    .configurationRefused, .relay, .warning, began: refused.since,
                    sentence: "The changed configuration was not taken, the old one stays in force: \(refused.reason).")
            )
        } else {
            findings.recovered(
                .configurationRefused, .relay, at: facts.now, "The configuration file is in force.")
        }
        return findings.observations
    }
}

/// Our clock against those of the platforms. A wrong clock makes events unacceptable and windows close at the wrong
/// time.
package struct ClockRule: Rule {
    package var settings: RuleSettings
    package init(_ settings: RuleSettings) { self.settings = settings }

    package func observations(_ facts: Facts) -> [Observation] {
        guard !settings.off.contains(.clockSkew), let skew = facts.clockSkew else { return [] }
        var findings = Findings()
        let size = skew < .zero ? .zero - skew : skew
        if size >= settings.clockSkew.warning {
            findings.problem(
                Finding(
                    .clockSkew, .relay, size >= settings.clockSkew.critical ? .critical : .warning, began: facts.now,
                    sentence:
                        "This machine's clock is \(size.words) \(skew > .zero ? "ahead of" : "behind") those of the platforms. Is its time service (NTP) running?"
                ))
        } else if size < settings.clockSkew.warning / 2 {
            findings.recovered(.clockSkew, .relay, at: facts.now, "The clock is right.")
        }
        return findings.observations
    }
}

/// Ids that run ahead of the clock, because it was ahead once: they never go back. Searches by time miss these leads
/// until the clock has caught up; retention goes by their receipt and does not.
package struct IDsAheadRule: Rule {
    package var settings: RuleSettings
    package init(_ settings: RuleSettings) { self.settings = settings }

    /// Clocks that are set go back by less.
    package static let bound: Duration = .minutes(10)

    package func observations(_ facts: Facts) -> [Observation] {
        guard !settings.off.contains(.idsAhead) else { return [] }
        var findings = Findings()
        if facts.idsAhead > Self.bound {
            findings.problem(
                Finding(
                    .idsAhead, .relay, .warning, began: facts.now,
                    sentence:
                        "Ids run ahead of the clock by \(facts.idsAhead.words), because it was ahead once. Leads are kept and sent as usual, and retention goes by when they were received; searches by time find them under the wrong one."
                ))
        } else {
            findings.recovered(.idsAhead, .relay, at: facts.now, "The clock has caught up with the ids.")
        }
        return findings.observations
    }
}

/// Quarantined events that are discarded soon, because nobody decides about them.
package struct QuarantineEndsRule: Rule {
    package var watching: Watching
    package init(_ watching: Watching) { self.watching = watching }

    package func observations(_ facts: Facts) -> [Observation] {
        var findings = Findings()
        for source in facts.sources
        where !watching.settings(client: source.client).off.contains(.quarantineEnds) {
            guard let ending = facts.quarantineEnding.first(where: { $0.source == source.name }) else {
                findings.recovered(
                    .quarantineEnds, .source(source.name), at: facts.now, "No event is about to be discarded.")
                continue
            }
            let left = max(.zero, ending.first - facts.now)
            findings.problem(
                Finding(
                    .quarantineEnds, .source(source.name), .warning, began: facts.now,
                    sentence:
                        "\(ending.count.of("event")) of \(source.name) in quarantine, the first \(left == .zero ? "now" : "in \(left.words)"), will be discarded because nobody has decided about \(ending.count == 1 ? "it" : "them") (retention.quarantine).",
                    evidence: [.init("first discarded", ending.first.rfc3339Seconds)], client: source.client))
        }
        return findings.observations
    }
}

/// Grants, tokens and certificates that end, ahead of it.
package struct CredentialRule: Rule {
    /// Names, in the evidence, the landing page that a certificate is needed for.
    package static let page = "page"
    package var watching: Watching
    package init(_ watching: Watching) { self.watching = watching }

    package func observations(_ facts: Facts) -> [Observation] {
        var findings = Findings()
        let shared = tellShared(facts, &findings)
        for credential in facts.credentials {
            let settings = watching.settings(client: credential.client)
            guard !settings.off.contains(.credentialEnds) else { continue }
            let left = credential.ends - facts.now
            if left < settings.credentialEnds.warning {
                findings.problem(
                    Finding(
                        .credentialEnds, credential.scope,
                        left < settings.credentialEnds.critical ? .critical : .warning, code: credential.code,
                        began: min(facts.now, credential.ends - settings.credentialEnds.warning),
                        sentence: "\(credential.title) \(Self.end(left)).",
                        evidence: [.init("ends", credential.ends.rfc3339Seconds)]
                            + (credential.page.isEmpty ? [] : [.init(Self.page, credential.page)]),
                        client: credential.client,
                        coveredBy: shared[Access(credential, facts)].map { [$0] } ?? []))
            } else {
                findings.recovered(
                    .credentialEnds, credential.scope, code: credential.code, at: facts.now,
                    "\(credential.title) has been renewed.")
            }
        }
        return findings.observations
    }

    /// What is one access to a platform, or one certificate.
    private struct Access: Hashable {
        var platform: String?
        var name: String

        init(_ credential: Facts.CredentialFacts, _ facts: Facts) {
            name = credential.access
            if case .destination(let name) = credential.scope {
                platform = facts.destinations.first { $0.name == name }?.platform
            }
        }

        var scope: AlertScope { platform.map { .platform($0) } ?? .relay }
    }

    /// Says once what ends for several destinations or clients together; answers the keys of these matters.
    private func tellShared(_ facts: Facts, _ findings: inout Findings) -> [Access: String] {
        var keys: [Access: String] = [:]
        let watched = facts.credentials.filter {
            !$0.access.isEmpty && !watching.settings(client: $0.client).off.contains(.credentialEnds)
        }
        let all = Dictionary(grouping: watched) { Access($0, facts) }
        for (access, those) in all.sorted(by: {
            ($0.key.platform ?? "", $0.key.name) < ($1.key.platform ?? "", $1.key.name)
        })
        where Set(those.map(\.scope)).count > 1 {
            let ending = those.filter {
                $0.ends - facts.now < watching.settings(client: $0.client).credentialEnds.warning
            }
            // The last one that is left is still a part of it, if it was told at all.
            keys[access] = Finding.key(.credentialEnds, access.scope, code: access.name)
            guard Set(ending.map(\.scope)).count > 1, let first = ending.min(by: { $0.ends < $1.ends }) else {
                if ending.isEmpty {
                    findings.recovered(
                        .credentialEnds, access.scope, code: access.name, at: facts.now, "It has been renewed for all.")
                }
                continue
            }
            findings.problem(finding(access, ending, first: first, facts))
        }
        return keys
    }

    private func finding(
        _ access: Access, _ ending: [Facts.CredentialFacts], first: Facts.CredentialFacts, _ facts: Facts
    ) -> Finding {
        let left = first.ends - facts.now
        let warning = ending.map { watching.settings(client: $0.client).credentialEnds.warning }.max() ?? .zero
        let isCritical = ending.contains {
            $0.ends - facts.now < watching.settings(client: $0.client).credentialEnds.critical
        }
        let names = Set(
            ending.map { credential in
                if case .destination(let name) = credential.scope { name } else { credential.client }
            }
        ).sorted()
        let sentence =
            access.platform.map { "The access that \(names.count) destinations of \($0) share \(Self.end(left))." }
            ?? "\(first.title) \(Self.end(left)); pages of \(names.count) clients need it."
        return Finding(
            .credentialEnds, access.scope, isCritical ? .critical : .warning, code: access.name,
            began: min(facts.now, first.ends - warning), sentence: sentence,
            evidence: [
                .init("ends", first.ends.rfc3339Seconds),
                .init(access.platform == nil ? "clients" : "destinations", SharedCredential.list(names)),
            ],
            // Lanes that are held because it has ended tell the same, louder.
            coveredBy: left > .zero ? [] : [Finding.key(.laneHeld, access.scope, code: access.name)])
    }

    private static func end(_ left: Duration) -> String { left > .zero ? "ends in \(left.words)" : "has ended" }
}

/// A way to reach people that does not work. Told through the others.
package struct ChannelRule: Rule {
    package var settings: RuleSettings
    package init(_ settings: RuleSettings) { self.settings = settings }

    package func observations(_ facts: Facts) -> [Observation] {
        guard !settings.off.contains(.channelFailing) else { return [] }
        var findings = Findings()
        for channel in facts.channels {
            if let since = channel.failingSince, facts.now - since >= settings.channelFailing {
                findings.problem(
                    Finding(
                        .channelFailing, .channel(channel.name), .critical, began: since,
                        sentence:
                            "Nothing has got through to \(channel.name) for \((facts.now - since).words): \(channel.reason)",
                        evidence: [
                            .init("attempts", "\(channel.failures)"), .init("messages waiting", "\(channel.waiting)"),
                        ]))
            } else if channel.failingSince == nil, let sent = channel.lastSent {
                findings.recovered(
                    .channelFailing, .channel(channel.name), at: sent, "\(channel.name) takes messages again.")
            }
        }
        return findings.observations
    }
}

/// Signs of life that customers' machines are to send.
package struct HeartbeatRule: Rule {
    package init() {}

    package func observations(_ facts: Facts) -> [Observation] {
        var findings = Findings()
        for heartbeat in facts.heartbeats {
            let last = max(heartbeat.last ?? heartbeat.watchedSince, heartbeat.watchedSince - heartbeat.every)
            let silence = facts.now - last
            let scope = AlertScope.external(heartbeat.name)
            // What could not be received while we were down was not missing.
            if silence > heartbeat.every, facts.running > min(heartbeat.every, Self.settling) {
                let what = heartbeat.last == nil ? "was never received" : "has not come for \(silence.words)"
                findings.problem(
                    Finding(
                        .missingHeartbeat, scope, heartbeat.severity, began: last + heartbeat.every,
                        sentence: "\(heartbeat.name) \(what); it should come every \(heartbeat.every.words).",
                        client: heartbeat.client, coveredBy: [Finding.key(.intakeErrors, .relay)]))
            } else if silence <= heartbeat.every, let last = heartbeat.last {
                findings.recovered(.missingHeartbeat, scope, at: last, "\(heartbeat.name) was received again.")
            }
        }
        return findings.observations
    }

    /// So long after a start senders have had time to try again.
    private static let settling: Duration = .minutes(10)
}
