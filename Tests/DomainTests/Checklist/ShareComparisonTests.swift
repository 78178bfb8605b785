import Domain
import Testing

@Suite struct `A share compared with its baseline` {
    typealias Share = ShareComparison.Share

    @Test(arguments: [
        (Share(3, of: 30), Share(800, of: 1000), ShareComparison.Jump.fall),
        // By chance alone: 2 in 1,000 (Fisher's exact test).
        (Share(0, of: 4), Share(800, of: 1000), nil),
        (Share(0, of: 6), Share(800, of: 1000), .fall),
        // Significant, but not by half.
        (Share(600, of: 1000), Share(800, of: 1000), nil),
        (Share(20, of: 30), Share(10, of: 1000), .rise),
        (Share(3, of: 3), Share(1, of: 1000), .rise),
        (Share(1, of: 3), Share(1, of: 1000), nil),
        (Share(0, of: 0), Share(5, of: 10), nil),
        (Share(5, of: 10), Share(0, of: 0), nil),
        (Share(400, of: 1000), Share(0, of: 5), nil),
        (Share(10, of: 10), Share(10, of: 10), nil),
        (Share(0, of: 500_000), Share(500_000, of: 1_000_000), .fall),
    ])
    func `jumps when chance is below 1 in 10,000 and it changed by half`(
        recent: Share, baseline: Share, expected: ShareComparison.Jump?
    ) {
        #expect(ShareComparison(recent: recent, baseline: baseline).jump == expected)
    }

    @Test(arguments: [(4, false), (6, true)])
    func `says whether so many could show a jump at all`(recent: Int, expected: Bool) {
        let comparison = ShareComparison(recent: Share(recent, of: recent), baseline: Share(800, of: 1000))
        #expect(comparison.couldShowAJump == expected)
    }

    /// Of a sender with one lead a day no more can be seen.
    @Test(arguments: [
        (3, 3, 0, 10, true), (3, 3, 5, 10, false), (2, 2, 0, 10, false), (3, 4, 0, 10, false), (9, 9, 9, 9, false),
        (20, 25, 10, 1000, true), (3, 3, 0, 0, false),
    ])
    func `knows when all of a few are what hardly any was`(
        part: Int, whole: Int, partBefore: Int, before: Int, hasRisen: Bool
    ) {
        let shares = ShareComparison(recent: .init(part, of: whole), baseline: .init(partBefore, of: before))
        #expect(shares.hasRisen == hasRisen)
    }
}
