import Domain

/// What comes in from landing pages, servers and tools, and what machines ask without a token: the part of the
/// description that is no operation of the API. contracts/posting.md, landing-pages.md and tools.md say more.
enum IntakeDescription {
    static var paths: [JSON.Member] {
        [
            JSON.Member("/v1/leads", ["post": post("post-leads", keyed: headers)]),
            JSON.Member("/v1/leads/{key}", ["post": post("post-leads-key", keyed: [key] + headers)]),
            JSON.Member("/v1/pixel.gif", ["get": pixel]), JSON.Member("/v1/relay.js", ["get": script]),
            JSON.Member("/healthz", ["get": health]), JSON.Member("/readyz", ["get": readiness]),
            JSON.Member("/metrics", ["get": metrics]),
            JSON.Member("/api/openapi.json", ["get": description]),
            JSON.Member("/hooks/alerts/{tool}", reports("hooks-alerts-tool", [tool])),
            JSON.Member("/hooks/alerts/{tool}/{token}", reports("hooks-alerts-tool-token", [tool, token])),
            JSON.Member("/hooks/slack", ["post": slack]),
            JSON.Member("/hooks/twilio/{channel}", ["post": twilio]),
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

    private static let key = inPath("key", "The source's key.", "pk_live_4f8a2c")

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

    // MARK: Webhooks

    private static let tool = inPath(
        "tool", "A tool that is configured under `tools`, or one that is understood without.", "grafana")
    private static let token = inPath("token", "The token, with the scope `alerts.report`.", "lrt_4f8a2c")

    /// The same body by POST and by PUT; by GET its fields in the query.
    private static func reports(_ id: String, _ place: [JSON]) -> JSON {
        .object(
            [JSON.Member("parameters", .array(place))]
                + ["post", "put", "get"].map { JSON.Member($0, report(by: $0, "\($0)-\(id)")) })
    }

    private static func report(by method: String, _ id: String) -> JSON {
        let taken: JSON = [
            "description": "Taken.",
            "content": ["application/json": ["schema": ["$ref": "#/components/schemas/TakenEvents"]]],
        ]
        let fields: JSON = ["schema": ["type": "object", "description": "The same fields by name."]]
        var members: [JSON.Member] = [
            JSON.Member(
                "summary",
                """
                The same as `/api/alerts/from/{tool}`, for tools that can only be given an address; see \
                contracts/tools.md.
                """
            ),
            JSON.Member("tags", ["Alerts"]), JSON.Member("operationId", .string(id)),
            JSON.Member("x-permission", "alerts.report"),
            JSON.Member(
                "parameters",
                [parameter("token", in: "query", "The token, for tools that can send it nowhere else.", 255)]),
        ]
        if method != "get" {
            members.append(
                JSON.Member(
                    "requestBody",
                    [
                        "required": true,
                        "content": [
                            "application/json": [
                                "schema": ["description": "As the tool sends it: an object or a list."]
                            ],
                            "application/x-www-form-urlencoded": fields,
                        ],
                    ]))
        }
        members.append(
            JSON.Member(
                "responses", responses([("200", taken)], refusals: [400, 401, 403, 404, 405, 409, 413, 415, 429, 503])))
        return .object(members)
    }

    private static let slack: JSON = [
        "summary": "Buttons under alerts in Slack: the request URL of the app's interactivity.", "tags": ["Alerts"],
        "operationId": "post-hooks-slack", "security": [],
        "parameters": [
            parameter(
                "X-Slack-Signature", in: "header", "Of the time and the body, with the app's signing secret.", 1000),
            parameter(
                "X-Slack-Request-Timestamp", in: "header", "Seconds since 1970; not older than five minutes.", 20),
        ],
        "requestBody": [
            "required": true,
            "content": [
                "application/x-www-form-urlencoded": [
                    "schema": object(
                        [
                            "payload": text(
                                "What was pressed, by whom, as JSON: an interaction of the type `block_actions`.")
                        ],
                        required: ["payload"])
                ]
            ],
        ],
        "responses": responses(
            [("200", ["description": "Taken. What comes of it stands in the alert, or is told to who pressed."])],
            refusals: [403, 404, 413, 503]),
    ]

    private static let twilio: JSON = [
        "summary": "What became of a text message: the address is sent along with each, so nothing is to be set up.",
        "tags": ["Alerts"], "operationId": "post-hooks-twilio-channel", "security": [],
        "parameters": [
            inPath("channel", "A channel of the kind `sms`.", "sms"),
            parameter("alert", in: "query", "The alert that the message was about.", 20),
            parameter(
                "X-Twilio-Signature", in: "header", "Of the address and the fields, with the account's token.", 1000),
        ],
        "requestBody": [
            "required": true,
            "content": [
                "application/x-www-form-urlencoded": [
                    "schema": object(
                        [
                            "MessageStatus": text(
                                "`undelivered` and `failed` are noted in the alert.", example: "delivered"),
                            "ErrorCode": text("Twilio's number of what went wrong.", example: "30003"),
                        ], required: [])
                ]
            ],
        ],
        "responses": responses([("204", ["description": "Taken."])], refusals: [403, 404, 413, 503]),
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

    private static func inPath(_ name: String, _ sentence: String, _ example: String) -> JSON {
        [
            "name": .string(name), "in": "path", "required": true, "description": .string(sentence),
            "schema": ["type": "string", "minLength": 1], "example": .string(example),
        ]
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
