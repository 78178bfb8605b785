package import Domain

/// The description of everything that can be asked of the relay, as OpenAPI 3.1: made from the operations and their
/// documents, and for what comes in from landing pages and tools from `IntakeDescription`.
package struct OpenAPIDescription {
    private var components: [JSON.Member] = []
    private var seen: Set<String> = []

    /// The whole of it; `version` is the program's.
    package static func document(version: String) -> JSON {
        var description = OpenAPIDescription()
        let paths = description.paths(Operations.all)
        let problem = description.schema(ProblemDocument.self)
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "LeadRelay", "version": .string(version), "description": .string(introduction),
                "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
            ],
            "servers": [["url": "/"]],
            "tags": .array(
                Tag.allCases.map { ["name": .string($0.rawValue), "description": .string($0.sentence)] }),
            "security": [["token": []], ["session": []]],
            "paths": .object(IntakeDescription.paths + paths),
            "components": [
                "securitySchemes": securitySchemes,
                "responses": [
                    "problem": [
                        "description": "It was not done, and this is why.",
                        "content": ["application/problem+json": ["schema": problem]],
                    ]
                ],
                "schemas": .object(
                    (description.components + IntakeDescription.schemas).sorted { $0.name < $1.name }),
            ],
        ]
    }

    private static let introduction = """
        Everything that lead events come in by, and everything the console shows or does. Answers are JSON; whatever \
        is \
        not done is a problem document (RFC 9457) that says what to do. What belongs to clients that the caller may \
        not \
        see does not exist for it: the answer is that to an unknown id. Ids of groups, campaigns, ad sets and ads that \
        were given names (`/api/names`) have them beside them: `group_title`, `campaign_title` and so on. A session's \
        cookie does as well as a token; then a change also takes the header `X-Form-Token` with the token of any form. \
        `x-permission` names the permission that an operation takes.
        """

    private static let securitySchemes: JSON = [
        "token": [
            "type": "http", "scheme": "bearer",
            "description": "Made by `leadrelay token add`, with the scopes that `x-permission` names.",
        ],
        "session": [
            "type": "apiKey", "in": "cookie", "name": "__Host-leadrelay",
            "description": "Of somebody who has signed in to the console.",
        ],
    ]

    // MARK: Operations

    private mutating func paths(_ routes: [APIRoute]) -> [JSON.Member] {
        var paths: [(path: String, members: [JSON.Member])] = []
        for route in routes {
            let operation = JSON.Member(route.method.rawValue.lowercased(), operation(route))
            if let index = paths.firstIndex(where: { $0.path == route.path }) {
                paths[index].members.append(operation)
            } else {
                paths.append((route.path, (route.place.map { [parameters(route, $0)] } ?? []) + [operation]))
            }
        }
        return paths.map { JSON.Member($0.path, .object($0.members)) }
    }

    private func parameters(_ route: APIRoute, _ place: PathParameter) -> JSON.Member {
        let names = route.pattern.compactMap { part in
            if case .parameter(let name) = part { name } else { nil }
        }
        return JSON.Member(
            "parameters",
            .array(
                names.map { name in
                    [
                        "name": .string(name), "in": "path", "required": true,
                        "description": .string(place.sentence),
                        "schema": ["type": "string", "minLength": 1], "example": .string(place.example),
                    ]
                }))
    }

    private mutating func operation(_ route: APIRoute) -> JSON {
        let words = route.path.split { !$0.isLetter && !$0.isNumber }.dropFirst().map(String.init)
        var members = [
            JSON.Member("summary", .string(route.summary)), JSON.Member("tags", [.string(route.tag.rawValue)]),
            JSON.Member("x-permission", .string(route.needs.rawValue)),
            JSON.Member(
                "operationId", .string(([route.method.rawValue.lowercased()] + words).joined(separator: "-"))),
        ]
        if !route.query.isEmpty { members.append(JSON.Member("parameters", .array(route.query.map(parameter)))) }
        if let body = body(route) { members.append(JSON.Member("requestBody", body)) }
        var responses: [JSON.Member] = [
            JSON.Member(
                "200",
                [
                    "description": "Done.",
                    "content": ["application/json": ["schema": schema(route.answer)]],
                ])
        ]
        let refusals = Set([400, 401, 403, 404, 503] + (route.method == .post ? [409, 413] : []) + route.refusals)
        responses += refusals.sorted().map {
            JSON.Member("\($0)", ["$ref": "#/components/responses/problem"])
        }
        members.append(JSON.Member("responses", .object(responses)))
        return .object(members)
    }

    private func parameter(_ parameter: QueryParameter) -> JSON {
        var schema: [JSON.Member] = []
        switch parameter.kind {
        case .text: schema = [JSON.Member("type", "string")]
        case .number(let range, let usual):
            schema = [
                JSON.Member("type", "integer"), JSON.Member("minimum", JSON(range.lowerBound)),
                JSON.Member("maximum", JSON(range.upperBound)), JSON.Member("default", JSON(usual)),
            ]
        case .choice(let words, let usual):
            schema = [
                JSON.Member("type", "string"), JSON.Member("enum", .array(words.map { .string($0) })),
            ]
            if let usual { schema.append(JSON.Member("default", .string(usual))) }
        case .day: schema = [JSON.Member("type", "string"), JSON.Member("format", "date")]
        case .moment: schema = [JSON.Member("type", "string"), JSON.Member("format", "date-time")]
        }
        return [
            "name": .string(parameter.name), "in": "query", "required": false,
            "description": .string(parameter.sentence), "schema": .object(schema),
        ]
    }

    private mutating func body(_ route: APIRoute) -> JSON? {
        guard route.method == .post else { return nil }
        if route.takesAnyBody, route.body == NoBody.self {
            return [
                "required": true,
                "content": [
                    "application/json": [
                        "schema": ["type": "object", "description": "As the tool sends it; see contracts/tools.md."]
                    ]
                ],
            ]
        }
        guard route.body != NoBody.self else { return nil }
        let isNeeded = properties(route.body).contains { $0.isRequired }
        return [
            "required": .bool(isNeeded),
            "content": ["application/json": ["schema": schema(route.body)]],
        ]
    }

    // MARK: Documents

    private func properties(_ type: any Document.Type) -> [Shape.Property] {
        func read<Content: Document>(_ type: Content.Type) -> [Shape.Property] { Shape.properties(of: type) }
        return read(type)
    }

    /// `DestinationListDocument` is `DestinationList`, `FigureReport.Row` is `FigureReport.Row`.
    private static func name(_ type: any Document.Type) -> String {
        let full = String(reflecting: type).split(separator: ".").dropFirst()
        return full.map { $0.hasSuffix("Document") ? String($0.dropLast(8)) : String($0) }.joined(separator: ".")
    }

    /// A reference to the document's schema, which is among the components from then on.
    private mutating func schema(_ type: any Document.Type) -> JSON {
        if let alternatives = type as? any Alternatives.Type {
            return ["anyOf": .array(alternatives.alternatives.map { schema($0) })]
        }
        let name = Self.name(type)
        if seen.insert(name).inserted {
            let schema = object(type)
            components.append(JSON.Member(name, schema))
        }
        return ["$ref": .string("#/components/schemas/\(name)")]
    }

    private mutating func object(_ type: any Document.Type) -> JSON {
        let properties = properties(type)
        let descriptions = Self.descriptions(of: type)
        let required = properties.filter(\.isRequired).map { JSON.string($0.name) }
        return .object(
            [JSON.Member("type", "object")]
                + (required.isEmpty ? [] : [JSON.Member("required", .array(required))])
                + [
                    JSON.Member(
                        "properties",
                        .object(
                            properties.map { property in
                                let described = described(schema(property.shape), descriptions[property.name])
                                return JSON.Member(property.name, described)
                            }))
                ])
    }

    /// With those of what is flattened into the document.
    package static func descriptions(of type: any Document.Type) -> [String: PropertyDescription] {
        func read<Content: Document>(_ type: Content.Type) -> [String: PropertyDescription] {
            Shape.flattened(in: type).reduce(into: type.descriptions) { all, inner in
                all.merge(descriptions(of: inner), uniquingKeysWith: { own, _ in own })
            }
        }
        return read(type)
    }

    private func described(_ schema: JSON, _ description: PropertyDescription?) -> JSON {
        guard let description, case .object(var members) = schema else { return schema }
        func add(_ name: String, _ value: JSON?) {
            guard let value, !members.contains(where: { $0.name == name }) else { return }
            members.append(JSON.Member(name, value))
        }
        add("description", .string(description.sentence))
        let isList = schema["type"] == "array"
        if isList {
            add("minItems", description.minimum.map { JSON($0) })
            add("maxItems", description.longest.map { JSON($0) })
        } else {
            add("minimum", description.minimum.map { JSON($0) })
            add("maximum", description.maximum.map { JSON($0) })
            add("maxLength", description.longest.map { JSON($0) })
        }
        add("examples", description.example.map { [$0] })
        return .object(members)
    }

    private mutating func schema(_ shape: Shape) -> JSON {
        switch shape {
        case .flag: ["type": "boolean"]
        case .wholeNumber: ["type": "integer"]
        case .number: ["type": "number"]
        case .text(let facets): .object([JSON.Member("type", "string")] + facets)
        case .choice(let words): ["type": "string", "enum": .array(words.map { .string($0) })]
        case .anything: [:]
        case .list(let element): ["type": "array", "items": schema(element)]
        case .map(let value): ["type": "object", "additionalProperties": schema(value)]
        case .document(let type): schema(type)
        case .oneOf(let types): ["anyOf": .array(types.map { schema($0) })]
        case .nullable(let inner): nullable(schema(inner))
        }
    }

    private func nullable(_ schema: JSON) -> JSON {
        guard case .object(var members) = schema, let index = members.firstIndex(where: { $0.name == "type" }) else {
            // What may be anything may be null.
            return schema == [:] ? schema : ["anyOf": [schema, ["type": "null"]]]
        }
        members[index].value = [members[index].value, "null"]
        if let words = members.firstIndex(where: { $0.name == "enum" }), let all = members[words].value.array {
            members[words].value = .array(all + [.null])
        }
        return .object(members)
    }
}

/// Why something was not done (RFC 9457).
package struct ProblemDocument: Document {
    package var type: String
    package var title: String
    package var status: Int
    package var detail: String
    @Omitted package var invalid: String?

    package static let descriptions: [String: PropertyDescription] = [
        "type": PropertyDescription("What sort of refusal; stable.", example: "urn:leadrelay:problem:not-found"),
        "title": "The same in words.",
        "status": "The HTTP status.",
        "detail": "What to do, for this one request. Never has personal data.",
        "invalid": "The field, header or parameter that is wrong, where it is one.",
    ]
}
