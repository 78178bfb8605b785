import Domain
import Monitoring

extension Configuration {
    /// What differs from another configuration, in the words of the file: for a marker.
    package func differences(from old: Configuration) -> [String] {
        var found: [String] = []
        func compare<Item: Equatable>(
            _ name: String, _ old: [Item], _ new: [Item], _ key: (Item) -> String,
            _ parts: (Item, Item) -> [String] = { _, _ in [""] }
        ) {
            let before = Dictionary(old.map { (key($0), $0) }, uniquingKeysWith: { first, _ in first })
            let now = Dictionary(new.map { (key($0), $0) }, uniquingKeysWith: { first, _ in first })
            for item in now.keys.sorted() where before[item] != now[item] {
                guard let old = before[item], let new = now[item] else {
                    found.append("\(name).\(item) added")
                    continue
                }
                found += parts(old, new).map { "\(name).\(item)\($0) changed" }
            }
            for item in before.keys.sorted() where now[item] == nil { found.append("\(name).\(item) removed") }
        }
        compare("clients", old.clients, clients, \.name)
        compare("sources", old.sources, sources, \.name) { $0.settings(differentFrom: $1) }
        compare("destinations", old.destinations, destinations, \.name)
        found += Self.scoped("groups", old.groups, groups, \.client)
        found += Self.scoped("landing_pages", old.landingPages, landingPages) { $0.client }
        return found
    }

    /// What of a list differs whose items are one client's or everybody's: `groups.acme changed`, or `groups changed`.
    /// Of each client's items and everybody's the order counts.
    private static func scoped<Item: Equatable>(
        _ name: String, _ old: [Item], _ new: [Item], _ client: (Item) -> String?
    ) -> [String] {
        func seen(_ items: [Item], by name: String?) -> [Item] {
            items.filter { client($0) == nil || client($0) == name }
        }
        if seen(old, by: nil) != seen(new, by: nil) { return ["\(name) changed"] }
        return Set((old + new).compactMap(client)).sorted().filter { seen(old, by: $0) != seen(new, by: $0) }.map {
            "\(name).\($0) changed"
        }
    }
}

extension Source {
    /// Which of `SourceSettings` differ, each after a dot; with an empty one if anything else does.
    fileprivate func settings(differentFrom other: Source) -> [String] {
        var found: [String] = []
        var rest = other
        func compare<Value: Equatable>(_ name: String, _ setting: WritableKeyPath<Source, Value>) {
            guard self[keyPath: setting] != other[keyPath: setting] else { return }
            found.append("." + name)
            rest[keyPath: setting] = self[keyPath: setting]
        }
        compare("keys", \.keys)
        compare("origins", \.origins)
        compare("rate", \.rate)
        compare("address_rate", \.addressRate)
        compare("mapping", \.mapping)
        return rest == self ? found : found + [""]
    }
}
