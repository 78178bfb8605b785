package import Domain

/// A quota of requests that several lanes use up together.
package struct SharedQuota: Sendable, Equatable {
    /// Lanes whose quotas have the same name share it.
    package var name: String
    package var rate: ProjectQuota.Rate

    package init(name: String, rate: ProjectQuota.Rate) {
        self.name = name
        self.rate = rate
    }
}

extension Destination.GoogleAds {
    /// Each of Google's interfaces has a quota of its own for each Cloud project.
    var sendingQuota: SharedQuota {
        let interface =
            switch transport {
            case .dataManager: "datamanager"
            case .clickConversionUpload: "googleads"
            }
        return SharedQuota(name: "\(interface) \(credential.projectName)", rate: sendingRate)
    }

    var askingQuota: SharedQuota {
        SharedQuota(name: "datamanager status \(credential.projectName)", rate: credential.quota.asking)
    }
}

/// What is left of a quota, as a value: who may make a request now, and when the others may.
///
/// One bucket keeps both limits. It fills at the pace that the day allows, and holds what the minute allows beyond
/// that: with 300 a minute and 100,000 a day about one request a second, and 200 at once after a quiet time. Google
/// does not say when its day of this interface begins; a bucket need not know, for no 24 hours whatever have more. Nine
/// tenths are used.
///
/// Lanes that have to wait do so in one queue, so that a busy one does not keep the others from their turn. Waiting
/// costs nothing but a look at the clock; what comes meanwhile goes out together.
package struct RequestBudget: Sendable, Equatable {
    package let rate: ProjectQuota.Rate
    private var bucket: TokenBucket
    private var queue: [String] = []
    /// The platform has said itself that nothing is left.
    private var spentUntil: Instant?
    /// Which lane it told so, and of which quota.
    private var spentBy = Spender()

    /// The part of what is granted that is used.
    package static let share = 0.9
    private static let secondsOfDay = 86_400.0

    package init(_ rate: ProjectQuota.Rate, at now: Instant) {
        self.rate = rate
        let (minute, day) = (Self.share * Double(rate.perMinute), Self.share * Double(rate.perDay))
        // What can be saved up counts towards the day, too. Never more than half of either limit comes from it alone.
        let perSecond = min(max(day - minute, day / 2) / (Self.secondsOfDay - 60), minute / 120)
        let burst = min(minute - 60 * perSecond, day - Self.secondsOfDay * perSecond)
        bucket = TokenBucket(perSecond: perSecond, burst: burst, at: now)
    }

    private func place(of lane: String) -> Int { queue.firstIndex(of: lane) ?? queue.count }

    /// Requests that the lane may make now, those before it in the queue aside.
    package func left(for lane: String, at now: Instant) -> Int {
        if let spentUntil, spentUntil > now { return 0 }
        return max(0, bucket.allowance(at: now) - place(of: lane))
    }

    /// When the lane may make a request; if not now, it has joined the queue.
    package mutating func wait(_ lane: String, at now: Instant) -> Instant {
        let place = place(of: lane)
        let moment = max(bucket.ready(place + 1, at: now), spentUntil ?? now)
        if moment > now, place == queue.count { queue.append(lane) }
        return moment
    }

    /// Uses up one request, if the lane may make one now; otherwise it waits in the queue.
    package mutating func take(_ lane: String, at now: Instant) -> Bool {
        guard wait(lane, at: now) <= now else { return false }
        queue.removeAll { $0 == lane }
        bucket.take(1, at: now)
        return true
    }

    package mutating func emptyQueue() { queue = [] }

    /// The lane has nothing to send any more.
    package mutating func leave(_ lane: String) { queue.removeAll { $0 == lane } }

    /// The platform refused a request for want of quota: nobody need try before that moment.
    package mutating func spent(until moment: Instant, by lane: String = "", _ window: SpentQuota.Window = .unsaid) {
        if let spentUntil, spentUntil >= moment { return }
        spentUntil = moment
        spentBy = Spender(lane: lane, window: window)
    }

    /// Until when nothing is left by the platform's own word, and why, for one of the lanes.
    package func rest(of lane: String, at now: Instant) -> (until: Instant, reason: RestReason)? {
        guard let spentUntil, spentUntil > now else { return nil }
        return (spentUntil, spentBy.lane == lane ? .spent(spentBy.window) : .spentBy(spentBy.lane, spentBy.window))
    }

    private struct Spender: Sendable, Equatable {
        var lane = ""
        var window = SpentQuota.Window.unsaid
    }

    /// A person has changed something: what the platform said before may not hold any more.
    package mutating func forgetSpent() { spentUntil = nil }
}

/// The budgets of all quotas, by name.
struct RequestBudgets {
    private var budgets: [String: RequestBudget] = [:]

    /// What is configured now. Of different rates for one name the smaller holds; everybody queues anew.
    mutating func configure(_ quotas: [SharedQuota], at now: Instant) {
        var rates: [String: ProjectQuota.Rate] = [:]
        for quota in quotas {
            let known = rates[quota.name] ?? quota.rate
            rates[quota.name] = ProjectQuota.Rate(
                perMinute: min(known.perMinute, quota.rate.perMinute), perDay: min(known.perDay, quota.rate.perDay))
        }
        for (name, rate) in rates where budgets[name]?.rate != rate { budgets[name] = RequestBudget(rate, at: now) }
        for name in budgets.keys { budgets[name]?.emptyQueue() }
    }

    /// Lets `body` use the budget of a quota; `nil`: there is none to keep to.
    mutating func with<Value>(_ quota: SharedQuota?, _ body: (inout RequestBudget?) -> Value) -> Value {
        var budget = quota.flatMap { budgets[$0.name] }
        defer { if let quota { budgets[quota.name] = budget } }
        return body(&budget)
    }
}
