import Domain
package import Monitoring

extension Configuration.Checks {
    /// Reads the section `checks`.
    init(reading section: Section) {
        self.init()
        publicAddress = section.text("public_address", Self.originComplaint) ?? publicAddress
        controlHosts = section.texts("control_hosts", Configuration.pageComplaint) ?? controlHosts
        pagesEvery = section.duration("pages") ?? pagesEvery
        syntheticEvery = section.duration("test_leads") ?? syntheticEvery
        section.finish()
    }

    private static func originComplaint(_ text: String) -> String? {
        guard let host = WebAddress.host(of: text), !host.isEmpty, WebAddress.page(of: text) == text,
            !text.dropFirst("https://".count).contains("/")
        else { return "must be where the relay is reached, without a path, for example \"https://leads.acme.example\"" }
        return nil
    }
}

extension Configuration {
    static func pageComplaint(_ text: String) -> String? {
        WebAddress.host(of: text) == nil || text.contains("@")
            ? "must be an absolute address, for example \"https://www.acme.example/heat-pumps\"" : nil
    }

    /// All landing pages with whose they are.
    package var landingPages: [ChecklistSettings.Page] {
        clients.flatMap { client in
            client.landingPages.map { ChecklistSettings.Page(client: client.name, address: $0) }
        }
            + groups.flatMap { rule in
                rule.landingPages.map {
                    ChecklistSettings.Page(client: rule.client ?? "", group: rule.group, address: $0)
                }
            }
    }
}

extension Configuration {
    /// Reports go to channels that are there and can show them.
    func checkReports(_ top: Section) {
        let wanted = [("reports", reports)] + clients.map { ("clients.\($0.name).reports", $0.reports) }
        for (path, names) in wanted {
            for name in names {
                guard let channel = notices.channels.first(where: { $0.name == name }) else {
                    if notices.unread.contains(name) { continue }
                    top.findings.mistake(path, Complaint.noChannel(name, among: notices.channels))
                    continue
                }
                if !channel.takesReports {
                    top.findings.mistake(path, "\(name) is for alerts only: reports go by e-mail and Slack")
                }
            }
        }
    }

    /// Who gets which weekly report.
    package var reportOrders: [ReportSender.Order] {
        func channels(_ names: [String]) -> [Channel] { notices.channels.filter { names.contains($0.name) } }
        var orders = clients.filter { !$0.reports.isEmpty }.map {
            ReportSender.Order(client: $0.name, zone: $0.timeZone, channels: channels($0.reports))
        }
        if !reports.isEmpty { orders.append(.init(client: "", zone: .utc, channels: channels(reports))) }
        return orders
    }
}
