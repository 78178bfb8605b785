import API
import Domain
import Service

extension Command {
    /// Needs no relay: the description is the program's own.
    static let openAPI = Command(
        name: "openapi",
        usage: Usage(
            summary: "print the OpenAPI description of intake and API",
            notes: ["A running relay serves the same at /api/openapi.json."],
            examples: ["leadrelay openapi > openapi.json"])
    ) { _, terminal in
        terminal.output(OpenAPIDescription.document(version: Version.current).pretty + "\n")
        return .good
    }
}
