/// What an alert is about. Its text form is the key in the store, in configuration and on the command line.
package enum AlertScope: Hashable, Sendable, CustomStringConvertible {
    /// The relay itself, or everything that comes in.
    case relay
    case client(String)
    case group(client: String, group: String)
    case source(String)
    case destination(String)
    /// A platform as a whole, by its name in the configuration: `google_ads`, `meta_ads`. Destinations of several
    /// clients share it.
    case platform(String)
    /// A way to reach people.
    case channel(String)
    /// Something that another tool watches, under a name of its own.
    case external(String)

    /// `relay`, `client:acme`, `group:acme/heat-pumps`, `destination:meta-acme` …
    package var description: String {
        switch self {
        case .relay: "relay"
        case .client(let name): "client:\(name)"
        case .group(let client, let group): "group:\(client)/\(group)"
        case .source(let name): "source:\(name)"
        case .destination(let name): "destination:\(name)"
        case .platform(let name): "platform:\(name)"
        case .channel(let name): "channel:\(name)"
        case .external(let name): "external:\(name)"
        }
    }

    /// Reads what `description` writes; `nil` for anything else. A client's name holds no `/`.
    package init?(_ text: String) {
        if text == "relay" {
            self = .relay
            return
        }
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let name = String(text[text.index(after: colon)...])
        guard !name.isEmpty else { return nil }
        switch text[..<colon] {
        case "client": self = .client(name)
        case "group":
            guard let slash = name.firstIndex(of: "/") else { return nil }
            self = .group(client: String(name[..<slash]), group: String(name[name.index(after: slash)...]))
        case "source": self = .source(name)
        case "destination": self = .destination(name)
        case "platform": self = .platform(name)
        case "channel": self = .channel(name)
        case "external": self = .external(name)
        default: return nil
        }
    }

    /// The client whose matter it is, where the scope alone says so.
    package var client: String? {
        switch self {
        case .client(let name), .group(let name, _): name
        case .relay, .source, .destination, .platform, .channel, .external: nil
        }
    }

    /// How far it reaches: observations of wider scopes are applied first, so that a parent is known before its
    /// children.
    var width: Int {
        switch self {
        case .relay: 0
        case .platform: 1
        case .client: 2
        case .source, .destination, .group, .channel, .external: 3
        }
    }
}
