import Crypto
package import Domain

/// The faults that are on, and the dice that decide when they strike: the same seed throws the same numbers.
package struct Faults: Sendable {
    /// `since`: when its time began; `nil`: with the first request that it sees.
    package private(set) var all: [(number: Int, fault: Fault, since: Instant?)] = []
    private var lastNumber = 0
    private var dice: SplitMix
    private let seed: UInt64

    package init(_ faults: [Fault] = [], seed: UInt64 = 1) {
        self.seed = seed
        dice = SplitMix(state: seed)
        for fault in faults { add(fault) }
    }

    /// Returns the number it is listed and removed by.
    @discardableResult
    package mutating func add(_ fault: Fault, since: Instant? = nil) -> Int {
        lastNumber += 1
        all.append((lastNumber, fault, since))
        return lastNumber
    }

    package mutating func removeAll() { all = [] }
    /// Whether there was one of that number.
    package mutating func remove(_ number: Int) -> Bool {
        defer { all.removeAll { $0.number == number } }
        return all.contains { $0.number == number }
    }

    /// What strikes one request: at most one fault decides about its outcome, delays add up.
    struct Strike {
        var delay = Duration.zero
        var fault: Fault?
        /// Positions of the events that are bad, when the fault is `partial`.
        var bad: [Int] = []
        /// What will be told of some events later.
        var late: [LateFault] = []
        /// Nothing will ever be told.
        var isStuck = false
        /// Fields that come with the usual answer.
        var fields: [Fault.Field] = []
        /// What is answered when the fault is `random`.
        var noise: [UInt8] = []
    }

    mutating func strike(_ platform: Platform, _ events: [ReceivedEvent], at now: Instant) -> Strike {
        var strike = Strike()
        for index in all.indices {
            let fault = all[index].fault
            let since = all[index].since ?? now
            all[index].since = since
            guard since + fault.after <= now, fault.until.map({ now < since + $0 }) ?? true else { continue }
            guard fault.platform == nil || fault.platform == platform, fault.count != 0,
                !fault.decides || strike.fault == nil
            else { continue }
            if fault.kind == .processing || fault.kind == .processingUnnamed || fault.kind == .partial {
                let bad = events.indices.filter { isBad(events[$0], fault) }
                guard !bad.isEmpty else { continue }
                if spares(index) { continue }
                if fault.isLate { strike.late.append(LateFault(fault, bad)) } else { strike.bad = bad }
            } else {
                if let wanted = fault.events, !events.contains(where: wanted.pick) { continue }
                guard fault.probability >= 1 || dice.nextFraction() < fault.probability else { continue }
                if spares(index) { continue }
            }
            switch fault.kind {
            case .latency: strike.delay += fault.latency
            case .fields: strike.fields += fault.fields
            case .stuck: strike.isStuck = true
            case .random:
                strike.noise = (0..<Int.random(in: 1...2000, using: &dice)).map { _ in
                    UInt8(truncatingIfNeeded: dice.next())
                }
            default: break
            }
            if fault.decides { strike.fault = fault }
            all[index].fault.count = fault.count.map { $0 - 1 }
        }
        all.removeAll { $0.fault.count == 0 }
        return strike
    }

    /// Whether the fault lets this request pass, because there are some to be spared first.
    private mutating func spares(_ index: Int) -> Bool {
        guard all[index].fault.skip > 0 else { return false }
        all[index].fault.skip -= 1
        return true
    }

    /// Without a pattern the dice are thrown by the event's id: it is bad whenever it comes.
    private func isBad(_ event: ReceivedEvent, _ fault: Fault) -> Bool {
        guard fault.canBeAbout(event) else { return false }
        if let wanted = fault.events { return wanted.pick(event) }
        let id = SHA256.hash(Array(event.id.utf8)).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        var dice = SplitMix(state: seed ^ id)
        return dice.nextFraction() < fault.probability
    }
}

/// What Google finds wrong with some events of a request after it has taken it.
struct LateFault: Sendable {
    let reason: String
    /// Their positions in the request.
    let indices: [Int]
    let isNamed: Bool

    init(_ fault: Fault, _ indices: [Int]) {
        reason = fault.code ?? "PROCESSING_ERROR_REASON_INVALID_EVENT"
        self.indices = indices
        isNamed = fault.kind == .processing
    }
}

/// Numbers that look random and can be repeated (Steele, Lea, Flood: SplitMix64).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// From 0 up to, but not including, 1.
    mutating func nextFraction() -> Double { Double(next() >> 11) * 0x1p-53 }
}
