package import Domain
import Store

extension Facts {
    /// What is watched once: the process, its disk, its clock.
    struct RelayItself: Watched {
        var scope: AlertScope { .relay }
    }
}

/// Clocks that are set go back by less than this: what makes ids run ahead by more is told.
package enum IDsAhead {
    package static let bound: Duration = .minutes(10)
}

/// What can be wrong with the relay itself.
enum RelayThresholds {
    static let all = [intakeErrors, disk, log, backup, damage, configurationRefused, clockSkew, idsAhead]

    /// Requests that intake could not answer as it should: leads are being lost at the door.
    private static let intakeErrors = Threshold<Facts.RelayItself>(kind: .intakeErrors) { _, at in
        let intake = at.facts.intake
        guard intake.failures >= at.settings.intakeErrors.least, intake.share >= at.settings.intakeErrors.share else {
            return nil
        }
        let worst = intake.errors.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return Problem(
            severity: .critical, began: at.now - .minutes(5),
            sentence:
                """
                \(intake.failures) of \(intake.all.of("request")) (\(intake.share.percent)) were refused in 5 \
                minutes because of us: \(worst.first?.key ?? "")\(intake.problems.first.map { "; \($0)" } ?? "").
                """,
            evidence: worst.map { .init("refused: \($0.key)", "\($0.value)") })
    } close: { _, at in
        let intake = at.facts.intake
        guard intake.requests > 0, intake.share <= at.settings.intakeErrors.share / 2 else { return nil }
        return Recovery(
            ended: at.now, sentence: "\(intake.requests.of("request")) were answered in the last 5 minutes.")
    }

    private static let disk = Threshold<Facts.RelayItself>(kind: .storage, code: "disk") { _, at in
        let (storage, bounds) = (at.facts.storage, at.settings.storage)
        guard let free = storage.freeBytes, let share = storage.freeShare else { return nil }
        let lasts = storage.lasts.flatMap { $0 < bounds.fullIn ? $0 : nil }
        guard storage.isFull || share < bounds.freeWarning || lasts != nil else { return nil }
        let time = lasts.map { ", enough for \($0.words) at the growth of the last day" } ?? ""
        return Problem(
            severity: storage.isFull || share < bounds.freeCritical ? .critical : .warning, began: at.now,
            sentence: storage.isFull
                ? "The disk is full: nothing can be acknowledged."
                : "\(free.bytes) of the disk (\(share.percent)) are free\(time).",
            evidence: [.init("database", storage.databaseBytes.bytes)])
    } close: { _, at in
        guard let free = at.facts.storage.freeBytes, let share = at.facts.storage.freeShare,
            share > at.settings.storage.freeWarning * 1.2
        else { return nil }
        return Recovery(ended: at.now, sentence: "\(free.bytes) are free.")
    }

    private static let log = Threshold<Facts.RelayItself>(kind: .storage, code: "log") { _, at in
        let bytes = at.facts.storage.walBytes
        guard bytes > at.settings.storage.wal else { return nil }
        return Problem(
            severity: .warning, began: at.now,
            sentence:
                "The write-ahead log has grown to \(bytes.bytes): something reads for very long, or cannot be copied.")
    } close: { _, at in
        guard at.facts.storage.walBytes < at.settings.storage.wal / 2 else { return nil }
        return Recovery(ended: at.now, sentence: "The write-ahead log is small again.")
    }

    private static let backup = Threshold<Facts.RelayItself>(kind: .storage, code: "backup") { _, at in
        let last = at.facts.storage.lastBackup
        guard let most = at.settings.storage.backupAge, let firstLead = at.facts.storage.firstLead,
            at.now - (last ?? firstLead) > most
        else { return nil }
        let age = (at.now - (last ?? firstLead)).words
        return Problem(
            severity: .warning, began: (last ?? firstLead) + most,
            sentence: last == nil
                ? """
                No backup has ever been made, and leads have been kept here for \(age). Make one with leadrelay \
                backup FILE, and let a timer make the next ones.
                """
                : """
                The last backup was made \(age) ago. Make one with leadrelay backup FILE, and see why the timer \
                has not.
                """,
            evidence: [.init("last backup", last?.rfc3339Seconds ?? "never")])
    } close: { _, at in
        guard at.settings.storage.backupAge != nil, at.facts.storage.firstLead != nil,
            let last = at.facts.storage.lastBackup
        else { return nil }
        return Recovery(ended: last, sentence: "A backup has been made.")
    }

    /// Never over by itself: a person restores the file.
    private static let damage = Threshold<Facts.RelayItself>(kind: .storage, code: "damage") { _, at in
        at.facts.storage.damage.map { damage in
            Problem(
                severity: .critical, began: at.now,
                sentence:
                    """
                    The database file is damaged: what a damaged page held cannot be read. Stop the relay and \
                    restore a backup; the README says how.
                    """,
                evidence: [.init("found by", damage)])
        }
    }

    /// A changed configuration that was not taken: what people believe to be in force is not.
    private static let configurationRefused = Threshold<Facts.RelayItself>(kind: .configurationRefused) { _, at in
        at.facts.refusedConfiguration.map { refused in
            Problem(
                severity: .warning, began: refused.since,
                sentence: "The changed configuration was not taken, the old one stays in force: \(refused.reason).")
        }
    } close: { _, at in
        Recovery(ended: at.now, sentence: "The configuration file is in force.")
    }

    /// Our clock against those of the platforms. A wrong clock makes events unacceptable and windows close at the wrong
    /// time.
    private static let clockSkew = Threshold<Facts.RelayItself>(kind: .clockSkew) { _, at in
        guard let skew = at.facts.clockSkew, skew.size >= at.settings.clockSkew.warning else { return nil }
        return Problem(
            severity: at.settings.clockSkew.severity(of: skew.size), began: at.now,
            sentence:
                """
                This machine's clock is \(skew.size.words) \(skew > .zero ? "ahead of" : "behind") those of the \
                platforms. Is its time service (NTP) running?
                """
        )
    } close: { _, at in
        guard let skew = at.facts.clockSkew, skew.size < at.settings.clockSkew.warning / 2 else { return nil }
        return Recovery(ended: at.now, sentence: "The clock is right.")
    }

    /// Ids that run ahead of the clock, because it was ahead once: they never go back. Searches by time miss these
    /// leads until the clock has caught up; retention goes by their receipt and does not.
    private static let idsAhead = Threshold<Facts.RelayItself>(kind: .idsAhead) { _, at in
        guard at.facts.idsAhead > IDsAhead.bound else { return nil }
        return Problem(
            severity: .warning, began: at.now,
            sentence:
                """
                Ids run ahead of the clock by \(at.facts.idsAhead.words), because it was ahead once. Leads are \
                kept and sent as usual, and retention goes by when they were received; searches by time find them \
                under the wrong one.
                """
        )
    } close: { _, at in
        Recovery(ended: at.now, sentence: "The clock has caught up with the ids.")
    }
}

/// A way to reach people that does not work. Told through the others.
enum ChannelThresholds {
    static let all = [
        Threshold<ChannelState>(kind: .channelFailing) { channel, at in
            guard let since = channel.failingSince, at.now - since >= at.settings.channelFailing else { return nil }
            return Problem(
                severity: .critical, began: since,
                sentence: "Nothing has got through to \(channel.name) for \((at.now - since).words): \(channel.reason)",
                evidence: [.init("attempts", "\(channel.failures)"), .init("messages waiting", "\(channel.waiting)")])
        } close: { channel, _ in
            guard channel.failingSince == nil, let sent = channel.lastSent else { return nil }
            return Recovery(ended: sent, sentence: "\(channel.name) takes messages again.")
        }
    ]
}

/// Signs of life that customers' machines are to send.
enum HeartbeatThresholds {
    static let all = [
        Threshold<Facts.HeartbeatFacts>(kind: .missingHeartbeat) { heartbeat, at in
            let silence = at.now - heartbeat.lastSign
            // What could not be received while we were down was not missing.
            guard silence > heartbeat.every, at.facts.running > min(heartbeat.every, settling) else { return nil }
            let what = heartbeat.last == nil ? "was never received" : "has not come for \(silence.words)"
            return Problem(
                severity: heartbeat.severity, began: heartbeat.lastSign + heartbeat.every,
                sentence: "\(heartbeat.name) \(what); it should come every \(heartbeat.every.words).",
                coveredBy: [Finding.key(.intakeErrors, .relay)])
        } close: { heartbeat, at in
            guard let last = heartbeat.last, at.now - heartbeat.lastSign <= heartbeat.every else { return nil }
            return Recovery(ended: last, sentence: "\(heartbeat.name) was received again.")
        }
    ]

    /// So long after a start senders have had time to try again.
    private static let settling: Duration = .minutes(10)
}

extension ChannelState: Watched {
    var scope: AlertScope { .channel(name) }
}

extension Facts.HeartbeatFacts: Watched {
    var scope: AlertScope { .external(name) }

    /// When it last came, or what counts as that.
    fileprivate var lastSign: Instant { max(last ?? watchedSince, watchedSince - every) }
}

extension Facts.IntakeFacts {
    fileprivate var failures: Int { errors.values.reduce(0, +) }
    fileprivate var all: Int { requests + failures }
    fileprivate var share: Double { all == 0 ? 0 : Double(failures) / Double(all) }
}

extension Facts.StorageFacts {
    fileprivate var freeShare: Double? {
        guard let freeBytes, let totalBytes, totalBytes > 0 else { return nil }
        return Double(freeBytes) / Double(totalBytes)
    }

    /// At the growth of the last day it lasts so long.
    fileprivate var lasts: Duration? {
        guard let freeBytes, let growthPerDay, growthPerDay > 0 else { return nil }
        return .milliseconds(Int64(Double(freeBytes) / Double(growthPerDay) * 86_400_000))
    }
}

extension Duration {
    fileprivate var size: Duration { self < .zero ? .zero - self : self }
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
