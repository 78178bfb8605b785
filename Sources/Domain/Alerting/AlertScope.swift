/// What an alert is about. Its text form is the key in the store, in configuration and on the command line.
package enum AlertScope: Hashable, Sendable, CustomStringConvertible {
    /// The relay itself, or everything that comes in.
    case relay
    case client(String)
    case group(client: String, group: String)
    case source(String)
    case destination(String)
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
        case "channel": self = .channel(name)
        case "external": self = .external(name)
        default: return nil
        }
    }
}
