import Curl
import Domain
import Forwarding
import Service
import TestSupport
import Testing

@Suite struct `A budget of requests` {
    private static let google = ProjectQuota.Rate(perMinute: 300, perDay: 100_000)

    /// When somebody who always wants to makes requests, for so long.
    private static func requests(_ rate: ProjectQuota.Rate, for time: Duration) -> [Instant] {
        var budget = RequestBudget(rate, at: .start)
        var now = Instant.start
        var moments: [Instant] = []
        while now < .start + time {
            if budget.take("lane", at: now) { moments.append(now) } else { now = budget.wait("lane", at: now) }
        }
        return moments
    }

    /// The most requests in any window of that length.
    private static func most(_ moments: [Instant], in window: Duration) -> Int {
        var (first, most) = (0, 0)
        for (index, moment) in moments.enumerated() {
            while moments[first] + window <= moment { first += 1 }
            most = max(most, index - first + 1)
        }
        return most
    }

    @Test(arguments: [
        google, ProjectQuota.Rate(perMinute: 300, perDay: 50_000), .init(perMinute: 300, perDay: 15_000),
        .init(perMinute: 10, perDay: 1_000_000), .init(perMinute: 100, perDay: 100), .init(perMinute: 5, perDay: 20),
    ])
    func `keeps both limits in every minute and every day`(_ rate: ProjectQuota.Rate) {
        let moments = Self.requests(rate, for: .days(2))
        let (minute, day) = (Self.most(moments, in: .minutes(1)), Self.most(moments, in: .days(1)))
        #expect(minute <= rate.perMinute && day <= rate.perDay)
        // And makes use of what there is: nine tenths of a limit are not left lying.
        #expect(
            Double(day) > 0.8 * Double(rate.perDay) || Double(minute) > 0.4 * Double(rate.perMinute),
            "\(minute), \(day)")
    }

    @Test func `lets those who waited go first`() {
        var budget = RequestBudget(Self.google, at: .start)
        while budget.take("busy", at: .start) {}
        _ = budget.wait("quiet", at: .start)
        var now = Instant.start
        var order: [String] = []
        while order.count < 6 {
            now = min(budget.wait("busy", at: now), budget.wait("quiet", at: now))
            // The busy one always asks first.
            for lane in ["busy", "quiet"] where budget.take(lane, at: now) { order.append(lane) }
        }
        #expect(order == ["busy", "quiet", "busy", "quiet", "busy", "quiet"])
    }

    @Test func `does not wait for those who have nothing to send any more`() {
        var budget = RequestBudget(Self.google, at: .start)
        while budget.take("a", at: .start) {}
        let first = budget.wait("a", at: .start)
        let second = budget.wait("b", at: .start)
        #expect(first < second)
        budget.leave("a")
        let third = budget.wait("b", at: .start)
        #expect(third == first)
    }

    @Test func `is spent when the platform says so, for everybody, until a person has acted`() {
        var budget = RequestBudget(Self.google, at: .start)
        budget.spent(until: .start + .minutes(5))
        let isTaken = budget.take("a", at: .start)
        let wait = budget.wait("b", at: .start)
        #expect(!isTaken && budget.left(for: "b", at: .start) == 0 && wait == .start + .minutes(5))
        let isTakenLater = budget.take("a", at: .start + .minutes(5))
        #expect(isTakenLater)
        budget.spent(until: .start + .hours(9))
        budget.forgetSpent()
        #expect(budget.left(for: "b", at: .start + .minutes(5)) > 0)
    }
}

@Suite struct `Lanes of one Cloud project` {
    private func lanes(_ count: Int, _ change: (Int, inout Destination.GoogleAds) -> Void = { _, _ in })
        -> [Destination]
    {
        (0..<count).map { index in
            var destination = Samples.google
            destination.name = "google\(index)"
            if case .googleAds(var google) = destination.platform {
                google.account = "123456789\(index)"
                change(index, &google)
                destination.platform = .googleAds(google)
            }
            return destination
        }
    }

    private func bench(_ destinations: [Destination]) -> DispatchBench {
        let bench = DispatchBench(destinations)
        bench.transport["http://google.test"] = Platforms.google
        bench.transport["http://oauth.test"] = Platforms.token
        return bench
    }

    private func requests(_ bench: DispatchBench) -> [String] {
        bench.transport.requests(to: "http://google.test").map {
            let text = String(decoding: $0.body ?? [], as: UTF8.self)
            return String(text.split(separator: "\"accountId\":\"")[1].prefix(10))
        }
    }

    /// Two leads a second for ten minutes and five destinations, everything as it is by default.
    @Test func `keep within the quota under steady traffic, without being told to, and all of them get their turn`() {
        let bench = bench(lanes(5))
        var times: [Int] = []
        for second in 0..<600 {
            bench.add([2 * second + 1, 2 * second + 2])
            let before = bench.transport.requests(to: "http://google.test").count
            bench.run(for: .seconds(1))
            times.append(bench.transport.requests(to: "http://google.test").count - before)
        }
        bench.run(for: .minutes(1))
        for index in 0..<5 { #expect(bench.store.count("google\(index)", .sent) == 1200) }
        for start in 0..<540 { #expect(times[start..<start + 60].reduce(0, +) <= 300) }
        let counts = (0..<5).map { index in requests(bench).count { $0 == "123456789\(index)" } }
        #expect(counts.max()! <= counts.min()! * 2, "\(counts)")
        #expect(counts.reduce(0, +) < 1000, "what waits goes out together: \(counts)")
    }

    @Test func `make no queries while the budget is spent`() {
        let bench = bench(
            lanes(2) { _, google in google.credential.quota.sending = .init(perMinute: 2, perDay: 2000) })
        bench.add(1...10)
        bench.run(for: .seconds(1))
        let claims = { bench.store.state.withLock { $0.claims } }
        var now = 100
        bench.add([now])
        bench.run(for: .seconds(1))
        let before = claims()
        for _ in 0..<20 {
            now += 1
            bench.add([now])
            bench.run(for: .milliseconds(500))
        }
        #expect(claims() == before, "leads come, and nothing is asked of the store")
        bench.run(for: .minutes(10))
        #expect(bench.store.count("google0", .sent) == 31 && bench.store.count("google1", .sent) == 31)
    }

    @Test func `rest together when Google says that the quota is spent`() {
        let bench = bench(lanes(3))
        bench.transport["http://google.test"] = { _, _ in
            (
                Platforms.answer(
                    429, #"{"error":{"code":429,"status":"RESOURCE_EXHAUSTED"}}"#, [("retry-after", "600")]), .zero
            )
        }
        bench.add([1], to: ["google0"])
        bench.run(for: .seconds(1))
        bench.add([2], to: ["google1"])
        bench.add([3], to: ["google2"])
        bench.run(for: .minutes(9))
        #expect(requests(bench) == ["1234567890"])
        bench.transport["http://google.test"] = Platforms.google
        bench.run(for: .minutes(3))
        #expect((0..<3).allSatisfy { bench.store.count("google\($0)", .sent) == 1 })
    }

    @Test func `keep their turn while they fetch what they will send`() {
        let rate = ProjectQuota.Rate(perMinute: 300, perDay: 100_000)
        var budget: RequestBudget? = RequestBudget(rate, at: .start)
        while budget?.take("other", at: .start) == true {}
        budget?.leave("other")
        var lane = LaneMachine(
            name: "lane", pace: Destination.Pace(), limits: AdapterLimits(batch: 10, throttleRest: .minutes(1)),
            now: .start
        ) { 0.5 }
        #expect(lane.next(at: .start, token: .ready, &budget) == [])
        let turn = lane.wake ?? .start
        #expect(turn > .start)
        #expect(lane.next(at: turn, token: .ready, &budget).claims.count == 1)
        let isTaken = budget?.take("other", at: turn)
        #expect(isTaken == false, "it is the lane's")
        let rows = LaneBench.rows([1])
        let claim = Claim(id: 1, destination: "lane", deliveries: rows.map(\.delivery), nextDue: nil)
        _ = lane.claimed(claim, rows: rows, ends: [], at: turn)
        #expect(lane.next(at: turn, token: .ready, &budget).sent.count == 1)
    }

    @Test func `that are given different quotas keep to the smaller`() {
        let bench = bench(
            lanes(3) { index, google in
                google.credential.quota.sending =
                    index == 1 ? .init(perMinute: 10, perDay: 1_000_000) : .init(perMinute: 300, perDay: 1_000_000)
            })
        for lead in 1...300 {
            bench.add([lead])
            bench.run(for: .milliseconds(200))
        }
        #expect(requests(bench).count <= 10, "\(requests(bench).count) in a minute")
    }

    @Test func `do not wait for one that has left the configuration`() {
        let bench = bench(lanes(2) { _, google in google.credential.quota.sending = .init(perMinute: 2, perDay: 2000) })
        for lead in 1...20 {
            bench.add([lead])
            bench.run(for: .milliseconds(100))
        }
        bench.mailbox.put(
            .configure(
                Dispatcher.Settings([
                    lanes(2) { _, google in
                        google.credential.quota.sending = .init(perMinute: 2, perDay: 2000)
                    }[1]
                ])))
        bench.run(for: .minutes(10))
        #expect(bench.store.count("google1", .sent) == 20)
    }

    @Test func `do not share with those of another`() {
        let bench = bench(
            lanes(2) { index, google in
                google.credential.project = "project-\(index)"
                google.credential.quota.sending = .init(perMinute: 2, perDay: 2000)
            })
        bench.add([1])
        bench.run(for: .seconds(1))
        #expect(bench.store.count("google0", .sent) == 1 && bench.store.count("google1", .sent) == 1)
    }

    @Test(arguments: [
        (
            Destination.Credential(
                clientID: "123-abc.apps.googleusercontent.com", clientSecret: Secret(""), refreshToken: Secret("")),
            "123"
        ),
        (Destination.Credential(clientID: "client", clientSecret: Secret(""), refreshToken: Secret("")), "client"),
        (
            Destination.Credential(
                Destination.ServiceAccount(
                    email: "relay@leads.iam.gserviceaccount.com", keyID: "", privateKey: Secret(""))), "leads"
        ),
        (
            Destination.Credential(
                Destination.ServiceAccount(
                    email: "relay@x.example", keyID: "", privateKey: Secret(""), projectID: "leads-7")), "leads-7"
        ),
    ])
    func `are known by their credential`(_ credential: Destination.Credential, _ project: String) {
        #expect(credential.projectName == project)
        var named = credential
        named.project = "shared"
        #expect(named.projectName == "shared")
    }

    private static func exhausted(_ limit: String?, _ delay: String? = nil) -> String {
        let metadata = limit.map { #","metadata":{"quota_limit":"\#($0)"}"# } ?? ""
        let retry =
            delay.map {
                #",{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"\#($0)"}"#
            } ?? ""
        return #"""
            {"error":{"code":429,"message":"Quota exceeded","status":"RESOURCE_EXHAUSTED","details":[
            {"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"RATE_LIMIT_EXCEEDED"\#(metadata)}\#(retry)]}}
            """#
    }

    /// Nine in the morning by Greenwich is one at night in California.
    private static let date = [(name: "date", value: "Sat, 21 Nov 2026 09:00:00 GMT")]
    private static let minutes = "IngestionMutateRequestsPerMinutePerProject"
    private static let days = "IngestionMutateRequestsPerDayPerProject"

    /// What is answered to the first lane, how long it rests, and how long the other one does.
    static let throttles:
        [(name: String, status: Int, fields: [(name: String, value: String)], body: String, Duration, Duration?)] =
            [
                (
                    "a page of a proxy", 429, [("retry-after", "8640000"), ("content-type", "text/html")], "<html>",
                    .hours(1), nil
                ),
                ("a header alone", 429, [("retry-after", "600")], "", .minutes(10), nil),
                (
                    "another error of Google's", 429, [("retry-after", "600")],
                    #"{"error":{"code":429,"status":"SOMETHING","message":"m"}}"#, .minutes(10), nil
                ),
                ("the minute's quota", 429, date, exhausted(minutes), .minutes(1), .minutes(1)),
                ("the day's quota", 429, date, exhausted(days), .hours(23), .hours(23)),
                ("the day's quota, for a while", 429, date, exhausted(days, "3600s"), .hours(1), .hours(1)),
                (
                    "longer than the day", 429, date + [("retry-after", "8640000")], exhausted(nil), .hours(23),
                    .hours(23)
                ),
                ("a quota without a word about the time", 429, date, exhausted(nil), .minutes(1), .minutes(1)),
            ]

    @Test(arguments: throttles.indices) func `rest only for what Google itself says, and as long`(_ index: Int) throws {
        let test = Self.throttles[index]
        let bench = bench(lanes(2))
        let asked = Locked(0)
        bench.transport["http://google.test"] = { [usual = Platforms.google] transfer, now in
            // The first request of all is refused, whichever lane's it is.
            let number = asked.withLock { count in
                count += 1
                return count
            }
            return number == 1 ? (Platforms.answer(test.status, test.body, test.fields), .zero) : usual(transfer, now)
        }
        bench.add([1], to: ["google0"])
        bench.run(for: .seconds(2))
        let reports = bench.reports.withLock { $0 }
        let first = try #require(reports.first { $0.destination == "google0" })
        let second = try #require(reports.first { $0.destination == "google1" })
        let until = try #require(first.restsUntil)
        #expect(abs((until - (.start + test.4)).milliseconds) < 3000, "\(test.name): until \(until.rfc3339)")
        if let shared = test.5 {
            let until = try #require(second.restsUntil)
            #expect(abs((until - (.start + shared)).milliseconds) < 3000, "\(test.name): until \(until.rfc3339)")
            #expect(second.restReason.words.contains("google0"), "\(second.restReason.words)")
        } else {
            #expect(second.restsUntil == nil)
        }
        bench.add([2], to: ["google1"])
        bench.run(for: .seconds(5))
        #expect(bench.store.count("google1", .sent) == (test.5 == nil ? 1 : 0))
        bench.run(for: .hours(24))
        #expect(bench.store.count("google0", .sent) == 1 && bench.store.count("google1", .sent) == 1)
    }
}
