import Configuration
import Domain
import Service

extension Command {
    static let mappingList = Command(
        name: "mapping list",
        usage: Usage(
            summary: "list the ready mappings: senders that need no rules",
            notes: [
                "One of them is all that a source needs: mapping: \"elementor\"; own rules go before its rules: "
                    + "mapping: { like: \"elementor\", rules: [ … ] }.",
                "What to set at the sender: contracts/mappings.md.",
            ],
            examples: ["leadrelay mapping list"])
    ) { _, terminal in
        var table = TextTable(["NAME", "FOR"])
        for ready in ReadyMapping.all { table.append([ready.name, ready.sender]) }
        terminal.print(Page(table))
        return .good
    }

    static let mappingTry = Command(
        name: "mapping try",
        usage: Usage(
            summary: "preview what becomes of a sender's post, field by field",
            operands: [Usage.Operand(name: "NAME", help: "a ready mapping (leadrelay mapping list)", isOptional: true)],
            options: [
                AdminOptions.config,
                Usage.Option(name: "source", value: "NAME", help: "instead of a ready mapping: as the source has it"),
                Usage.Option(
                    name: "type", value: "TYPE", help: "json, form or multipart; default: by how the body begins"),
                CommonOptions.now,
                AdminOptions.json,
            ],
            notes: [
                "Reads the body of one post from standard input. Nothing is kept or sent.",
                "Dates without a zone are taken as UTC for a ready mapping, else by the client's time zone.",
                "Ends with 1 if a part of it would be put aside.",
            ],
            examples: [
                "leadrelay mapping try elementor < post.txt",
                "leadrelay mapping try --config relay.json5 --source acme-forms < post.json",
            ])
    ) { arguments, terminal in
        let source = try source(arguments, terminal)
        let body = try terminal.input()
        var type = BodyType(guessing: body)
        if let name = arguments["type"] {
            guard let named = BodyType(named: name, body: body) else {
                throw WrongUsage(message: "--type must be json, form or multipart")
            }
            type = named
        }
        let now = try moment(arguments["now"])
        let trial = MappingTrial(type.trimmed(body), type, source: source, now: now)
        terminal.output(
            arguments.has("json")
                ? trial.json.pretty + "\n" : MappingTrialText(trial, columns: terminal.columns).text)
        return trial.results.allSatisfy { $0.lead != nil } ? .good : .notGood
    }

    private static func source(_ arguments: Arguments, _ terminal: Terminal) throws -> Source {
        switch (arguments.operands.first, arguments["source"]) {
        case (let name?, nil):
            if let complaint = FieldMapping.readyComplaint(name) { throw WrongUsage(message: complaint) }
            var source = Source(name: name)
            source.mapping = ReadyMapping.named(name)?.mapping(clock: .utc)
            return source
        case (nil, let name?):
            let path = ConfigurationPath.named(arguments, terminal)
            let report = ConfigurationReport(file: path, forgiving: true)
            for mistake in report.mistakes { terminal.errors(mistake.located(in: path) + "\n") }
            guard let configuration = report.configuration else { throw Failure("correct \(path) first") }
            if let source = configuration.sources.first(where: { $0.name == name }) { return source }
            let near = NearestName.hint(name, among: configuration.sources.map(\.name))
            throw Failure("there is no source \"\(name)\" in \(path)\(near)")
        default: throw WrongUsage(message: "name a ready mapping, or a source of the configuration with --source")
        }
    }
}

extension MappingTrial {
    fileprivate var json: JSON {
        .array(
            results.map { result in
                [
                    "lead": result.lead ?? .null, "notes": .array(result.notes.map { .string($0) }),
                    "defects": .array(result.defects.map(\.json)),
                ]
            })
    }
}
