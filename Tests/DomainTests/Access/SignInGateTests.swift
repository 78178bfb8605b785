import Domain
import Testing

@Suite struct `The gate to sign in` {
    private static let now = Instant(seconds: 1_795_251_600)

    @Test func `lets one network have two places, and others in as well`() {
        var gate = SignInGate()
        #expect(gate.enter(1, at: Self.now) == .go(isKnown: false))
        #expect(gate.enter(1, at: Self.now) == .go(isKnown: false))
        #expect(gate.enter(1, at: Self.now) == .busy)
        #expect(gate.enter(2, at: Self.now) == .go(isKnown: false))
        gate.leave(1)
        #expect(gate.enter(1, at: Self.now) == .go(isKnown: false))
    }

    @Test func `lets nobody wait who has failed too often, and forgets it after an hour`() {
        var gate = SignInGate()
        for _ in 0..<LoginThrottle.address.free { gate.failed(1, at: Self.now) }
        #expect(gate.enter(1, at: Self.now) == .wait(.seconds(30)))
        #expect(gate.enter(2, at: Self.now) == .go(isKnown: false))
        #expect(gate.enter(1, at: Self.now + .seconds(30)) == .go(isKnown: false))
        #expect(gate.enter(1, at: Self.now + .hours(1)) == .go(isKnown: false))
        gate.failed(1, at: Self.now + .hours(1))
        gate.leave(1)
        #expect(gate.enter(1, at: Self.now + .hours(1)) == .go(isKnown: false), "counting begins anew")
    }

    @Test func `knows from where somebody has signed in, for a month`() {
        var gate = SignInGate()
        gate.succeeded(1, as: "eva", at: Self.now)
        #expect(gate.enter(1, at: Self.now) == .go(isKnown: true))
        #expect(gate.isKnown(1, as: "eva", at: Self.now) && !gate.isKnown(1, as: "tom", at: Self.now))
        #expect(!gate.isKnown(2, as: "eva", at: Self.now) && !gate.isKnown(1, as: "", at: Self.now))
        #expect(!gate.isKnown(1, as: "eva", at: Self.now + .days(30)))
    }

    @Test func `remembers some thousand networks, however many come`() {
        var gate = SignInGate()
        gate.succeeded(0, as: "eva", at: Self.now + .seconds(1))
        for network in 1...(UInt64(SignInGate.mostRemembered) * 2) {
            for _ in 0..<2 { gate.failed(network, at: Self.now + .milliseconds(Int64(network))) }
        }
        // The latest still count, the first are forgotten, and whoever has signed in is not among them.
        for _ in 0..<LoginThrottle.address.free - 2 { gate.failed(1, at: Self.now) }
        #expect(gate.enter(1, at: Self.now) == .go(isKnown: false))
        #expect(gate.isKnown(0, as: "eva", at: Self.now))
    }
}
