import Configuration
import Domain
import HTTP
import Intake
import Service
import Store

/// The configuration in force, for people: every setting with what it is and whether the file or the program said so.
/// Secrets print as three stars, because that is how they print.
enum SettingsOperations {
    static let all: [any AnyHandler] = [Handlers.settings]

    @Sendable static func settings(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> SettingsDocument
    {
        let configuration = relay.configuration.withLock { $0 }
        let origin = relay.file.origin.withLock { $0 }
        var groups = [general(configuration)]
        let view = relay.view(of: call.clients)
        groups += configuration.clients.filter { view.clients.contains($0.name) }.map(client)
        groups += configuration.sources.filter { view.shows(source: $0.name) }.map(source)
        groups += configuration.destinations.filter { view.shows(destination: $0.name) }.map(destination)
        if !configuration.groups.isEmpty, call.clients.isAll { groups.append(rules(configuration)) }
        return SettingsDocument(file: origin?.file, readAt: origin?.readAt, groups: groups)
    }

    private static func group(_ title: String, _ items: [Item]) -> SettingsDocument.Group {
        SettingsDocument.Group(
            title: title,
            settings: items.map {
                SettingsDocument.Setting(name: $0.name, value: $0.value, origin: $0.isUsual ? .default : .file)
            })
    }

    private struct Item {
        let name: String
        let value: String
        let isUsual: Bool

        /// What is the same as without a file is the program's own; everything else somebody wrote.
        init(_ name: String, _ value: String, usual: String? = nil) {
            self.name = name
            self.value = value
            isUsual = usual == value
        }
    }

    private static func general(_ now: Configuration) -> SettingsDocument.Group {
        let usual = Configuration()
        return group(
            "General",
            Settings.all.compactMap { setting in
                setting.field.map { Item(setting.path, $0.text(now), usual: $0.text(usual)) }
            })
    }

    private static func client(_ client: Configuration.Client) -> SettingsDocument.Group {
        group(
            "Client \(client.name)",
            [
                Item("name", client.title, usual: client.name), Item("time_zone", client.timeZone.name, usual: "UTC"),
                Item("country", client.country ?? "none", usual: "none"),
            ])
    }

    private static func source(_ source: Source) -> SettingsDocument.Group {
        let usual = Source(name: source.name)
        func rate(_ rate: Source.Rate) -> String {
            rate == .unlimited ? "unlimited" : "\(rate.perSecond) a second, \(rate.burst) at once"
        }
        return group(
            "Source \(source.name)",
            [
                Item("client", source.client.isEmpty ? "none" : source.client, usual: "none"),
                // A key is public in a browser and still nobody's business here.
                Item("keys", source.keys.map { $0.prefix(6) + "…" }.joined(separator: ", ")),
                Item(
                    "origins", source.origins.isEmpty ? "none" : source.origins.joined(separator: ", "), usual: "none"),
                Item("signature_secret", source.signatureSecret == nil ? "none" : "***", usual: "none"),
                Item(
                    "redirects", source.redirects.isEmpty ? "none" : source.redirects.joined(separator: ", "),
                    usual: "none"),
                Item("redirect", source.redirect ?? "none", usual: "none"),
                Item("answer", "\(source.answer)", usual: "\(usual.answer)"),
                Item("strict", "\(source.isStrict)", usual: "\(usual.isStrict)"),
                Item("rate", rate(source.rate), usual: rate(usual.rate)),
                Item("address_rate", rate(source.addressRate), usual: rate(usual.addressRate)),
                Item("maximum_body", "\(source.maximumBody) B", usual: "\(usual.maximumBody) B"),
                Item("country", source.country ?? "none", usual: "none"),
                Item("mapping", source.mapping.map { $0.like ?? "of its own" } ?? "none", usual: "none"),
            ])
    }

    private static func destination(_ destination: Destination) -> SettingsDocument.Group {
        let usual = Destination(name: destination.name, platform: destination.platform)
        var items = [
            Item("platform", destination.platform.name), Item("client", destination.client ?? "all", usual: "all"),
            Item(
                "groups", destination.groups.isEmpty ? "all" : destination.groups.joined(separator: ", "),
                usual: "all"),
            Item(
                "sources", destination.sources.isEmpty ? "all" : destination.sources.joined(separator: ", "),
                usual: "all"),
            Item("consent.granted", destination.consent.granted.rawValue, usual: usual.consent.granted.rawValue),
            Item("consent.denied", destination.consent.denied.rawValue, usual: usual.consent.denied.rawValue),
            Item(
                "consent.unspecified", destination.consent.unspecified.rawValue,
                usual: usual.consent.unspecified.rawValue),
        ]
        if let proxy = destination.network.proxy {
            items.append(Item("proxy", proxy.url + (proxy.user == nil ? "" : ", with a login, password ***")))
        }
        if destination.network.authorities != nil { items.append(Item("ca", "certificates of its own")) }
        if destination.network.clientCertificate != nil { items.append(Item("client_certificate", "***")) }
        if case .webhook = destination.platform {
        } else {
            items += [
                Item("visitor.ip", destination.visitor.ip ? "sent" : "left out", usual: "sent"),
                Item("visitor.user_agent", destination.visitor.userAgent ? "sent" : "left out", usual: "sent"),
            ]
        }
        switch destination.platform {
        case .googleAds(let google):
            let actions = google.conversionActions.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            items += [
                Item("account", google.account), Item("conversion_actions", actions.joined(separator: ", ")),
                Item("credential", "\(google.credential.name), secret ***"), Item("endpoint", google.endpoint),
            ]
        case .metaAds(let meta):
            items += [
                Item("pixel", meta.pixel), Item("access_token", "***"),
                Item("app_secret", meta.appSecret == nil ? "none" : "***", usual: "none"),
                Item(
                    "event_names",
                    meta.eventNames.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", "),
                    usual: "lead: Lead"),
                Item("endpoint", meta.endpoint), Item("version", meta.version),
            ]
        case .webhook(let webhook):
            items += [
                Item("url", WebAddress.site(of: webhook.url)), Item("secret", "***"),
                Item("events", webhook.events.isEmpty ? "all" : webhook.events.joined(separator: ", "), usual: "all"),
            ]
        }
        return group("Destination \(destination.name)", items)
    }

    private static func rules(_ configuration: Configuration) -> SettingsDocument.Group {
        group(
            "Campaign groups, the first that fits",
            configuration.groups.map { rule in
                let conditions = rule.conditions.map { "\($0.field.rawValue) \($0.pattern)" }.joined(separator: ", ")
                return Item(rule.group, conditions)
            })
    }
}

extension Handlers {
    package static let settings = Handler(Operations.settings, SettingsOperations.settings)
}
