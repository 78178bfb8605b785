import Domain

/// What a platform has seen so far, in numbers.
struct Totals {
    var requests = 0
    var events = 0
    var unique = 0
    var duplicates = 0
    /// Duplicates that were not the same as the first time.
    var changed = 0
    /// Events whose ids did not fit into the memory any more.
    var notRemembered = 0
    var refusals: [String: Int] = [:]
    var faults: [String: Int] = [:]

    mutating func count(_ outcome: Receipts.Outcome) {
        events += 1
        switch outcome {
        case .new: unique += 1
        case .repeated: duplicates += 1
        case .changed:
            duplicates += 1
            changed += 1
        case .notRemembered: notRemembered += 1
        }
    }

    var json: JSON {
        func table(_ counts: [String: Int]) -> JSON {
            .object(counts.sorted { $0.key < $1.key }.map { JSON.Member($0.key, JSON($0.value)) })
        }
        return [
            "requests": JSON(requests), "events": JSON(events), "unique": JSON(unique), "duplicates": JSON(duplicates),
            "changed": JSON(changed), "not_remembered": JSON(notRemembered), "refusals": table(refusals),
            "faults": table(faults),
        ]
    }
}
