internal import CLinux

/// Memory that this process has freed and the allocator has kept.
package enum FreeMemory {
    /// Less is what the next requests need again, and would have to be asked for anew page by page.
    private static let worthGivingBack = 64 << 20

    /// Gives whole pages of it back to the system: malloc_trim(3). An answer over hundreds of thousands of groups would
    /// otherwise leave its peak behind until the process ends.
    package static func giveBack() {
        if mallinfo2().fordblks > worthGivingBack { malloc_trim(0) }
    }
}
