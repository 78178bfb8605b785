import Domain
import Monitoring

extension Configuration.Checks {
    /// Reads the section `checks`.
    init(reading section: Section) {
        self.init()
        publicAddress = section.text("public_address", Self.originComplaint) ?? publicAddress
        controlHosts = section.texts("control_hosts", Configuration.pageComplaint) ?? controlHosts
        pagesEvery = section.duration("pages", .minutes(5) ... .days(7)) ?? pagesEvery
        syntheticEvery = section.duration("test_leads", .minutes(1) ... .days(1)) ?? syntheticEvery
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
    var landingPages: [ChecklistSettings.Page] {
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
