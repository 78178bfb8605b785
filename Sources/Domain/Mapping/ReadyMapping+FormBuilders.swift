extension ReadyMapping {
    static let formBuilders = [
        ReadyMapping(name: "typeform", sender: "Typeform webhooks", make: typeform),
        ReadyMapping(name: "webflow", sender: "Webflow forms, webhook of the form or of the site", make: webflow),
        ReadyMapping(name: "unbounce", sender: "Unbounce pages, webhook of a form", make: unbounce),
        ReadyMapping(name: "jotform", sender: "Jotform webhooks", make: jotform),
        ReadyMapping(name: "tally", sender: "Tally webhooks", make: tally),
        ReadyMapping(name: "wufoo", sender: "Wufoo webhooks, with field and form structures", make: wufoo),
    ]

    private static let email = JSONPointer(["person", "email"])
    private static let phone = JSONPointer(["person", "phone"])

    /// `form_response` with `answers`, from which unanswered questions are missing, the questions in
    /// `definition.fields`, and hidden fields in `hidden` (typeform.com/developers/webhooks/example-payload). Repeats
    /// keep the token.
    private static func typeform(_ clock: DateFormat.WallClock) -> FieldMapping {
        func place(_ path: String) -> JSONPointer {
            JSONPointer(["form_response"] + path.split(separator: "/").map(String.init))
        }
        var answers = FieldGroup(place("answers"))
        answers.names = [JSONPointer(["field", "ref"])]
        answers.values = [
            "text", "email", "phone_number", "choice/label", "choice/other", "choices/labels", "number", "boolean",
            "date",
            "url", "file_url",
        ].map { JSONPointer($0.split(separator: "/").map(String.init)) }
        answers.kinds = FieldGroup.Kinds(
            place: JSONPointer(["type"]), targets: ["email": email, "phone_number": phone])
        answers.titles = ["definition/fields/*", "definition/fields/*/properties/fields/*"].map {
            FieldGroup.Titles(
                place: place($0), key: JSONPointer(["id"]), title: JSONPointer(["title"]),
                keyOfField: JSONPointer(["field", "id"]))
        }
        return labelled(
            rules: [
                .from("/event_id", "/form_response/token"), .from("/occurred_at", "/form_response/submitted_at"),
                .from("/page/form_id", "/form_response/form_id"),
            ],
            groups: [FieldGroup(place("hidden")), answers])
    }

    /// v2: everything in `payload` (developers.webflow.com/data/reference/webhooks/events/form-submission); v1: the
    /// same at the top, with the names `d` and `_id`.
    private static func webflow(_ clock: DateFormat.WallClock) -> FieldMapping {
        labelled(
            rules: [
                .from("/event_id", "/payload/id", "_id"), .from("/occurred_at", "/payload/submittedAt", "d"),
                .from("/page/form_id", "/payload/formId", "/payload/name", "name"),
                .from("/page/url", "/payload/pageUrl"),
            ] + FieldMapping.Rule.clickIDs(in: "/payload/pageUrl"),
            groups: [FieldGroup(JSONPointer(["payload", "data"])), FieldGroup(JSONPointer(["data"]))])
    }

    /// A form whose field `data.json` is an object with a list for each field of the page's form, and what Unbounce
    /// adds.
    private static func unbounce(_ clock: DateFormat.WallClock) -> FieldMapping {
        var moment = FieldSelector(joining: ["/data.json/date_submitted/0", "/data.json/time_submitted/0"])
        moment.opensText = true
        moment.form = .date([.pattern(.known("yyyy-MM-dd hh:mm a 'UTC'"), .utc)])
        moment.leavesUnfit = true
        return labelled(
            rules: [
                .inside("/page/url", "/data.json/page_url/0", "page_url"),
                .inside("/client/ip", "/data.json/ip_address/0"),
                .inside("/page/form_id", "/data.json/page_uuid/0", "page_id"),
                FieldMapping.Rule("/occurred_at", .read(moment)),
            ] + FieldMapping.Rule.clickIDs(in: "/data.json/page_url/0", "page_url", opensText: true),
            groups: [FieldGroup(JSONPointer(["data.json"]))],
            without: ["date_submitted", "time_submitted", "page_uuid", "page_id"])
    }

    /// A multipart form; the answers are JSON as text in `rawRequest`, as `q3_email`, where a name has the members
    /// `first` and `last` and a telephone number `full`, or `area` and `phone`.
    private static func jotform(_ clock: DateFormat.WallClock) -> FieldMapping {
        var answers = FieldGroup(JSONPointer(["rawRequest"]))
        answers.isNumbered = true
        return labelled(
            rules: [
                .from("/event_id", "submissionID"), .from("/page/form_id", "formID"), .from("/client/ip", "ip"),
            ],
            groups: [answers])
    }

    /// `data.fields` with every question, answered or not; the value of a choice is the id of its option.
    private static func tally(_ clock: DateFormat.WallClock) -> FieldMapping {
        var fields = FieldGroup(JSONPointer(["data", "fields"]))
        fields.names = [JSONPointer(["label"]), JSONPointer(["key"])]
        fields.values = [JSONPointer(["value"])]
        fields.kinds = FieldGroup.Kinds(
            place: JSONPointer(["type"]), targets: ["INPUT_EMAIL": email, "INPUT_PHONE_NUMBER": phone])
        fields.choices = FieldGroup.Choices(
            place: JSONPointer(["options"]), key: JSONPointer(["id"]), text: JSONPointer(["text"]))
        return labelled(
            rules: [
                .from("/event_id", "/data/responseId", "eventId"),
                .from("/occurred_at", "/data/createdAt", "createdAt"),
                .from("/page/form_id", "/data/formId"),
            ],
            groups: [fields])
    }

    /// `Field1`, `Field2` …, whose titles stand as JSON in `FieldStructure` if the webhook includes the structures.
    /// `DateCreated` has no zone.
    private static func wufoo(_ clock: DateFormat.WallClock) -> FieldMapping {
        var fields = FieldGroup()
        fields.only = ["Field*"]
        fields.titles = [["Fields", "*", "SubFields", "*"], ["Fields", "*"]].map { path in
            FieldGroup.Titles(
                place: JSONPointer(["FieldStructure"] + path), key: JSONPointer(["ID"]),
                title: JSONPointer([path.count == 4 ? "Label" : "Title"]))
        }
        return labelled(
            rules: [
                .from("/event_id", "EntryId"), .from("/client/ip", "IP"),
                .inside("/page/form_id", "/FormStructure/Hash"),
                FieldMapping.Rule(
                    "/occurred_at", .date(["DateCreated"], .pattern(.known("yyyy-MM-dd HH:mm:ss"), clock))),
            ],
            groups: [fields], without: ["FieldStructure"])
    }
}
