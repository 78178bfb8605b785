import Curl
import Domain
import Forwarding
import Service
import Store
import TestSupport
import Testing

/// What happens to lanes when the configuration changes, or the store cannot write, in the middle of things.
@Suite struct `Lanes in the middle of things` {
    private func bench(_ destinations: [Destination]) -> DispatchBench {
        let bench = DispatchBench(destinations)
        bench.transport["http://google.test"] = Platforms.google
        bench.transport["http://oauth.test"] = Platforms.token
        return bench
    }

    private func slowly(_ time: Duration) -> MemoryTransport.Platform {
        { transfer, _ in (Platforms.metaTakes(transfer), time) }
    }

    @Test func `go on when their destination leaves the configuration and comes back while a request is under way`() {
        let bench = bench([Samples.meta])
        bench.transport["http://meta.test"] = slowly(.seconds(3))
        bench.add(1...10)
        bench.run(for: .seconds(1))
        bench.mailbox.put(.configure(Dispatcher.Settings([])))
        bench.run(for: .seconds(1))
        bench.mailbox.put(.configure(Dispatcher.Settings([Samples.meta])))
        bench.run(for: .milliseconds(100))
        bench.add(11...20, to: ["meta"])
        bench.run(for: .seconds(10))
        #expect(bench.store.count("meta", .delivered) == 20)
        #expect(bench.transport.requests.flatMap(Platforms.ids).count == 20)
    }

    @Test func `do not take the answer of another platform for theirs`() {
        let bench = bench([Samples.meta])
        bench.transport["http://meta.test"] = slowly(.seconds(3))
        bench.transport["http://google.test"] = { _, _ in
            (Platforms.answer(200, #"{"requestId":"R"}"#), .seconds(8))
        }
        bench.add(1...10)
        bench.run(for: .seconds(1))
        var other = Samples.google
        other.name = "meta"
        bench.mailbox.put(.configure(Dispatcher.Settings([other])))
        bench.add(11...20, to: ["meta"])
        bench.run(for: .seconds(5))
        for lead in 11...20 { #expect(bench.store.owed("meta", lead)?.attempts == []) }
        bench.run(for: .minutes(10))
        #expect(bench.store.count("meta", .sent) == 20)
        for lead in 11...20 { #expect(bench.store.owed("meta", lead)?.attempts == []) }
    }

    @Test func `send what waits as the new configuration wants it`() {
        var meta = Samples.meta
        (meta.pace.batch, meta.pace.concurrency) = (5, 1)
        let bench = bench([meta])
        bench.transport["http://meta.test"] = slowly(.seconds(3))
        bench.add(1...10)
        bench.run(for: .milliseconds(2500))
        guard case .metaAds(var platform) = meta.platform else { return }
        platform.pixel = "43"
        meta.platform = .metaAds(platform)
        bench.mailbox.put(.configure(Dispatcher.Settings([meta])))
        bench.run(for: .seconds(20))
        #expect(bench.store.count("meta", .delivered) == 10)
        #expect(bench.transport.requests.map { $0.url.contains("/43/") } == [false, true])
    }

    @Test(arguments: [1, 4, 8, 30])
    func `try again what could only be written after it had become due`(refusals: Int) {
        let bench = bench([Samples.meta])
        bench.transport["http://meta.test"] = { _, _ in (.failure(.interrupted("reset")), .milliseconds(500)) }
        bench.store.state.withLock { $0.overloaded = refusals }
        bench.add(1...10)
        bench.run(for: .seconds(1))
        bench.transport["http://meta.test"] = slowly(.milliseconds(80))
        bench.run(for: .seconds(refusals + 10))
        #expect(bench.store.count("meta", .delivered) == 10)
    }

    @Test func `go on when the disk has room again`() {
        let bench = bench([Samples.meta])
        bench.transport["http://meta.test"] = slowly(.milliseconds(500))
        bench.add(1...10)
        bench.run(for: .milliseconds(400))
        bench.store.state.withLock { $0.isFull = true }
        bench.run(for: .seconds(30))
        #expect(bench.store.count("meta", .delivered) == 0)
        bench.store.state.withLock { $0.isFull = false }
        bench.run(for: .seconds(5))
        #expect(bench.store.count("meta", .delivered) == 10)
        #expect(bench.transport.requests.count == 1)
    }

    @Test(arguments: [0.1, 0.5, 1, 3])
    func `keep to a rate of less than one a second, too`(rate: Double) {
        var meta = Samples.meta
        meta.pace.eventsPerSecond = rate
        let bench = bench([meta])
        bench.transport["http://meta.test"] = slowly(.milliseconds(20))
        bench.add(1...6)
        bench.run(for: .seconds(Int64(3 / rate)))
        let early = bench.store.count("meta", .delivered)
        #expect((3...5).contains(early) || rate == 3, "\(early)")
        bench.run(for: .seconds(Int64(6 / rate)))
        #expect(bench.store.count("meta", .delivered) == 6)
    }

    @Test func `stay held although the store cannot remember it yet`() {
        let bench = bench([Samples.meta])
        bench.transport["http://meta.test"] = { _, _ in
            (Platforms.answer(400, #"{"error":{"code":190,"message":"revoked"}}"#), .milliseconds(500))
        }
        bench.add([1])
        bench.run(for: .milliseconds(400))
        bench.store.state.withLock { $0.isFull = true }
        bench.run(for: .seconds(1))
        let requests = bench.transport.requests.count
        bench.add([2])
        bench.run(for: .seconds(5))
        bench.store.state.withLock { $0.isFull = false }
        bench.run(for: .seconds(5))
        #expect(bench.store.laneState("meta") == .held)
        #expect(bench.transport.requests.count == requests)
        bench.transport["http://meta.test"] = slowly(.milliseconds(80))
        bench.store.set("meta", .running, reason: "") { _ in }
        bench.run(for: .seconds(5))
        #expect(bench.store.count("meta", .delivered) == 2)
    }
}
