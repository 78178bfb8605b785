extension ReadyMapping {
    static let wordPress = [
        ReadyMapping(
            name: "elementor", sender: "Elementor Pro forms, action Webhook",
            make: elementor),
        ReadyMapping(
            name: "contact_form_7", sender: "Contact Form 7 with a plugin that posts, as CF7 to Webhook",
            make: contactForm7),
        ReadyMapping(
            name: "gravity_forms", sender: "Gravity Forms with its Webhooks add-on", make: gravityForms),
    ]

    /// Simple data: the labels (or `No Label` and the id) as names, beside `form_id` and `form_name`. Advanced data:
    /// `fields[id][title]`, `[type]`, `[value]`, and the meta data as `meta[page_url][value]`. The meta data come only
    /// if the form also has the action Email with them (elementor#11086); their date and time are in the format and
    /// language of the site.
    private static func elementor(_ clock: DateFormat.WallClock) -> FieldMapping {
        let named = [
            "MMMM d, yyyy h:mm a", "MMMM d, yyyy H:mm", "d. MMMM yyyy H:mm", "d MMMM yyyy H:mm", "d.M.yyyy H:mm",
        ]
        // A field of the form may be called Date as well; an input of that type has the year first.
        let advanced = named + ["yyyy-MM-dd H:mm", "yyyy-MM-dd h:mm a"]
        func moment(_ date: String, _ time: String, _ patterns: [String]) -> FieldMapping.Rule {
            var selector = FieldSelector(joining: [date, time])
            selector.form = .date(patterns.map { .pattern(.known($0), clock) })
            selector.leavesUnfit = true
            return FieldMapping.Rule("/occurred_at", .read(selector))
        }
        var fields = FieldGroup(JSONPointer(["fields"]))
        fields.names = [JSONPointer(["title"])]
        fields.values = [JSONPointer(["value"]), JSONPointer(["raw_value"])]
        fields.kinds = FieldGroup.Kinds(
            place: JSONPointer(["type"]),
            targets: ["email": JSONPointer(["person", "email"]), "tel": JSONPointer(["person", "phone"])])
        var mapping = labelled(
            rules: [
                .from("/page/url", "/meta/page_url/value", "Page URL", "Seiten-URL"),
                .from("/client/ip", "/meta/remote_ip/value", "Remote IP", "Remote-IP"),
                .from("/client/user_agent", "/meta/user_agent/value", "User Agent", "User-Agent"),
                .from("/page/form_id", "/form/id", "form_id"),
                moment("/meta/date/value", "/meta/time/value", advanced),
                moment("Date", "Time", named), moment("Datum", "Zeit", named), moment("Datum", "Uhrzeit", named),
            ] + FieldMapping.Rule.clickIDs(in: "/meta/page_url/value", "Page URL", "Seiten-URL"),
            groups: [FieldGroup(), fields],
            without: ["fields", "meta", "form", "form_name", "Powered by", "Präsentiert von", "Bereitgestellt von"])
        mapping.isBracketed = true
        return mapping
    }

    /// The names of the mail tags, as a rule `your-name`, `your-email`, and special mail tags where the plugin is told
    /// to add them (contactform7.com/special-mail-tags).
    private static func contactForm7(_ clock: DateFormat.WallClock) -> FieldMapping {
        labelled(
            rules: [
                .from("/page/url", "_url"), .from("/client/ip", "_remote_ip"),
                .from("/client/user_agent", "_user_agent"), .from("/page/form_id", "_wpcf7", "_contact_form_id"),
            ] + FieldMapping.Rule.clickIDs(in: "_url"),
            groups: [FieldGroup()],
            without: [
                "_wpcf7*", "_date", "_time", "_post_*", "_site_*", "_contact_form_*", "_invalid_fields", "_user_*",
                "_serial_number",
            ])
    }

    /// All fields: those of the entry object (docs.gravityforms.com/entry-object), with a number for each question,
    /// whose meaning only the form knows. Select fields: the names that somebody gave them. `date_created` is UTC.
    private static func gravityForms(_ clock: DateFormat.WallClock) -> FieldMapping {
        labelled(
            rules: [
                .from("/event_id", "id"),
                FieldMapping.Rule(
                    "/occurred_at", .date(["date_created"], .pattern(.known("yyyy-MM-dd HH:mm:ss"), .utc))),
                .from("/page/url", "source_url"), .from("/client/ip", "ip"),
                .from("/client/user_agent", "user_agent"), .from("/page/form_id", "form_id"),
            ] + FieldMapping.Rule.clickIDs(in: "source_url"),
            groups: [FieldGroup()],
            without: [
                "date_updated", "status", "is_*", "currency", "payment_*", "transaction_*", "created_by", "post_id",
                "source_id", "partial_entry_*", "form_title",
            ])
    }
}
