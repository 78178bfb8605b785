import Domain
import HTTP
import Intake
import Monitoring
import Service
import Store

/// What a fixed rule would have done, before it is armed.
enum RuleOperations {
    /// Looked back at: by five minutes as long as slots are kept, before that by the hour.
    private static let days = VolumeModel.daysOfHistory
    private static let slotDays = 12

    @Sendable static func attempt(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        let body = call.body
        let key = GroupKey(client: body["client"]?.string ?? "", group: body["group"]?.string ?? "")
        guard let group = try reader.countedGroup(key) else {
            throw Problem(.notFound, "No lead has been counted for group \"\(key.group)\" of client \"\(key.client)\".")
        }
        let rule = try rule(body)
        let zone = relay.configuration.withLock { $0 }.volume.clients[key.client]?.zone ?? .utc
        let now = Slots.slot(of: relay.now)
        let today = now / Slots.perDay
        let begin = max((today - days) * Slots.perDay, group.firstSlot)
        guard now - begin > rule.slots else {
            throw Problem(.conflict, "The group is too new: there is less of it than the rule looks at.")
        }
        let fine = max((today - slotDays) * Slots.perDay, begin)
        // The hour in which it began is not whole.
        let coarse = min((begin + Slots.perHour - 1) / Slots.perHour * Slots.perHour, fine)
        var leads = [UInt32](repeating: 0, count: now - fine)
        var hours = [UInt32](repeating: 0, count: (fine - coarse) / Slots.perHour)
        try reader.dayCounts((coarse / Slots.perDay)..<(fine / Slots.perDay + 1)) { id, day, counts in
            guard id == group.id else { return }
            for (hour, count) in counts.enumerated() {
                let slot = day * Slots.perDay + hour * Slots.perHour
                if (coarse..<fine).contains(slot) { hours[(slot - coarse) / Slots.perHour] += count }
            }
        }
        try reader.slotCounts(coarse..<now) { count in
            guard count.group == group.id else { return }
            if count.slot >= fine {
                leads[count.slot - fine] = UInt32(clamping: count.leads)
            } else {
                // Old, and not moved into a day yet.
                hours[(count.slot - coarse) / Slots.perHour] += UInt32(clamping: count.leads)
            }
        }
        let newest = rule.firings(leads, before: now, zone)
        let before = rule.firings(hours: hours, before: fine, zone)
        func total(_ counts: [UInt32]) -> Int { counts.reduce(0) { $0 + Int($1) } }
        func part(_ from: Int, _ leads: Int, _ firings: Int, _ resolution: String, exact: Bool) -> JSON {
            [
                "since": .string(Slots.start(of: from).rfc3339Seconds), "leads": JSON(leads), "firings": JSON(firings),
                "resolution": .string(resolution), "exact": .bool(exact),
            ]
        }
        var parts = [part(fine, total(leads), newest, "5m", exact: true)]
        if !hours.isEmpty { parts.insert(part(coarse, total(hours), before, "1h", exact: false), at: 0) }
        return [
            "rule": .string(rule.words),
            "since": .string(Slots.start(of: hours.isEmpty ? fine : coarse).rfc3339Seconds),
            "leads": JSON(total(leads) + total(hours)), "firings": JSON(newest + before), "parts": .array(parts),
        ]
    }

    private static func rule(_ body: JSON) throws -> FixedRule {
        var rule = FixedRule()
        if let fewer = body["fewer_than"] {
            guard let number = fewer.integer, (1...1_000_000).contains(number) else {
                throw Problem(.requestUnusable, "\"fewer_than\" must be a number from 1.", invalid: "fewer_than")
            }
            rule.fewerThan = Int(number)
        }
        if let text = body["in"]?.string {
            guard let within = Duration(configured: text), within >= .minutes(5), within <= .days(7),
                within.components.seconds % 300 == 0
            else {
                throw Problem(
                    .requestUnusable, "\"in\" must be 5m to 7d in steps of 5 minutes, for example \"1h\".",
                    invalid: "in")
            }
            rule.within = within
        }
        if let text = body["days"]?.string {
            guard let days = FixedRule.days(text) else {
                throw Problem(.requestUnusable, "\"days\" \(FixedRule.daysHint).", invalid: "days")
            }
            rule.days = days
        }
        if let text = body["hours"]?.string {
            guard let minutes = FixedRule.minutes(text) else {
                throw Problem(.requestUnusable, "\"hours\" \(FixedRule.hoursHint).", invalid: "hours")
            }
            rule.minutes = minutes
        }
        return rule
    }
}
