import Crypto
import Domain
import Monitoring

extension AlertAction {
    /// Reads one member of `actions`.
    init?(reading section: Section, name: String, configuration: Configuration, _ secrets: SecretReader) {
        defer { section.finish() }
        let words = Trigger.allCases.map(\.rawValue)
        let on =
            section.require("on", "one or more of \(words.map { "\"\($0)\"" }.joined(separator: ", "))")
            ? section.texts("on") { text in
                words.contains(text) ? nil : ValueWording.oneOf(words.map { "\"\($0)\"" })
            } ?? [] : []
        let severity = section.choice("severity", Severity.self)
        let kinds = section.texts("kinds") {
            AlertKind(rawValue: $0) == nil ? "there is no kind of alert \"\($0)\"" : nil
        }
        let clients = section.texts("clients", Configuration.clientComplaint(configuration.clients))
        let causes = section.texts("causes") { text in
            if ChecklistItem(word: text) != nil { return nil }
            let near = NearestName.hint(text, among: ChecklistItem.allCases.map(\.word))
            return "there is no cause \"\(text)\" in the checklist\(near)"
        }
        let atMost = section.whole("at_most")
        let deed =
            section.require("do", "for example \"probe\" or { pause: \"meta-acme\" }")
            ? Deed(reading: section, configuration, secrets) : nil
        let triggers = Set(on.compactMap(Trigger.init))
        guard let deed, !triggers.isEmpty else { return nil }
        self.init(name, on: triggers, deed)
        self.severity = severity ?? self.severity
        self.kinds = Set((kinds ?? []).compactMap(AlertKind.init))
        self.clients = Set(clients ?? [])
        self.causes = Set((causes ?? []).compactMap { ChecklistItem(word: $0) })
        self.atMost = atMost ?? self.atMost
        if deed == .probe, triggers.contains(.causeFound) {
            // What it finds would be the next reason to look.
            section.mistake("on", "a probe cannot follow from \"cause_found\": what it finds would cause the next one")
        }
    }
}

extension AlertAction.Deed {
    /// Replayed at once without anybody having looked.
    private static let usualLimit = 500

    fileprivate init?(reading section: Section, _ configuration: Configuration, _ secrets: SecretReader) {
        if section.value("do") == .text("probe") {
            self = .probe
            return
        }
        guard let deed = section.section("do") else { return nil }
        defer { deed.finish() }
        func known(_ name: String) -> String? {
            let names = configuration.destinations.map(\.name)
            if names.contains(name) { return nil }
            let near = NearestName.hint(name, among: names)
            return "there is no destination \"\(name)\"\(near)"
        }
        let possible = ["pause", "resume", "replay", "webhook"].filter(deed.has)
        guard possible.count == 1 else {
            section.mistake(
                "do", "names one thing: \"probe\", { pause: … }, { resume: … }, { replay: … } or { webhook: … }")
            for name in deed.names { _ = deed.value(name) }
            return nil
        }
        switch possible[0] {
        case "pause":
            guard let name = deed.text("pause", known) else { return nil }
            self = .pause(destination: name)
        case "resume":
            guard let name = deed.text("resume", known) else { return nil }
            self = .resume(destination: name)
        case "replay":
            guard let replay = deed.section("replay") else { return nil }
            let name = replay.requiredText("destination", known)
            let limit = replay.whole("limit") ?? Self.usualLimit
            replay.finish()
            guard let name else { return nil }
            self = .replay(destination: name, limit: limit)
        default:
            guard let webhook = deed.section("webhook") else { return nil }
            let read = Channel.Webhook(reading: webhook, secrets)
            webhook.finish()
            guard let read else { return nil }
            self = .webhook(read)
        }
    }
}
