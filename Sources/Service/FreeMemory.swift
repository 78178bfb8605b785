internal import CLinux
import Glibc

/// Gives memory back to the system that this process has freed and the allocator has kept.
///
/// glibc returns freed memory by itself only from the end of an arena, and each thread has an arena of its own: one
/// block that is still in use at its end keeps all before it, so that an answer over hundreds of thousands of groups,
/// or two thousand bodies that never came to their end, would leave their peak behind until the process ends.
package final class FreeMemory: Sendable {
    /// Less is what the next requests need again, and would have to be asked for anew page by page.
    static let worthGivingBack = 32 << 20
    /// How often it is looked at. Where little came of giving back, pages are shared by what is free and what is in
    /// use: then the pause doubles.
    private static let pauses: ClosedRange<Duration> = .seconds(1) ... .seconds(64)

    private let isStopping = Locked(false)
    private let worker: Worker

    /// Starts to look.
    package init() {
        worker = Worker("free memory", priority: .background) { [isStopping] in
            var pause = Self.pauses.lowerBound
            while isStopping.wait(atMost: pause, until: { $0 ? true : nil }) == nil {
                let kept = Self.kept()
                guard kept >= Self.worthGivingBack else {
                    pause = Self.pauses.lowerBound
                    continue
                }
                Self.giveBack()
                let isWorthIt = kept - Self.kept() >= Self.worthGivingBack / 2
                pause = isWorthIt ? Self.pauses.lowerBound : min(pause * 2, Self.pauses.upperBound)
            }
        }
    }

    package func stop() {
        isStopping.update { $0 = true }
        worker.join()
    }

    /// Whole pages of it, of all arenas: malloc_trim(3).
    static func giveBack() { malloc_trim(0) }

    /// Resident bytes that are neither in use nor of a file. What has been given back counts as free with the allocator
    /// still, but is not resident any more.
    static func kept() -> Int {
        guard let resident = anonymous(), resident >= worthGivingBack else { return 0 }
        let heap = mallinfo2()
        return max(0, resident - Int(heap.uordblks + heap.hblkhd))
    }

    /// Resident bytes without those of files: the second and third figure of /proc/self/statm (proc_pid_statm(5)), in
    /// pages.
    private static func anonymous() -> Int? {
        guard case .success(let bytes) = Files.read("/proc/self/statm", limit: 4096) else { return nil }
        let pages = String(decoding: bytes, as: UTF8.self).split(separator: " ").prefix(3).compactMap { Int($0) }
        return pages.count == 3 ? (pages[1] - pages[2]) * sysconf(Int32(_SC_PAGESIZE)) : nil
    }
}
