import Crypto
import Curl
import Domain
import HTTP
import Store
import TestSupport
import Testing

@testable import CommandLine
@testable import Console
@testable import leadrelay

/// Whatever comes from outside carries every sign that controls a screen, in every field that there is; then everything
/// is looked at that people look at.
@Suite(.timeLimit(.minutes(Hanging.minutes))) struct `Signs that control a screen` {
    /// All of them; what stands between them tells a field that was shown from one that was not.
    static let signs: [Unicode.Scalar] = (UInt32(0)...0x2100).compactMap(Unicode.Scalar.init).filter { scalar in
        let properties = scalar.properties
        // Unicode's own words for it: controls, separators of lines and paragraphs, and what turns directions.
        return [.control, .lineSeparator, .paragraphSeparator].contains(properties.generalCategory)
            && !["\t", "\n", "\r"].contains(scalar)
            || properties.generalCategory == .format
                && ("\u{200E}"..."\u{200F}" ~= scalar || "\u{202A}"..."\u{202E}" ~= scalar
                    || "\u{2066}"..."\u{2069}" ~= scalar || scalar == "\u{061C}")
    }

    private static func hostile(_ name: String) -> String {
        var text = "\(name) "
        for sign in signs { text.unicodeScalars.append(sign) }
        return text + " end"
    }

    /// Without those that texts of the contract may not have at all, so that the field is kept.
    private static func turning(_ name: String) -> String {
        var text = "\(name) "
        for sign in signs where sign.properties.generalCategory != .control { text.unicodeScalars.append(sign) }
        return text + " end"
    }

    /// The fields of the contract's schema, as paths: `person.email`.
    private static func fields() throws -> [String] {
        let schema = try JSON(
            parsing: TestSupport.Files.contents(of: TestSupport.Files.root + "/contracts/lead-event.schema.json") ?? [])
        func resolved(_ node: JSON) -> JSON {
            guard let name = node["$ref"]?.string?.split(separator: "/").last else { return node }
            return schema["$defs"]?[String(name)].map(resolved) ?? node
        }
        func paths(_ node: JSON, _ path: String) -> [String] {
            let node = resolved(node)
            let choices = [node] + (node["anyOf"]?.array ?? []).map(resolved)
            guard let members = choices.lazy.compactMap({ $0["properties"]?.object }).first else { return [path] }
            return members.flatMap { paths($0.value, path.isEmpty ? $0.name : "\(path).\($0.name)") }
        }
        return paths(schema, "")
    }

    /// An event whose fields are given as paths.
    private static func event(_ values: [String: JSON]) -> JSON {
        var tops: [String: [JSON.Member]] = [:]
        var members: [JSON.Member] = []
        for (path, value) in values.sorted(by: { $0.key < $1.key }) {
            let parts = path.split(separator: ".").map(String.init)
            if parts.count == 1 {
                members.append(.init(path, value))
            } else {
                tops[parts[0], default: []].append(.init(parts[1], value))
            }
        }
        return .object(members + tops.sorted { $0.key < $1.key }.map { .init($0.key, .object($0.value)) })
    }

    private static func stage() throws -> ConsoleStage {
        let stage = try ConsoleStage(
            sources: """
                "acme-form": { client: "acme", keys: "pk_form_key", rate: "unlimited", address_rate: "unlimited" },
                """
        )
        let fields = try fields()
        for path in fields {
            for (number, text) in [hostile(path), turning(path)].enumerated() {
                let value: JSON = path == "custom" ? .object([.init(text, .string(text))]) : .string(text)
                var values: [String: JSON] = [
                    "person.email": .string("\(number)@example.org"), "campaign_group": "plain",
                ]
                values[path] = value
                for key in ["pk_form_key", "pk_acme_key"] { _ = try stage.post(event(values).text, key: key) }
            }
        }
        // All names at once, names that nobody knows, and bodies that are no JSON.
        let names = ["campaign_group", "campaign_id", "adset_id", "ad_id", "person.first_name", "person.city"]
        _ = try stage.post(
            event(Dictionary(uniqueKeysWithValues: names.map { ($0, .string(turning($0))) })).text, key: "pk_form_key")
        _ = try stage.post(event([hostile("unknown"): .string(hostile("unknown"))]).text, key: "pk_acme_key")
        _ = try stage.postBytes(Array(hostile("broken").utf8), "application/json")
        let pairs = "\(Link.encoded(hostile("form")))=\(Link.encoded(hostile("form")))"
        _ = try stage.postBytes(Array(pairs.utf8), "application/x-www-form-urlencoded")
        try stage.settle()
        try report(stage)
        return stage
    }

    /// Alerts of other tools, what people write, names and costs of ads.
    private static func report(_ stage: ConsoleStage) throws {
        let api = stage.adminClient
        // A key is short.
        let members = ["key", "text", "title", "by", "team", "owner"].map {
            JSON.Member($0, .string($0 == "key" ? turning($0) : hostile($0)))
        }
        let evidence = JSON.Member("evidence", .object([.init(hostile("name"), .string(hostile("value")))]))
        let opened = try api.call(
            "POST", "/api/alerts/events",
            .object(members + [.init("action", "open"), evidence, .init("client", "acme")]))
        let id = try #require(opened["events"]?[0]?["id"]?.string)
        for (verb, name) in [("note", "text"), ("owner", "owner"), ("acknowledge", "by")] {
            _ = try api.call("POST", "/api/alerts/\(id)/\(verb)", .object([.init(name, .string(hostile(verb)))]))
        }
        _ = try api.call(
            "POST", "/api/silences",
            ["scope": "client:globex", "for": "2h", "reason": .string(hostile("reason")), "by": .string(hostile("by"))])
    }

    private static func controls(_ text: String) -> [String] {
        let found = Set(text.unicodeScalars.filter { signs.contains($0) })
        return found.map { "U+\(String($0.value, radix: 16))" }.sorted()
    }

    /// Every page that an administrator can reach by links, and every table that can be downloaded there.
    @Test func `stand in no page and in no table`() throws {
        let stage = try Self.stage()
        let ann = try stage.browser("ann")
        var (seen, queue): (Set<String>, [String]) = (["/logout"], ["/", "/leads/list?client=acme", "/quarantine"])
        var shown = 0
        while let path = queue.popLast(), seen.count < 600 {
            guard seen.insert(path).inserted else { continue }
            let answer = try ann.get(path)
            guard answer.status == 200 else { continue }
            let found = Self.controls(answer.text)
            #expect(found.isEmpty, "\(path): \(found)")
            if answer.text.contains("\u{FFFD}") { shown += 1 }
            guard answer.field("content-type")?.hasPrefix("text/html") == true else { continue }
            for part in answer.text.components(of: "href=\"").dropFirst() {
                let link = String(part.prefix { $0 != "\"" && $0 != "#" }).replacing("&amp;", with: "&")
                if link.hasPrefix("/"), !seen.contains(link) { queue.insert(link, at: 0) }
            }
        }
        // That nothing is found must not be for want of something to find.
        #expect(shown >= 20, "\(shown) of \(seen.count) pages show hostile text")
    }
}
