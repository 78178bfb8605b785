import Configuration
import Domain
import Forwarding
import Service

extension Command {
    static let preview = Command(
        name: "preview",
        usage: Usage(
            summary: "print the request a lead event would cause at a platform",
            options: [
                Usage.Option(name: "destination", value: "NAME", help: "which destination, as configured"),
                AdminOptions.config,
                Usage.Option(
                    name: "source", value: "NAME",
                    help: "as if it came from there, with its mapping; default: the first the destination takes"),
                CommonOptions.now,
            ],
            notes: [
                "Reads one lead event from standard input. Nothing is sent. Secrets are masked, and may be missing.",
                "Ends with 1 if the event would go to quarantine.",
            ],
            examples: ["leadrelay preview --destination meta-acme --config relay.json5 < event.json"])
    ) { arguments, terminal in
        guard let name = arguments["destination"] else { throw WrongUsage(message: "--destination NAME is missing") }
        let path = ConfigurationPath.named(arguments, terminal)
        let report = ConfigurationReport(file: path, forgiving: true)
        for mistake in report.mistakes { terminal.errors(mistake.located(in: path) + "\n") }
        guard let configuration = report.configuration else { throw Failure("correct \(path) first") }
        guard let destination = configuration.destinations.first(where: { $0.name == name }) else {
            let names = configuration.destinations.map(\.name)
            let near = NearestName.hint(name, among: names)
            throw Failure("there is no destination \"\(name)\" in \(path)\(near)")
        }
        let now = try moment(arguments["now"])
        let source = try source(arguments["source"], for: destination, configuration)
        let answer = preview(try terminal.input(), destination, source, configuration.groups, now)
        terminal.output(answer.document.pretty + "\n")
        return answer.isGood ? .good : .notGood
    }

    private static func preview(
        _ bytes: [UInt8], _ destination: Destination, _ source: Source, _ groups: [GroupRule], _ now: Instant
    ) -> (document: JSON, isGood: Bool) {
        let id = LeadID.first(at: now)
        var source = source
        source.junk = .off
        let submission = Submission(source: source.name, receivedAt: now, format: .json, body: bytes)
        var found: (event: LeadEvent, dimension: Dimension)?
        let judgement = Validator(groupRules: groups).judge(submission, .json, id: id, source: source) {
            found = ($0, $1)
            return []
        }
        guard case .lead(let lead) = judgement, let found else {
            guard case .quarantine(let defects, _) = judgement else { return (.object([]), false) }
            return (["quarantined": .array(defects.map(\.json))], false)
        }
        let outgoing = EncodedLead(
            lead: id, eventID: lead.eventID, receivedAt: now, event: found.event, country: source.country,
            kind: source.kind)
        let preview = Preview(destination, outgoing, dimension: found.dimension, now: now).json
        let notes = JSON.Member("notes", .array(lead.notes.map { .string($0) }))
        return (.object((preview.object ?? []) + [notes]), true)
    }

    /// The named source, else the first that the destination takes leads from.
    private static func source(
        _ name: String?, for destination: Destination, _ configuration: Configuration
    ) throws -> Source {
        if let name {
            if let source = configuration.sources.first(where: { $0.name == name }) { return source }
            throw Failure("there is no source \"\(name)\"")
        }
        let source = configuration.sources.first { source in
            (destination.client == nil || destination.client == source.client)
                && (destination.sources.isEmpty || destination.sources.contains(source.name)) && source.mapping == nil
        }
        if let source { return source }
        var standIn = Source(name: destination.sources.first ?? "preview")
        standIn.client = destination.client ?? ""
        return standIn
    }

    /// The time that a command is to take for now.
    static func moment(_ text: String?) throws(WrongUsage) -> Instant {
        guard let text else { return Instant(milliseconds: Clock.system.milliseconds()) }
        guard let moment = Instant(rfc3339: text) else {
            throw WrongUsage(message: "--now must be a time such as 2026-11-21T09:00:00Z")
        }
        return moment
    }
}
