internal import CLinux

/// Memory that this process has freed and the allocator has kept.
package enum FreeMemory {
    /// Gives whole pages of it back to the system: malloc_trim(3). An answer over hundreds of thousands of groups would
    /// otherwise leave its peak behind until the process ends. Takes about a millisecond while there is little.
    package static func giveBack() { _ = malloc_trim(0) }
}
