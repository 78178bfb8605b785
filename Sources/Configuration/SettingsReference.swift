import Domain

/// The reference page of the settings, `contracts/configuration.md`.
package struct SettingsReference {
    package let text: String

    package init(_ settings: [Setting]) {
        var text = Self.head
        for (name, part) in Self.parts(settings) {
            text +=
                """
                \n## \(name)\n\n| setting | may be | default | changes by | what it is for | since \
                |\n|---|---|---|---|---|---|\n
                """
            for setting in part { text += Self.row(setting) }
        }
        self.text = text
    }

    private static let head = """
        # Settings

        Made by `leadrelay settings --markdown`; do not edit. `*` stands for a name that you choose, `[]` for each \
        element of a list. The file is
        JSON5 (json5.org) in UTF-8: comments, names without quotation marks and commas at the end are fine. Every \
        mistake is told with line and
        column: `leadrelay check`. [relay.example.json5](../deploy/relay.example.json5) shows all of it;
        [configuration.schema.json](configuration.schema.json) is the JSON Schema for editors.

        A **time** is written with its unit: `"250ms"`, `"10s"`, `"5m"`, `"2h"`, `"7d"`. A **size** is a number of \
        bytes, or a text such as
        `"256KiB"`, `"1MiB"`, `"1GiB"`. A **secret** never stands in the file: `{ env: "NAME" }` names a variable of \
        the environment,
        `{ file: "PATH" }` a file. Where several texts may stand, one may stand without brackets. `null` is the same \
        as leaving a setting out.
        What changes by **reload** is in force after `systemctl reload leadrelay`, everything else after a restart.

        """

    /// By the first name, in the order of the table; those that are no objects come first.
    private static func parts(_ settings: [Setting]) -> [(name: String, settings: [Setting])] {
        var parts: [(name: String, settings: [Setting])] = [("The relay", [])]
        for setting in settings {
            let top = setting.path.prefix { $0 != "." && $0 != "[" }
            let isAlone = !settings.contains { $0.path.hasPrefix(top + ".") || $0.path.hasPrefix(top + "[") }
            if isAlone {
                parts[0].settings.append(setting)
            } else if let index = parts.firstIndex(where: { $0.name == top }) {
                parts[index].settings.append(setting)
            } else {
                parts.append((String(top), [setting]))
            }
        }
        return parts
    }

    private static func row(_ setting: Setting) -> String {
        let only = setting.only.map { " Only with \($0)." } ?? ""
        let effect = setting.kind.holdsOthers ? "" : setting.takesEffect == .onRestart ? "**restart**" : "reload"
        let cells = [
            "`\(setting.path)`", setting.kind.words, setting.usual.words, effect, setting.sentence + only,
            setting.since,
        ]
        return "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
    }
}

extension Setting.Kind {
    /// What may be written, for people.
    package var words: String {
        switch self {
        case .text: "text"
        case .texts: "texts"
        case .flag: "`true` or `false`"
        case .whole(let range): "whole number, \(range.lowerBound) to \(range.upperBound)"
        case .number(let above, let most): "number above \(Self.plain(above)), at most \(Self.plain(most))"
        case .duration(let range): "time, \(range.lowerBound.configured) to \(range.upperBound.configured)"
        case .durations(let range, let most):
            """
            at most \(most) times, \(range.lowerBound.configured) to \(range.upperBound.configured), each longer \
            than the one before
            """
        case .size(let range): "size, \(Self.bytes(range.lowerBound)) to \(Self.bytes(range.upperBound))"
        case .choice(let words): Self.list(words)
        case .choices(let words): "one or several of " + Self.list(words)
        case .secret: "secret"
        case .value: "any value"
        case .steps: "list with a text, or texts, for each step"
        case .object: "object"
        case .named: "objects by name"
        case .table(let kind): "by name: \(kind.words)"
        case .list: "list of objects"
        case .like(let path): "object like `\(path)`"
        case .listLike(let path): "list like `\(path)`"
        case .word(let word): "`\"\(word)\"`"
        case .either(let kinds): kinds.map(\.words).joined(separator: "; or ")
        }
    }

    /// Whether it is nothing but its members.
    fileprivate var holdsOthers: Bool { self == .object || self == .named || self == .list }

    private static func list(_ words: [String]) -> String { words.map { "`\"\($0)\"`" }.joined(separator: ", ") }

    private static func plain(_ number: Double) -> String { Int64(exactly: number).map(String.init) ?? "\(number)" }

    private static func bytes(_ count: Int) -> String {
        for (unit, factor) in [("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
        where count % factor == 0 {
            return "\(count / factor) \(unit)"
        }
        return "\(count) bytes"
    }
}

extension Setting.Usual {
    /// For people.
    package var words: String {
        switch self {
        case .value(.array([])): "none"
        case .value(let value): "`\(String(decoding: value.bytes, as: UTF8.self))`"
        case .required: "needed"
        case .absent: "–"
        case .depends(let words): words
        }
    }
}
