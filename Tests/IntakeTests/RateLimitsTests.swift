import Domain
import Intake
import TestSupport
import Testing

@Suite struct `Rate limits` {
    private static func source(_ perSecond: Double, burst: Double) -> Source {
        var source = Source(name: "a")
        source.rate = Source.Rate(perSecond: .infinity, burst: .infinity)
        source.addressRate = Source.Rate(perSecond: perSecond, burst: burst)
        return source
    }

    @Test func `fill again with time, up to the burst`() {
        let limits = RateLimits()
        let source = Self.source(2, burst: 4)
        func take(_ count: Int, after seconds: Int) -> RateLimits.Answer {
            limits.take(count, source: source, index: 1, address: 7, at: .start + .seconds(seconds))
        }
        #expect(take(4, after: 0) == .go)
        #expect(take(1, after: 0) == .wait(seconds: 1, whose: .address))
        #expect(take(4, after: 0) == .wait(seconds: 2, whose: .address))
        #expect(take(2, after: 1) == .go)
        #expect(take(1, after: 1) == .wait(seconds: 1, whose: .address))
        #expect(take(4, after: 100) == .go)
        #expect(take(1, after: 100) == .wait(seconds: 1, whose: .address))
    }

    @Test func `let a batch above the burst through when the bucket is full, and make it pay`() {
        let limits = RateLimits()
        let source = Self.source(1, burst: 5)
        #expect(limits.take(20, source: source, index: 1, address: 7, at: .start) == .go)
        let later = limits.take(1, source: source, index: 1, address: 7, at: .start)
        #expect(later == .wait(seconds: 16, whose: .address))
        #expect(limits.take(1, source: source, index: 1, address: 7, at: .start + .seconds(16)) == .go)
    }

    @Test func `do not fill when the clock goes back`() {
        let limits = RateLimits()
        let source = Self.source(1, burst: 1)
        #expect(limits.take(1, source: source, index: 1, address: 7, at: .start) == .go)
        #expect(limits.take(1, source: source, index: 1, address: 7, at: .start - .hours(1)) != .go)
    }

    @Test func `keep each address and each source apart`() {
        let limits = RateLimits()
        let source = Self.source(1, burst: 1)
        for address in 1...50 {
            #expect(limits.take(1, source: source, index: 1, address: UInt64(address), at: .start) == .go)
        }
        #expect(limits.take(1, source: source, index: 2, address: 1, at: .start) == .go)
        #expect(limits.take(1, source: source, index: 1, address: 1, at: .start) != .go)
    }

    @Test func `forget the oldest addresses first when the table is full`() {
        let limits = RateLimits(maximumBuckets: 100)
        let source = Self.source(0.001, burst: 1)
        func take(_ address: Int) -> Bool {
            limits.take(1, source: source, index: 1, address: UInt64(address), at: .start) == .go
        }
        #expect(take(1))
        for address in 2...40 { #expect(take(address)) }
        #expect(!take(1))
        // A hundred others: the first one starts anew.
        for address in 100...220 { #expect(take(address)) }
        #expect(take(1))
        #expect(!take(220))
    }
}
