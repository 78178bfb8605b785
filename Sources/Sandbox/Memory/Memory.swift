import Domain

/// Everything the sandbox remembers of requests. Bounded by the options.
struct Memory {
    var receipts: Receipts
    var totals: [Platform: Totals] = [:]
    var requests: GoogleRequestLog
    /// Whole events with their account, the newest last.
    private(set) var recent: [Platform: Recent<JSON>] = [:]
    /// What the demonstration pages' pixels and form were told, the newest last.
    var reports: Recent<JSON>
    private let maximumEvents: Int

    init(_ options: SandboxOptions) {
        receipts = Receipts(maximum: options.maximumIDs)
        requests = GoogleRequestLog(maximum: options.maximumRequests)
        reports = Recent(maximum: options.maximumEvents)
        maximumEvents = options.maximumEvents
    }

    /// Takes in what was found in a request; `digests` has one for each event that is kept.
    mutating func take(_ finding: Finding, _ digests: [Digest], at now: Instant) {
        var totals = totals[finding.platform] ?? Totals()
        if let refusal = finding.refusal { totals.refusals[refusal, default: 0] += 1 }
        if let (id, status) = finding.request { requests.add(id, status) }
        if finding.isKept {
            let accounts = finding.accounts.map { receipts.account(finding.platform, $0) }
            var adjustments: Set<Int> = []
            for (index, account) in finding.deliveries {
                let event = finding.events[index]
                let outcome = receipts.record(event.id, of: accounts[account], digests[index], at: now)
                totals.count(outcome)
                if outcome == .changed, adjust(finding.accounts[account], event) { adjustments.insert(index) }
            }
            for (index, account) in finding.deliveries.suffix(maximumEvents) where !adjustments.contains(index) {
                recent[finding.platform, default: Recent(maximum: maximumEvents)].append([
                    "account": .string(finding.accounts[account]), "event": finding.events[index].json,
                ])
            }
        }
        self.totals[finding.platform] = totals
    }

    /// Google takes an event with a transaction id that it knows for an adjustment: the value is overwritten,
    /// everything else stays.
    private mutating func adjust(_ account: String, _ event: ReceivedEvent) -> Bool {
        guard event.platform == .googleAds, let value = event.json["conversionValue"] else { return false }
        return recent[.googleAds]?.change { known in
            guard known["account"]?.string == account, known["event"]?["transactionId"]?.string == event.id,
                case .object(var members)? = known["event"]
            else { return false }
            members.removeAll { ["conversionValue", "currency"].contains($0.name) }
            members.append(JSON.Member("conversionValue", value))
            members.append(JSON.Member("currency", event.json["currency"] ?? .null))
            known = ["account": .string(account), "event": .object(members)]
            return true
        } ?? false
    }

    var summary: JSON {
        var members = Platform.allCases.map { JSON.Member($0.rawValue, (totals[$0] ?? Totals()).json) }
        members.append(JSON.Member("remembered", JSON(receipts.count)))
        members.append(JSON.Member("maximum", JSON(receipts.maximum)))
        return .object(members)
    }
}

/// The newest of many, in order.
struct Recent<Element: Sendable>: Sendable {
    private let maximum: Int
    private var elements: [Element] = []
    /// Where the oldest is, and the next is put.
    private var start = 0

    init(maximum: Int) { self.maximum = maximum }

    /// Returns the one that had to make room.
    @discardableResult
    mutating func append(_ element: Element) -> Element? {
        if elements.count < maximum {
            elements.append(element)
            return nil
        }
        guard maximum > 0 else { return element }
        defer { start = (start + 1) % maximum }
        let oldest = elements[start]
        elements[start] = element
        return oldest
    }

    /// Offers the elements to `body`, the oldest first, until it has changed one. Whether it has.
    mutating func change(_ body: (inout Element) -> Bool) -> Bool {
        for offset in elements.indices where body(&elements[(start + offset) % elements.count]) { return true }
        return false
    }

    var all: [Element] { Array(elements[start...] + elements[..<start]) }
}
