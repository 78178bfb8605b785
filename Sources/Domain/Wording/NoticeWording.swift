/// What notifications say, the same on every channel.
package enum NoticeWording {
    /// The first line of a message about several alerts.
    package static func digest(_ count: Int, critical: Int, isOver: Bool) -> String {
        if isOver { return "\(count) alerts are over" }
        return "\(count) new alerts at once" + (critical > 0 ? ", \(critical) of them critical" : "")
    }

    /// What a link to an alert's page is called.
    package static func link(to alert: AlertID) -> String { "\(alert) in the console" }
}
