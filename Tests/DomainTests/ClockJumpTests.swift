import Domain
import Testing

@Suite struct `A clock that is set` {
    /// How far the clock and the steady one went between two looks, in seconds.
    @Test(arguments: [
        (60, 60, true), (0, 0, true), (650, 60, true), (700, 60, false), (-530, 60, true), (-560, 60, false),
        (40 * 86_400, 60, false), (-60 * 365 * 86_400, 1, false), (8 * 3600, 8 * 3600, true),
    ])
    func `is seen, and once only`(clock: Int, steady: Int, isSteady: Bool) {
        var jump = ClockJump()
        let start = Instant(seconds: 1_800_000_000)
        let looks = [
            jump.isSteady(start, .seconds(5)), jump.isSteady(start + .seconds(clock), .seconds(5 + steady)),
            jump.isSteady(start + .seconds(clock + 60), .seconds(65 + steady)),
        ]
        #expect(looks == [true, isSteady, true])
    }
}
