/// UptimeRobot's webhook (help.uptimerobot.com, "Webhook Integration"; uptimerobot.com/api, "alert contacts"): its
/// variables as JSON, as a form, or in the query of the address: `monitorID`, `monitorFriendlyName`, `monitorURL`,
/// `alertType` (1 down, 2 up, 3 certificate), `alertDetails`, `alertDateTime` in seconds.
///
/// A certificate that ends soon is told and never taken back: a person resolves it.
enum UptimeRobotReport {
    static func read(_ body: JSON) throws(ReportUnreadable) -> [ReportedEvent] {
        let id = body.first("monitorID", "monitor_id")
        guard !id.isEmpty else {
            throw ReportUnreadable("monitorID", "Send monitorID: *monitorID* in UptimeRobot's words.")
        }
        let name = body.first("monitorFriendlyName", "monitor_name")
        let shown = name.isEmpty ? body.first("monitorURL") : name
        let type = body.first("alertType")
        let word = body.first("alertTypeFriendlyName")
        var event: ReportedEvent
        switch (type, word.lowercased()) {
        case ("1", _), ("", "down"):
            event = ReportedEvent(.firing, key: id, title: "\(shown) is down")
            event.severity = "critical"
        case ("2", _), ("", "up"): event = ReportedEvent(.resolved, key: id, title: "\(shown) is up")
        case ("3", _):
            let days = body.first("sslExpiryDaysLeft")
            event = ReportedEvent(
                .firing, key: "\(id) certificate",
                title: "The certificate of \(shown) ends" + (days.isEmpty ? " soon" : " in \(days) days"))
            event.severity = "warning"
        case ("", ""): throw ReportUnreadable("alertType", "Send alertType: 1 for down, 2 for up.")
        default:
            event = ReportedEvent(
                .firing, key: "\(id) \(type)", title: "\(shown): " + (word.isEmpty ? "alert of type \(type)" : word))
        }
        event.text = body.first("alertDetails")
        event.at = Instant(reported: body.first("alertDateTime"))
        event.client = body.first("client")
        event.team = body.first("team")
        event.owner = body.first("owner")
        event.evidence = [
            ("address", body.first("monitorURL")), ("lasted", duration(body.first("alertDuration"))),
            ("certificate ends", body.first("sslExpiryDate")),
        ].filter { !$0.1.isEmpty }.map { Finding.Evidence($0.0, $0.1) }
        return [event]
    }

    private static func duration(_ seconds: String) -> String {
        Int64(seconds).map { Duration.seconds($0).words } ?? ""
    }
}
