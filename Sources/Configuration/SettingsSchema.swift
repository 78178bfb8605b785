package import Domain

/// The settings as a JSON Schema (draft 2020-12), for editors: `contracts/configuration.schema.json`. It says what may
/// stand where; what goes together only the reader knows.
package struct SettingsSchema {
    /// What stands at a path, with what stands below it.
    private final class Node {
        let setting: Setting?
        var members: [(name: String, node: Node)] = []
        init(_ setting: Setting?) { self.setting = setting }

        subscript(_ name: Substring) -> Node? { members.first { $0.name == name }?.node }
    }

    private let top = Node(nil)
    /// Settings whose members others have, too.
    private let shared: Set<String>

    package init(_ settings: [Setting]) {
        shared = Set(
            settings.flatMap(\.kind.possible).compactMap { kind in
                switch kind {
                case .like(let path), .listLike(let path): path
                default: nil
                }
            })
        for setting in settings {
            var node = top
            let names = Self.names(setting.path)
            for (index, name) in names.enumerated() {
                if let next = node[name] {
                    node = next
                } else {
                    let next = Node(index == names.count - 1 ? setting : nil)
                    node.members.append((String(name), next))
                    node = next
                }
            }
        }
    }

    /// `a.*.b[].c` is a, *, b, [], c.
    private static func names(_ path: String) -> [Substring] {
        path.split(separator: ".").flatMap { name in
            name.hasSuffix("[]") ? [name.dropLast(2), "[]"] : [name]
        }
    }

    private static func key(_ path: String) -> String {
        path.filter { $0 != "*" }.replacing("..", with: ".").replacing(".", with: "_")
    }

    package var json: JSON {
        var definitions: [JSON.Member] = [JSON.Member("secret", Self.secret)]
        for path in shared.sorted() {
            guard let node = Self.names(path).reduce(Optional(top), { $0?[$1] }), let kind = node.setting?.kind else {
                continue
            }
            definitions.append(JSON.Member(Self.key(path), .object(form(kind, node))))
        }
        return .object(
            [
                JSON.Member("$schema", "https://json-schema.org/draft/2020-12/schema"),
                JSON.Member("title", "LeadRelay's configuration"),
                JSON.Member(
                    "description",
                    "Made by `leadrelay settings --schema`; do not edit. What each setting is for: configuration.md."),
            ] + members(top) + [JSON.Member("$defs", .object(definitions))])
    }

    private static let secret: JSON = [
        "description": "A secret does not stand in the file: { env: \"NAME\" } or { file: \"PATH\" }.",
        "type": "object",
        "properties": ["env": ["type": "string", "minLength": 1], "file": ["type": "string", "minLength": 1]],
        "additionalProperties": false, "minProperties": 1, "maxProperties": 1,
    ]

    // MARK: Forms

    private func schema(_ node: Node) -> JSON {
        guard let setting = node.setting else { return .object(members(node)) }
        var schema = [
            JSON.Member("description", .string(setting.sentence + (setting.only.map { " Only with \($0)." } ?? "")))
        ]
        if case .value(let value) = setting.usual { schema.append(JSON.Member("default", value)) }
        if shared.contains(setting.path) {
            schema.append(JSON.Member("$ref", .string("#/$defs/" + Self.key(setting.path))))
        } else {
            schema += form(setting.kind, node)
        }
        return .object(schema)
    }

    private func members(_ node: Node) -> [JSON.Member] {
        let named = node.members.filter { $0.name != "*" && $0.name != "[]" }
        let needed = named.filter { $0.node.setting?.usual == .required && $0.node.setting?.only == nil }
        var form: [JSON.Member] = [
            JSON.Member("type", "object"),
            JSON.Member("properties", .object(named.map { JSON.Member($0.name, schema($0.node)) })),
            JSON.Member("additionalProperties", false),
        ]
        if !needed.isEmpty { form.append(JSON.Member("required", .array(needed.map { .string($0.name) }))) }
        return form
    }

    private func form(_ kind: Setting.Kind, _ node: Node) -> [JSON.Member] {
        switch kind {
        case .text: return Self.object(Self.text)
        case .texts: return Self.oneOrSeveral(Self.text)
        case .flag: return [JSON.Member("type", "boolean")]
        case .whole(let range): return Self.object(Self.whole(range))
        case .number(let above, let most):
            return [
                JSON.Member("type", "number"), JSON.Member("exclusiveMinimum", Self.number(above)),
                JSON.Member("maximum", Self.number(most)),
            ]
        case .duration: return Self.object(Self.duration)
        case .durations(_, let most):
            return [
                JSON.Member("type", "array"), JSON.Member("items", Self.duration), JSON.Member("maxItems", JSON(most)),
            ]
        case .size(let range):
            return Self.anyOf([Self.whole(range), ["type": "string", "pattern": "^[0-9]+(B|KiB|MiB|GiB)$"]])
        case .choice(let words): return Self.object(Self.choice(words))
        case .choices(let words): return Self.oneOrSeveral(Self.choice(words))
        case .secret: return [JSON.Member("$ref", "#/$defs/secret")]
        case .value: return []
        case .steps:
            return [
                JSON.Member("type", "array"),
                JSON.Member("items", .object(Self.anyOf([Self.text, ["type": "array", "items": Self.text]]))),
            ]
        case .object: return members(node)
        case .named:
            return [
                JSON.Member("type", "object"), JSON.Member("propertyNames", ["pattern": "^[a-z0-9_-]{1,64}$"]),
                JSON.Member("additionalProperties", node["*"].map(schema) ?? true),
            ]
        case .table(let element):
            return [
                JSON.Member("type", "object"),
                JSON.Member("additionalProperties", .object(form(element, node["*"] ?? node))),
            ]
        case .list: return [JSON.Member("type", "array"), JSON.Member("items", node["[]"].map(schema) ?? true)]
        case .like(let path): return [JSON.Member("$ref", .string("#/$defs/" + Self.key(path)))]
        case .listLike(let path): return [JSON.Member("$ref", .string("#/$defs/" + Self.key(path)))]
        case .word(let word): return [JSON.Member("const", .string(word))]
        case .either(let kinds): return Self.anyOf(kinds.map { .object(form($0, node)) })
        }
    }

    private static let text: JSON = ["type": "string", "minLength": 1]
    private static let duration: JSON = ["type": "string", "pattern": "^[0-9]+(ms|s|m|h|d)$"]

    private static func whole(_ range: ClosedRange<Int>) -> JSON {
        ["type": "integer", "minimum": JSON(range.lowerBound), "maximum": JSON(range.upperBound)]
    }

    private static func choice(_ words: [String]) -> JSON { ["enum": .array(words.map { .string($0) })] }

    private static func number(_ number: Double) -> JSON {
        Int64(exactly: number).map { JSON($0) } ?? .number("\(number)")
    }

    private static func object(_ json: JSON) -> [JSON.Member] { json.object ?? [] }

    private static func anyOf(_ forms: [JSON]) -> [JSON.Member] { [JSON.Member("anyOf", .array(forms))] }

    private static func oneOrSeveral(_ form: JSON) -> [JSON.Member] {
        anyOf([form, ["type": "array", "items": form, "uniqueItems": true]])
    }
}
