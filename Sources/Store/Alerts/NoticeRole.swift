/// Who is still to be told of alerts and reports.
package struct NoticeRole: LedgerRole {
    let core: LedgerCore

    /// Called on the writer's thread after each commit that made notices due: with the names of their channels. It must
    /// not block.
    package func onNotices(_ notify: @escaping @Sendable (Set<String>) -> Void) { core.events.onNotices(notify) }
}
