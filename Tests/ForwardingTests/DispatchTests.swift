import Curl
import Domain
import Forwarding
import Service
import Store
import TestSupport
import Testing

@Suite struct `The dispatcher` {
    private func bench(_ destinations: [Destination] = Samples.destinations) -> DispatchBench {
        let bench = DispatchBench(destinations)
        bench.transport["http://meta.test"] = Platforms.meta
        bench.transport["http://google.test"] = Platforms.google
        bench.transport["http://oauth.test"] = Platforms.token
        return bench
    }

    @Test func `brings every lead to every destination once`() {
        let bench = bench()
        bench.add(1...800)
        bench.run()
        #expect(bench.store.count("meta", .delivered) == 800 && bench.store.count("google", .sent) == 800)
        for prefix in ["http://meta.test", "http://google.test"] {
            let ids = bench.transport.requests(to: prefix).flatMap(Platforms.ids)
            #expect(ids.count == 800 && Set(ids).count == 800)
        }
        #expect(bench.transport.requests(to: "http://oauth.test").count == 1)
    }

    @Test func `writes one line for each attempt, without anything personal`() {
        let bench = bench([Samples.meta])
        bench.add(1...3)
        bench.run()
        let lines = bench.lines.withLock { $0 }
        #expect(lines.count == 1)
        #expect(
            lines.first?.contains("info delivery.attempted destination=meta rows=3 verdict=delivered status=200")
                == true)
        for clear in ["Jane", "23456789", "EAA-token", "203.0.113.7"] { #expect(!lines.joined().contains(clear)) }
    }

    @Test func `asks nothing of the store while there is nothing to do`() {
        let bench = bench()
        bench.run()
        let before = bench.store.state.withLock { $0.claims }
        bench.run(for: .hours(6))
        #expect(bench.store.state.withLock { $0.claims } == before)
    }

    @Test(arguments: 0..<20) func `leaves as many retries as lanes have failed`(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let failing = (0..<5).filter { _ in Bool.random(using: &random) }
        let destinations = (0..<5).map { index in
            var destination = Samples.meta
            destination.name = "meta\(index)"
            if case .metaAds(var meta) = destination.platform {
                meta.endpoint = "http://meta\(index).test"
                destination.platform = .metaAds(meta)
            }
            return destination
        }
        let bench = DispatchBench(destinations)
        for index in 0..<5 {
            bench.transport["http://meta\(index).test"] = failing.contains(index) ? Platforms.dead : Platforms.meta
        }
        bench.add(1...3)
        bench.run(for: .seconds(2))
        for index in 0..<5 {
            for lead in 1...3 {
                let owed = bench.store.owed("meta\(index)", lead)
                #expect(owed?.attempts == (failing.contains(index) ? [.unreachable] : []))
                #expect(owed?.outcome == (failing.contains(index) ? nil : .delivered))
            }
        }
    }

    @Test(arguments: [Platforms.dead, Platforms.silent])
    func `is not slowed on one lane by a dead platform on another`(_ dead: @escaping MemoryTransport.Platform) {
        func timeForMeta(_ google: @escaping MemoryTransport.Platform) -> Duration? {
            var meta = Samples.meta
            meta.pace.batch = 50
            let bench = bench([Samples.google, meta])
            bench.transport["http://google.test"] = google
            bench.add(1...600)
            for _ in 0..<1000 {
                bench.run(for: .milliseconds(10))
                if bench.store.count("meta", .delivered) == 600 { return bench.now - .start }
            }
            return nil
        }
        #expect(timeForMeta(dead) == timeForMeta(Platforms.google))
    }

    @Test func `does not hammer a platform that is down, and catches up when it is back`() {
        let bench = bench([Samples.meta])
        bench.transport["http://meta.test"] = Platforms.dead
        bench.add(1...200)
        bench.run(for: .hours(24))
        let requests = bench.transport.requests.count
        #expect(requests < 24 * 3600 / 30 + 20, "\(requests) requests in a day")
        #expect(bench.store.count("meta", nil) == 200)
        bench.transport["http://meta.test"] = Platforms.meta
        bench.run(for: .hours(2))
        #expect(bench.store.count("meta", .delivered) == 200)
    }

    @Test func `gives up only when the platform's window closes, after one last try`() {
        let bench = bench([Samples.meta])
        bench.transport["http://meta.test"] = Platforms.dead
        bench.add([1], expires: .hours(30))
        bench.run(for: .hours(29))
        #expect(bench.store.count("meta", nil) == 1)
        bench.run(for: .hours(2))
        #expect(bench.store.count("meta", .expired) == 1)
    }

    @Test func `finds the one bad event among a thousand`() {
        var meta = Samples.meta
        meta.pace.batch = 1000
        let bench = bench([meta])
        bench.transport["http://meta.test"] = { transfer, _ in
            if Platforms.ids(transfer).contains("event-777") {
                let body =
                    #"{"error":{"message":"Invalid parameter","code":100,"error_subcode":2804003,"fbtrace_id":"T"}}"#
                return (Platforms.answer(400, body), .milliseconds(80))
            }
            return (Platforms.metaTakes(transfer), .milliseconds(80))
        }
        bench.add(1...1000)
        bench.run()
        #expect(bench.store.count("meta", .delivered) == 999 && bench.store.count("meta", .rejected) == 1)
        #expect(bench.store.owed("meta", 777)?.receipt?.code == "100/2804003")
        #expect(bench.transport.requests.count <= 21)
    }

    @Test func `takes out the events that Google names`() {
        let bench = bench([Samples.google])
        bench.transport["http://google.test"] = { transfer, _ in
            let ids = Platforms.ids(transfer)
            guard let index = ids.firstIndex(of: "event-7") else {
                return (Platforms.answer(200, #"{"requestId":"R"}"#), .zero)
            }
            let body = """
                {"error":{"code":400,"status":"INVALID_ARGUMENT","message":"m","details":[
                {"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"INVALID_ARGUMENT","domain":"d"},
                {"@type":"type.googleapis.com/google.rpc.RequestInfo","requestId":"Q"},
                {"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":
                "events.events[\(index)].currency","description":"bad","reason":"INVALID_FORMAT"}]}]}}
                """
            return (Platforms.answer(400, body), .zero)
        }
        bench.add(1...50)
        bench.run()
        #expect(bench.store.count("google", .sent) == 49)
        #expect(bench.store.owed("google", 7)?.outcome == .rejected)
        #expect(bench.store.owed("google", 7)?.receipt?.code == "INVALID_FORMAT")
        #expect(bench.store.owed("google", 7)?.receipt?.requestID == "Q")
        #expect(bench.transport.requests(to: "http://google.test").count == 2)
    }

    @Test func `gets one token for the lanes of one credential`() {
        var second = Samples.google
        second.name = "google2"
        let bench = bench([Samples.google, second])
        bench.add(1...10)
        bench.run(for: .hours(5))
        bench.add(11...20)
        bench.run()
        #expect(bench.store.count("google", .sent) == 20 && bench.store.count("google2", .sent) == 20)
        #expect(bench.transport.requests(to: "http://oauth.test").count == 6, "once an hour, early")
    }

    @Test func `renews a token that Google no longer takes, and sends again`() {
        let bench = bench([Samples.google])
        let renewals = Locked(0)
        bench.transport["http://oauth.test"] = { _, _ in
            let count = renewals.withLock {
                $0 += 1; return $0
            }
            return (Platforms.answer(200, #"{"access_token":"t\#(count)","expires_in":3599}"#), .zero)
        }
        bench.transport["http://google.test"] = { transfer, _ in
            transfer.fields.contains { $0.value == "Bearer t2" }
                ? (Platforms.answer(200, #"{"requestId":"R"}"#), .zero)
                : (Platforms.answer(401, #"{"error":{"code":401,"status":"UNAUTHENTICATED","message":"m"}}"#), .zero)
        }
        bench.add(1...10)
        bench.run()
        #expect(bench.store.count("google", .sent) == 10)
        #expect(renewals.withLock { $0 } == 2)
        #expect(bench.store.owed("google", 1)?.failures == 0, "no attempt is counted against the lead")
    }

    @Test func `holds the lanes of a credential that has been withdrawn, and resumes when a person has acted`() {
        let bench = bench()
        bench.transport["http://oauth.test"] = { _, _ in (Platforms.answer(400, #"{"error":"invalid_grant"}"#), .zero) }
        bench.add(1...10)
        bench.run(for: .hours(1))
        #expect(bench.store.laneState("google") == .held && bench.store.laneState("meta") == .running)
        #expect(bench.store.state.withLock { $0.lanes["google"]?.reason } == "invalid_grant: status 400")
        #expect(bench.store.count("google", nil) == 10 && bench.store.count("meta", .delivered) == 10)
        #expect(bench.transport.requests(to: "http://oauth.test").count == 1)
        bench.transport["http://oauth.test"] = Platforms.token
        bench.store.set("google", .running, reason: "") { _ in }
        bench.run()
        #expect(bench.store.count("google", .sent) == 10)
    }

    @Test func `tells when a grant ends`() {
        let bench = bench()
        bench.transport["http://oauth.test"] = { _, _ in
            let body = #"{"access_token":"t","expires_in":3599,"refresh_token_expires_in":86400}"#
            return (Platforms.answer(200, body), .zero)
        }
        bench.add(1...2)
        bench.run()
        let ends = bench.reports.withLock { $0.map(\.grantEnds) }
        #expect(ends == [.start + .days(1), nil])
        #expect(bench.lines.withLock { $0 }.contains { $0.contains("warning token.expiring client=client") })
        #expect(bench.store.count("google", .sent) == 2, "it is good until then")
    }

    @Test func `holds the lanes of a grant without the scope, and says which`() {
        let bench = bench()
        bench.transport["http://oauth.test"] = { _, _ in
            let body =
                #"{"access_token":"t","expires_in":3599,"scope":"openid https://www.googleapis.com/auth/adwords"}"#
            return (Platforms.answer(200, body), .zero)
        }
        bench.add(1...2)
        bench.run()
        let lane = bench.store.state.withLock { $0.lanes["google"] }
        #expect(lane?.state == .held)
        #expect(
            lane?.reason
                == "scope_missing: the grant does not include https://www.googleapis.com/auth/datamanager; grant access again and tick it"
        )
        #expect(bench.store.count("google", nil) == 2 && bench.store.count("meta", .delivered) == 2)
    }

    @Test func `sends with the token of a service account, and holds the lane when its key does not sign`() {
        func bench(_ privateKey: String) -> DispatchBench {
            var google = Samples.google
            if case .googleAds(var platform) = google.platform {
                platform.credential = Destination.Credential(
                    Destination.ServiceAccount(
                        email: "relay@project.iam.gserviceaccount.com", keyID: "k", privateKey: Secret(privateKey),
                        tokenURI: "http://oauth.test/token"))
                google.platform = .googleAds(platform)
            }
            let bench = self.bench([google])
            bench.add(1...2)
            bench.run()
            return bench
        }
        let good = bench(RSAKeyPair.shared.privateKey)
        #expect(good.store.count("google", .sent) == 2)
        #expect(good.lines.withLock { $0 }.contains { $0.contains("token.renewed client=relay@project") })
        let bad = bench("broken")
        let lane = bad.store.state.withLock { $0.lanes["google"] }
        #expect(lane?.state == .held)
        #expect(lane?.reason == "private_key: the service account's key is not a key in PEM form")
        #expect(bad.store.count("google", nil) == 2 && bad.transport.requests.isEmpty)
    }

    @Test func `keeps everything on a lane that Meta refuses, and says why`() {
        let bench = bench([Samples.meta])
        let body =
            #"{"error":{"message":"Error validating access token","type":"OAuthException","code":190,"fbtrace_id":"T"}}"#
        bench.transport["http://meta.test"] = { _, _ in (Platforms.answer(400, body), .zero) }
        bench.add(1...10)
        bench.run(for: .hours(1))
        #expect(bench.store.laneState("meta") == .held && bench.store.count("meta", nil) == 10)
        #expect(bench.store.state.withLock { $0.lanes["meta"]?.reason } == "190: Error validating access token")
        #expect(bench.transport.requests.count == 1)
        bench.transport["http://meta.test"] = Platforms.meta
        bench.store.set("meta", .running, reason: "") { _ in }
        bench.run()
        #expect(bench.store.count("meta", .delivered) == 10)
    }

    @Test func `leaves a paused lane alone`() {
        let bench = bench([Samples.meta])
        bench.store.set("meta", .paused, reason: "spring clean") { _ in }
        bench.add(1...10)
        bench.run(for: .hours(1))
        #expect(bench.transport.requests.isEmpty && bench.store.count("meta", nil) == 10)
    }

    @Test func `ends what cannot be sent with its reason`() {
        let bench = bench([Samples.meta])
        bench.add(1...4)
        bench.store.state.withLock { state in
            state.payloads[LeadID(rawValue: 1)] = nil
            state.payloads[LeadID(rawValue: 2)]?.payload = Array("{".utf8)
            state.payloads[LeadID(rawValue: 3)]?.payload = Array(#"{"event":"lead"}"#.utf8)
        }
        bench.run()
        #expect(bench.store.owed("meta", 1)?.outcome == .erased)
        #expect(bench.store.owed("meta", 2)?.receipt?.code == "payload_unreadable")
        #expect(bench.store.owed("meta", 3)?.outcome == .skipped)
        #expect(bench.store.owed("meta", 3)?.receipt?.code == "no_identifier")
        #expect(bench.store.owed("meta", 4)?.outcome == .delivered)
    }

    @Test func `writes settlements again that the store could not take`() {
        let bench = bench([Samples.meta])
        bench.store.state.withLock { $0.overloaded = 3 }
        bench.add(1...10)
        bench.run(for: .seconds(10))
        #expect(bench.store.count("meta", .delivered) == 10)
        #expect(bench.transport.requests.count == 1, "a settlement that is late is no reason to send again")
    }

    @Test func `stops when what is in flight has been answered`() {
        let bench = bench([Samples.meta])
        bench.transport["http://meta.test"] = { transfer, _ in (Platforms.metaTakes(transfer), .seconds(3)) }
        var pace = Destination.Pace()
        (pace.batch, pace.concurrency) = (10, 2)
        var meta = Samples.meta
        meta.pace = pace
        bench.mailbox.put(.configure(Dispatcher.Settings([meta])))
        bench.add(1...100)
        bench.run(for: .seconds(1))
        bench.mailbox.put(.stop(within: .seconds(10)))
        bench.add(101...110)
        bench.run(for: .seconds(20))
        #expect(bench.now < .start + .seconds(5), "it has ended by itself")
        #expect(bench.store.count("meta", .delivered) == 20 && bench.store.count("meta", nil) == 90)
        let claimed = bench.store.state.withLock {
            $0.owed["meta"]?.values.count { $0.outcome == nil && $0.claim != nil }
        }
        #expect(claimed == 0)
    }

    @Test func `stops in time when a platform does not answer`() {
        let bench = bench([Samples.meta])
        bench.transport["http://meta.test"] = Platforms.silent
        bench.add(1...10)
        bench.run(for: .seconds(1))
        bench.mailbox.put(.stop(within: .seconds(5)))
        bench.run(for: .seconds(30))
        #expect(bench.now == .start + .seconds(6))
    }

    @Test func `counts what became of everything`() throws {
        let bench = bench([Samples.meta])
        let fails = Locked(true)
        bench.transport["http://meta.test"] = { transfer, _ in
            let failing = fails.withLock {
                let was = $0; $0 = false; return was
            }
            return (failing ? .failure(.interrupted("reset")) : Platforms.metaTakes(transfer), .milliseconds(60))
        }
        bench.add(1...10)
        bench.run(for: .seconds(30))
        let report = try #require(bench.reports.withLock { $0 }.first)
        #expect(report.destination == "meta" && report.platform == "meta_ads" && report.mode == .running)
        #expect(report.tallies.requests == 2 && report.tallies.failedRequests == 1)
        #expect(report.tallies.count(Outcome.delivered) == 10 && report.tallies.count(Verdict.Cause.unknown) == 10)
        #expect(report.inFlightRequests == 0)
    }

    @Test func `changes lanes while it runs`() {
        let bench = bench([Samples.meta])
        bench.add(1...10, to: ["meta", "google"])
        bench.run()
        #expect(bench.store.count("google", nil) == 10)
        bench.mailbox.put(.configure(Dispatcher.Settings(Samples.destinations)))
        bench.run()
        #expect(bench.store.count("google", .sent) == 10)
        bench.mailbox.put(.configure(Dispatcher.Settings([Samples.google])))
        bench.add(11...20, to: ["meta", "google"])
        bench.run()
        #expect(bench.store.count("meta", nil) == 10 && bench.store.count("google", .sent) == 20)
        #expect(bench.reports.withLock { $0.map(\.destination) } == ["google"])
    }

    @Test func `lives through a bad week without losing or doubling a lead`() {
        let bench = bench()
        let received = Locked<[String: [Instant]]>([:])
        let poison = Locked<Set<String>>([])
        bench.transport["http://meta.test"] = { transfer, now in
            let hour = Int((now - .start).milliseconds / 3_600_000)
            let ids = Platforms.ids(transfer)
            if (24..<48).contains(hour) { return (.failure(.unreachable("outage")), .milliseconds(5)) }
            if (60..<64).contains(hour) {
                return (
                    Platforms.answer(400, #"{"error":{"code":4,"message":"limit"}}"#), .milliseconds(5)
                )
            }
            if ids.contains(where: { id in poison.withLock { $0.contains(id) } }) {
                return (
                    Platforms.answer(400, #"{"error":{"code":100,"error_subcode":2804050,"message":"m"}}"#),
                    .milliseconds(5)
                )
            }
            received.withLock { received in for id in ids { received[id, default: []].append(now) } }
            return (Platforms.metaTakes(transfer), .milliseconds(80))
        }
        bench.transport["http://oauth.test"] = { _, now in
            let hour = Int((now - .start).milliseconds / 3_600_000)
            return (80..<83).contains(hour)
                ? (Platforms.answer(503, "busy"), .zero)
                : (Platforms.answer(200, #"{"access_token":"t\#(hour)","expires_in":3599}"#), .zero)
        }
        var id = 0
        for hour in 0..<(7 * 24) {
            bench.add((id + 1)...(id + 4))
            poison.withLock { _ = $0.insert("event-\(id + 3)") }
            id += 4
            bench.run(until: .start + .hours(hour + 1))
            if hour % 31 == 30 { bench.restart() }
        }
        bench.run(for: .hours(3))
        #expect(bench.store.count("google", .sent) == id)
        #expect(bench.store.count("meta", .rejected) == 7 * 24)
        #expect(bench.store.count("meta", .delivered) == id - 7 * 24)
        #expect(bench.store.count("meta", nil) == 0)
        let doubled = received.withLock { $0.values.count { $0.count > 1 } }
        #expect(doubled == 0)
    }
}

extension `The dispatcher` {
    @Test func `is not talked out of a hold by a lead that comes in before the hold is written`() {
        let bench = DispatchBench([Samples.meta])
        bench.transport["http://meta.test"] = { _, _ in
            (Platforms.answer(400, #"{"error":{"message":"token","code":190}}"#), .zero)
        }
        bench.store.state.withLock { $0.delaysHolds = true }
        bench.add([1])
        bench.run(for: .seconds(1))
        bench.add([2])
        bench.run(for: .seconds(10))
        #expect(bench.transport.requests.count == 1)
        bench.store.writeHolds()
        bench.run(for: .seconds(10))
        #expect(bench.transport.requests.count == 1 && bench.store.laneState("meta") == .held)
    }
}
