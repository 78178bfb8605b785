import Domain

/// Which requests Google took, for those who ask what became of them. The newest are kept.
struct GoogleRequestLog {
    struct Entry: Sendable {
        let received: Instant
        /// The destinations as they were sent, each with the number of its events.
        let destinations: [(json: JSON, count: Int)]
        /// What is wrong with some of its events.
        var faults: [LateFault] = []
        /// Google will never have done with it.
        var isStuck = false
    }

    private var entries: [String: Entry] = [:]
    private var order: Recent<String>

    init(maximum: Int) { order = Recent(maximum: maximum) }

    mutating func add(_ id: String, _ entry: Entry) {
        entries[id] = entry
        if let oldest = order.append(id) { entries[oldest] = nil }
    }

    subscript(_ id: String) -> Entry? { entries[id] }
}
