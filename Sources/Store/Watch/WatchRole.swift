/// What the monitor and the checklist have found out and want to find again.
package struct WatchRole: LedgerRole {
    let core: LedgerCore
}
