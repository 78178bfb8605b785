import Domain
import HTTP
import Intake
import Monitoring
import Service
import Store

/// What a fixed rule would have done, before it is armed.
enum RuleOperations {
    /// Slots are kept so long.
    private static let days = 12

    @Sendable static func attempt(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        let body = call.body
        let key = GroupKey(client: body["client"]?.string ?? "", group: body["group"]?.string ?? "")
        guard let group = try reader.countedGroups().first(where: { $0.key == key }) else {
            throw Problem(.notFound, "No lead has been counted for group \"\(key.group)\" of client \"\(key.client)\".")
        }
        let rule = try rule(body)
        let zone = relay.configuration.withLock { $0 }.volume.clients[key.client]?.zone ?? .utc
        let now = Slots.slot(of: relay.now)
        let first = max(now - days * Slots.perDay, group.firstSlot)
        guard now - first > rule.slots else {
            throw Problem(.conflict, "The group is too new: there is less of it than the rule looks at.")
        }
        var leads = [UInt32](repeating: 0, count: now - first)
        for count in try reader.slotCounts(first..<now) where count.group == group.id {
            leads[count.slot - first] = UInt32(clamping: count.leads)
        }
        let total = leads.reduce(0) { $0 + Int($1) }
        return [
            "rule": .string(rule.words), "since": .string(Slots.start(of: first).rfc3339Seconds),
            "leads": JSON(total), "firings": JSON(rule.firings(leads, before: now, zone)),
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
