import Domain

/// What comes in from landing pages, servers and tools, and what machines ask without a token: the part of the
/// description that is no operation of the API. contracts/posting.md, landing-pages.md and tools.md say more.
enum IntakeDescription {
    static var paths: [JSON.Member] {
        [
            JSON.Member("/v1/leads", ["post": post("post-leads", keyed: headers)]),
            JSON.Member("/v1/leads/{key}", ["post": post("post-leads-key", keyed: [inPath] + headers)]),
            JSON.Member("/v1/pixel.gif", ["get": pixel]), JSON.Member("/v1/relay.js", ["get": script]),
            JSON.Member("/healthz", ["get": health]), JSON.Member("/readyz", ["get": readiness]),
            JSON.Member("/metrics", ["get": metrics]),
            JSON.Member("/api/openapi.json", ["get": description]),
            JSON.Member("/hooks/alerts/{tool}", ["post": report]),
        ]
    }

    /// What posted events look like; the whole contract is a JSON Schema of its own.
    static var schemas: [JSON.Member] {
        [
            JSON.Member("LeadEvent", leadEvent),
            JSON.Member(
                "Accepted",
                object(
                    [
                        "id": text("Ours; absent if there were several events."),
                        "ids": list(text("Ours."), "Of each event of a batch, in its order."),
                        "redirect": text("`not allowed`: the form asked to be sent where its source may not send it."),
                    ], required: [])),
        ]
    }

    // MARK: Lead events

    private static func post(_ id: String, keyed parameters: [JSON]) -> JSON {
        let one: JSON = ["$ref": "#/components/schemas/LeadEvent"]
        let several: JSON = ["anyOf": [one, ["type": "array", "items": one]]]
        let fields: JSON = [
            "schema": ["type": "object", "description": "The same fields by name, nested ones with dots or brackets."]
        ]
        return [
            "summary": "Posts a lead event, or several. It is durable before it is acknowledged.",
            "tags": ["Intake"], "operationId": .string(id), "security": [], "parameters": .array(parameters),
            "requestBody": [
                "required": true,
                "content": [
                    "application/json": ["schema": several], "text/plain": ["schema": several],
                    "application/x-ndjson": [
                        "schema": ["type": "string", "description": "One event on each line."]
                    ],
                    "application/x-www-form-urlencoded": fields, "multipart/form-data": fields,
                ],
            ],
            "responses": responses(
                [
                    ("200", accepted("The source answers with this status instead of 202.")),
                    ("202", accepted("It is durable, and looked at next.")),
                    ("303", ["description": "A form is sent on to where its source says."]),
                ], refusals: [400, 401, 403, 413, 415, 422, 429, 503]),
        ]
    }

    private static func accepted(_ sentence: String) -> JSON {
        [
            "description": .string(sentence),
            "content": ["application/json": ["schema": ["$ref": "#/components/schemas/Accepted"]]],
        ]
    }

    private static let inPath: JSON = [
        "name": "key", "in": "path", "required": true, "description": "The source's key.",
        "schema": ["type": "string", "minLength": 1], "example": "pk_live_4f8a2c",
    ]

    private static var headers: [JSON] {
        [
            parameter("X-LeadRelay-Key", in: "header", "The source's key, if it stands nowhere else.", 255),
            parameter("key", in: "query", "The same, for senders that can set no header.", 255),
            parameter(
                "Idempotency-Key", in: "header", "The same key posts the same event once, however often it is sent.",
                255),
            parameter(
                "X-LeadRelay-Signature", in: "header",
                "Of the time and the body, for sources with a `signature_secret`; see contracts/posting.md.", 1000),
        ]
    }

    private static let pixel: JSON = [
        "summary": "The lead's fields in the query, for pages that can only show a picture.", "tags": ["Intake"],
        "operationId": "get-pixel", "security": [],
        "parameters": [
            parameter("key", in: "query", "The source's key.", 255),
            parameter("email", in: "query", "The person's e-mail address; any other field likewise.", 254),
        ],
        "responses": responses(
            [
                (
                    "200",
                    ["description": "It is durable.", "content": ["image/gif": ["schema": ["type": "string"]]]]
                )
            ], refusals: [400, 401, 403, 413, 429, 503]),
    ]

    private static let script: JSON = [
        "summary": "The snippet for landing pages; see contracts/landing-pages.md.", "tags": ["Intake"],
        "operationId": "get-snippet", "security": [],
        "responses": responses(
            [
                (
                    "200",
                    ["description": "The script.", "content": ["text/javascript": ["schema": ["type": "string"]]]]
                ),
                ("304", ["description": "As the browser has it."]),
            ], refusals: []),
    ]

    private static let leadEvent: JSON = {
        let person = object(
            [
                "email": text("E-mail address.", example: "eva@example.org"),
                "phone": text("Telephone number, best with the country's code.", example: "+49 151 234567"),
                "first_name": text("First name."), "last_name": text("Last name."), "country": text("ISO 3166."),
            ], required: [], "Whom the lead is about.")
        let click = object(
            ["gclid": text("Google's click id."), "fbclid": text("Meta's click id.")], required: [],
            "What the ad platforms put into the address.")
        return object(
            [
                "event_id": text("The sender's id; the same posted twice is one lead.", example: "order-4711"),
                "event": text("What happened; `lead` if absent.", example: "lead"),
                "occurred_at": text("When it happened; the time of receipt if absent.", format: "date-time"),
                "test": ["type": "boolean", "description": "Kept and shown, but neither counted nor forwarded."],
                "value": ["type": "number", "description": "What the lead is worth; needs `currency`."],
                "currency": text("ISO 4217.", example: "EUR"), "person": person, "click": click,
                "custom": ["type": "object", "description": "Anything else."],
            ], required: [],
            "Everything is optional but one thing: something must say whom the lead is about. All fields, with their "
                + "limits: contracts/lead-event.schema.json. What is wrong with an event is said in quarantine, not "
                + "here: it is acknowledged all the same.")
    }()

    // MARK: Health and tools

    private static let health: JSON = [
        "summary": "Whether the process answers.", "tags": ["Service"], "operationId": "get-healthz", "security": [],
        "responses": responses([("200", plain("It does."))], refusals: []),
    ]

    private static let readiness: JSON = [
        "summary": "Whether the relay should get traffic.", "tags": ["Service"], "operationId": "get-readyz",
        "security": [],
        "responses": responses(
            [("200", plain("It should.")), ("503", plain("It should not, and why."))], refusals: []),
    ]

    private static let metrics: JSON = [
        "summary": "Metrics for Prometheus: for `observers`, or with a token that has `metrics.read`.",
        "tags": ["Service"], "operationId": "get-metrics", "x-permission": "metrics.read",
        "responses": responses([("200", plain("Text exposition format 0.0.4."))], refusals: [401, 403, 503]),
    ]

    private static let description: JSON = [
        "summary": "This description.", "tags": ["Service"], "operationId": "get-openapi", "security": [],
        "responses": responses(
            [
                (
                    "200",
                    ["description": "OpenAPI 3.1.", "content": ["application/json": ["schema": ["type": "object"]]]]
                )
            ],
            refusals: []),
    ]

    private static let report: JSON = [
        "summary":
            """
        The same as `/api/alerts/from/{tool}`, for tools that can only be given an address; see \
        contracts/tools.md.
        """,
        "tags": ["Alerts"], "operationId": "post-hooks-alerts-tool", "x-permission": "alerts.report",
        "parameters": [
            [
                "name": "tool", "in": "path", "required": true,
                "description": "A tool that is configured under `tools`, or one that is understood without.",
                "schema": ["type": "string", "minLength": 1], "example": "grafana",
            ],
            parameter("token", in: "query", "The token, for tools that can send it nowhere else.", 255),
        ],
        "requestBody": [
            "required": true,
            "content": ["application/json": ["schema": ["type": "object", "description": "As the tool sends it."]]],
        ],
        "responses": responses(
            [
                (
                    "200",
                    [
                        "description": "Taken.",
                        "content": ["application/json": ["schema": ["$ref": "#/components/schemas/TakenEvents"]]],
                    ]
                )
            ], refusals: [400, 401, 403, 404, 409, 413, 415, 429, 503]),
    ]

    // MARK: Parts

    private static func responses(_ good: [(String, JSON)], refusals: [Int]) -> JSON {
        .object(
            good.map { JSON.Member($0, $1) }
                + refusals.filter { status in !good.contains { $0.0 == "\(status)" } }.map {
                    JSON.Member("\($0)", ["$ref": "#/components/responses/problem"])
                })
    }

    private static func plain(_ sentence: String) -> JSON {
        ["description": .string(sentence), "content": ["text/plain": ["schema": ["type": "string"]]]]
    }

    private static func parameter(_ name: String, in place: String, _ sentence: String, _ longest: Int) -> JSON {
        [
            "name": .string(name), "in": .string(place), "required": false, "description": .string(sentence),
            "schema": ["type": "string", "maxLength": JSON(longest)],
        ]
    }

    private static func text(_ sentence: String, example: String? = nil, format: String? = nil) -> JSON {
        .object(
            [JSON.Member("type", "string"), JSON.Member("description", .string(sentence))]
                + (format.map { [JSON.Member("format", .string($0))] } ?? [])
                + (example.map { [JSON.Member("examples", [.string($0)])] } ?? []))
    }

    private static func list(_ element: JSON, _ sentence: String) -> JSON {
        ["type": "array", "items": element, "description": .string(sentence)]
    }

    private static func object(
        _ properties: KeyValuePairs<String, JSON>, required: [String], _ sentence: String = ""
    ) -> JSON {
        .object(
            [JSON.Member("type", "object")]
                + (sentence.isEmpty ? [] : [JSON.Member("description", .string(sentence))])
                + (required.isEmpty ? [] : [JSON.Member("required", .array(required.map { .string($0) }))])
                + [JSON.Member("properties", .object(properties.map { JSON.Member($0.key, $0.value) }))])
    }
}
