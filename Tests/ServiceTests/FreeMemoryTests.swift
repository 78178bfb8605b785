import TestSupport
import Testing

@testable import Service

/// The figures are of the whole process, in which other tests run: what is looked for is far more than those move.
@Suite(.serialized) struct `Freed memory` {
    private static let much = 256 << 20
    private static let block = 4096

    /// Takes much memory in blocks of a page on a thread of its own, and frees all but the last one, which keeps the
    /// arena's end: what an answer over very many rows leaves. The block that is kept is answered.
    private func leaveMuch() -> [UInt8] {
        let last = Locked<[UInt8]>([])
        Worker("spender") {
            var blocks = (0..<Self.much / Self.block).map {
                [UInt8](repeating: UInt8(truncatingIfNeeded: $0), count: Self.block)
            }
            let kept = blocks.removeLast()
            last.update { $0 = kept }
        }.join()
        return last.withLock { $0 }
    }

    @Test(.timeLimit(.minutes(Hanging.minutes)))
    func `is kept before a block in use, until it is given back`() {
        let last = leaveMuch()
        let kept = FreeMemory.kept()
        #expect(kept > Self.much / 2)
        FreeMemory.giveBack()
        #expect(FreeMemory.kept() < kept - Self.much / 2)
        #expect(last.count == Self.block)
    }

    @Test(.timeLimit(.minutes(Hanging.minutes)))
    func `is given back without anybody asking`() {
        let last = leaveMuch()
        let kept = FreeMemory.kept()
        let memory = FreeMemory()
        defer { memory.stop() }
        // Ends when it has happened, or hangs.
        let never = Locked(())
        while FreeMemory.kept() >= kept - Self.much / 2 {
            _ = never.wait(atMost: .milliseconds(50)) { _ in nil as Void? }
        }
        #expect(last.count == Self.block)
    }
}
