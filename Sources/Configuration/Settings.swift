/// Every setting that there is. The reader takes bounds from here, a reload what needs a restart, the console what it
/// shows; the reference page and the JSON Schema in contracts/ are made of it. Tests hold readers, example and table
/// together.
package enum Settings {
    /// In the order of the file that is shipped as an example.
    package static let all: [Setting] = parts.flatMap { $0 }

    private static let parts: [[Setting]] = [
        general, retention, limits, looking, clients, sources, junk, tokenChecks, mappings, groups, groupConditions,
        destinations, googleAds, metaAds, webhooks, channels, people, onlyShift, shifts, substitutes, routes, tools,
        toolFields, actions, volume, groupRules, volumeRules, monitoring, rules,
    ]

    /// The version of what has come since the last one.
    package static let next = "unreleased"

    private static let byPath = Dictionary(all.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })

    package static func setting(_ path: String) -> Setting? { byPath[path] }

    /// What may stand at a path, also below names that the person chooses (`destinations.*.event_names.*`).
    package static func kind(_ path: String) -> Setting.Kind? {
        if let setting = byPath[path] { return setting.kind }
        guard path.hasSuffix(".*") else { return nil }
        for kind in byPath[String(path.dropLast(2))]?.kind.possible ?? [] {
            if case .table(let element) = kind { return element }
        }
        return nil
    }

    /// The path of a member of what stands at another one.
    package static func path(_ name: String, in parent: String) -> String {
        if parent.isEmpty { return name }
        for kind in kind(parent)?.possible ?? [] {
            switch kind {
            case .named, .table: return parent + ".*"
            default: continue
            }
        }
        return parent + "." + name
    }

    /// Under which path the members of an object are told: its own, or that of a setting that has the same ones.
    package static func members(of path: String) -> String {
        for kind in kind(path)?.possible ?? [] {
            if case .like(let other) = kind { return other }
        }
        return path
    }

    /// The same for the elements of a list.
    package static func elements(of path: String) -> String {
        for kind in kind(path)?.possible ?? [] {
            if case .listLike(let other) = kind { return other + "[]" }
        }
        return path + "[]"
    }

    // MARK: Reload

    /// Those that only a restart changes and that two configurations have differently.
    package static func needingRestart(_ new: Configuration, _ old: Configuration) -> [String] {
        all.filter { $0.takesEffect == .onRestart && $0.field?.isSame(new, old) == false }.map(\.path)
    }

    /// A new configuration, but with what is in force until a restart.
    package static func keeping(_ old: Configuration, in new: Configuration) -> Configuration {
        var kept = new
        for setting in all where setting.takesEffect == .onRestart { setting.field?.keep(&kept, old) }
        return kept
    }
}
