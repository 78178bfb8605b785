package import Domain
package import Store

/// Looks whether everything that people are owed has gone out: the last word before a watcher outside hears that all is
/// well.
package enum NoticeAudit {
    /// Later than this a message is late, whatever keeps it.
    package static let patience: Duration = .minutes(15)

    /// What is wrong, in one sentence; `nil` if nothing is. What a limit of ours keeps back is not late.
    package static func trouble(_ channels: [ChannelState], limited: Set<String> = [], at now: Instant) -> String? {
        let late = channels.filter { channel in
            guard let due = channel.oldestDue, channel.waiting > 0 else { return false }
            let since = min(due, channel.failingSince ?? due)
            return now - since >= patience && !limited.contains(channel.name)
        }
        guard !late.isEmpty else { return nil }
        return late.map { channel in
            let why = channel.reason.isEmpty || channel.failingSince == nil ? "" : ": \(channel.reason)"
            return
                "\(channel.waiting) message\(channel.waiting == 1 ? "" : "s") cannot be sent to \(channel.name)\(why)"
        }.joined(separator: "; ")
    }
}
