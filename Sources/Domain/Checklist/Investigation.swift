/// The four questions after something has gone wrong: which leads were affected, is the data whole, were all of them
/// hit, and what can be repaired until when.
package struct Investigation: Equatable, Sendable {
    package var range: Range<Instant>
    package var now: Instant
    package var client: String?
    package var group: String?
    package var destination: String?
    /// Leads received in the time, tests left out.
    package var received: Int
    package var duplicates: Int
    /// Events that are in quarantine still, by source and reason.
    package var quarantined: [Quarantined]
    package var rows: [Row]
    /// What does not fit in the books or between counters and tables; empty: the data is whole.
    package var gaps: [String]
    /// Destinations whose lanes stand still until a person resumes them.
    package var stopped: Set<String> = []
    /// All that waits for the destination that was asked about, also from before the time; `nil` without one.
    package var queue: Queue?

    package struct Queue: Equatable, Sendable {
        package var count: Int
        /// When the first of them is given up.
        package var expires: Instant?
        package init(count: Int, expires: Instant?) {
            self.count = count
            self.expires = expires
        }
    }

    package struct Quarantined: Equatable, Sendable {
        package var source: String
        package var reason: String
        package var count: Int
        package init(source: String, reason: String, count: Int) {
            self.source = source
            self.reason = reason
            self.count = count
        }
    }

    /// Deliveries of one group to one destination that stand alike.
    package struct Row: Equatable, Sendable {
        package var client: String
        package var group: String
        package var destination: String
        /// `open`, or an outcome.
        package var state: String
        package var code: String
        package var count: Int
        /// Those that could still be sent again, and until when the first of them can.
        package var replayable: Int
        package var replayableUntil: Instant?

        package init(
            client: String, group: String, destination: String, state: String, code: String, count: Int,
            replayable: Int = 0, replayableUntil: Instant? = nil
        ) {
            self.client = client
            self.group = group
            self.destination = destination
            self.state = state
            self.code = code
            self.count = count
            self.replayable = replayable
            self.replayableUntil = replayableUntil
        }

        /// Whether the platform has it, or never was to have it.
        package var isFine: Bool {
            switch state {
            case "delivered", "sent": true
            case "skipped": ["filtered", "not_mapped", "test"].contains(code)
            default: false
            }
        }
        /// What a replay can bring back; open ones go out by themselves.
        package var canBeReplayed: Bool {
            !isFine && replayable > 0 && ["rejected", "expired", "skipped"].contains(state)
        }
    }

    package init(
        range: Range<Instant>, now: Instant, client: String? = nil, group: String? = nil, destination: String? = nil,
        received: Int = 0, duplicates: Int = 0, quarantined: [Quarantined] = [], rows: [Row] = [], gaps: [String] = []
    ) {
        self.range = range
        self.now = now
        self.client = client
        self.group = group
        self.destination = destination
        self.received = received
        self.duplicates = duplicates
        self.quarantined = quarantined
        self.rows = rows
        self.gaps = gaps
    }

    package var affected: Int {
        rows.reduce(0) { $0 + ($1.isFine || $1.state == "skipped" && $1.code == "filtered" ? 0 : $1.count) }
    }
    private var owed: Int { rows.reduce(0) { $0 + ($1.state == "skipped" && $1.isFine ? 0 : $1.count) } }

    /// One sentence for each question.
    package var answers: [(question: String, answer: String)] {
        let held = quarantined.reduce(0) { $0 + $1.count }
        var which = "\(Self.counted(received, "lead")) came"
        which += ", \(Self.counted(duplicates, "duplicate")) besides"
        which +=
            held == 0
            ? ", none is in quarantine" : ", \(Self.counted(held, "event")) \(held == 1 ? "is" : "are") in quarantine"
        // What could not be read does not say where it belongs.
        which += group == nil ? "." : ", of those that say this group."
        var hit: String =
            if affected == 0 {
                "No delivery is affected."
            } else if affected == owed {
                "All \(owed) deliveries are affected."
            } else {
                "\(affected) of \(owed) deliveries are affected."
            }
        if let queue, queue.count > 0 {
            hit += " \(Self.counted(queue.count, "delivery", "deliveries")) in all wait there now."
        }
        let again = rows.filter(\.canBeReplayed)
        let first = again.compactMap(\.replayableUntil).min()
        let waiting = rows.filter { $0.state == "open" }
        let open = waiting.filter { !stopped.contains($0.destination) }.reduce(0) { $0 + $1.count }
        let standing = Set(waiting.map(\.destination) + [destination].compactMap { $0 }).intersection(stopped).sorted()
        var repair =
            again.isEmpty
            ? "Nothing to resend."
            : "\(again.reduce(0) { $0 + $1.replayable }) deliveries can be sent again"
                + (first.map { ", the first of them until \($0.plain)." } ?? ".")
        if open > 0 {
            repair +=
                """
                 \(open) \(open == 1 ? "is open and goes" : "are open and go") out by \
                \(open == 1 ? "itself" : "themselves").
                """
        }
        for name in standing {
            let count = queue.map(\.count) ?? waiting.filter { $0.destination == name }.reduce(0) { $0 + $1.count }
            guard count > 0 else { continue }
            repair += " \(count) \(count == 1 ? "waits" : "wait") until \(name) is resumed"
            repair += queue?.expires.map { "; the first is given up \($0.plain)." } ?? "."
        }
        if held > 0 { repair += " Quarantined events can be corrected and released." }
        return [
            ("Which leads?", which),
            (
                "Is the data whole?",
                gaps.isEmpty ? "Yes: the books balance, and counters and tables agree." : gaps.joined(separator: " ")
            ),
            ("Were all hit?", hit),
            ("What can be repaired?", repair),
        ]
    }

    private static func counted(_ count: Int, _ one: String, _ many: String? = nil) -> String {
        "\(count) \(count == 1 ? one : many ?? one + "s")"
    }

    /// What to type, one line for each destination and outcome.
    package var commands: [String] {
        struct Key: Hashable {
            var destination: String
            var state: String
        }
        var seen: Set<Key> = []
        var lines: [String] = []
        for row in rows
        where row.canBeReplayed && seen.insert(Key(destination: row.destination, state: row.state)).inserted {
            var line = "leadrelay replay --destination \(row.destination) --from \(range.lowerBound.rfc3339Seconds)"
            line += " --to \((range.upperBound + .milliseconds(999)).rfc3339Seconds)"
            if let client { line += " --client \(client)" }
            if let group { line += " --group '\(group.replacing("'", with: "'\\''"))'" }
            lines.append(line + " --outcome \(row.state)")
        }
        for reason in Set(quarantined.map(\.reason)).sorted() {
            lines.append("leadrelay quarantine list --reason \(reason)")
        }
        return lines
    }

    /// `groupTitle` says what a client's group is called; `nil` where nobody has said so.
    package func json(groupTitle: (_ client: String, _ group: String) -> String?) -> JSON {
        [
            "from": .string(range.lowerBound.rfc3339), "to": .string(range.upperBound.rfc3339),
            "client": client.map { .string($0) } ?? .null, "group": group.map { .string($0) } ?? .null,
            "destination": destination.map { .string($0) } ?? .null, "received": JSON(received),
            "duplicates": JSON(duplicates), "whole": .bool(gaps.isEmpty), "gaps": .array(gaps.map { .string($0) }),
            "quarantined": .array(
                quarantined.map {
                    ["source": .string($0.source), "reason": .string($0.reason), "count": JSON($0.count)]
                }),
            "deliveries": .array(
                rows.map { row in
                    [
                        "client": .string(row.client), "group": .string(row.group),
                        "group_title": groupTitle(row.client, row.group).map { .string($0) } ?? .null,
                        "destination": .string(row.destination), "state": .string(row.state), "code": .string(row.code),
                        "count": JSON(row.count), "replayable": JSON(row.replayable),
                        "replayable_until": row.replayableUntil.map { .string($0.rfc3339Seconds) } ?? .null,
                    ]
                }),
            "answers": .array(answers.map { ["question": .string($0.question), "answer": .string($0.answer)] }),
            "commands": .array(commands.map { .string($0) }),
        ]
    }
}

extension String {
    fileprivate func replacing(_ character: Character, with text: String) -> String {
        map { $0 == character ? text : String($0) }.joined()
    }
}
