import Domain

// Who sends leads, and how they are read.
extension Settings {
    static let sources: [Setting] = [
        Setting("sources", .named, .absent, "Who may send leads: landing pages, form services, servers."),
        Setting("sources.*.client", .text, .absent, "Whose leads these are: a name under clients."),
        Setting(
            "sources.*.keys", .texts, .required,
            "Public keys that name the source in requests: 8 to 128 letters, digits, - and _."),
        Setting(
            "sources.*.origins", .texts, [],
            "Origins of pages that may post from a browser; \"*\" for any, \"null\" for pages that hide theirs."),
        Setting(
            "sources.*.signature_secret", .secret, .absent,
            "What a server signs its requests with. With it requests without a signature are refused."),
        Setting(
            "sources.*.redirects", .texts, [],
            "Addresses that a plain form may be sent on to: it has to begin with one of them."),
        Setting(
            "sources.*.redirect", .text, .absent,
            "Where a plain form is sent on to when it does not ask for a place of its own."),
        Setting(
            "sources.*.answer", .whole(from: 200, to: 299), 202,
            "The status of the answer, for senders to whom only this one is success.", since: next),
        Setting(
            "sources.*.strict", .flag, false,
            "Whether an event with a field that cannot be used goes to quarantine as a whole.", since: next),
        Setting(
            "sources.*.rate", .either([.object, .word("unlimited")]), .depends("200 a second, 1000 at once"),
            "How many events the source may send."),
        Setting(
            "sources.*.rate.per_second", .number(above: 0, atMost: 1e9), .required, "Events a second in the long run."),
        Setting(
            "sources.*.rate.burst", .number(above: 0, atMost: 1e9), .depends("five times per_second"),
            "Events that may come at once."),
        Setting(
            "sources.*.address_rate", .either([.object, .word("unlimited")]), .depends("5 a second, 50 at once"),
            "How many events one address may send."),
        Setting(
            "sources.*.address_rate.per_second", .number(above: 0, atMost: 1e9), .required,
            "Events a second in the long run."),
        Setting(
            "sources.*.address_rate.burst", .number(above: 0, atMost: 1e9), .depends("five times per_second"),
            "Events that may come at once."),
        Setting(
            "sources.*.maximum_body", .size(from: 256, to: .mebibytes(64)),
            .depends("256KiB, or limits.body if that is less"),
            "The largest body that is taken, at most limits.body. Files of forms do not count."),
        Setting(
            "sources.*.country", .text, .depends("the client's"),
            "Two capital letters, ISO 3166-1: the country of telephone numbers without one."),
        Setting(
            "sources.*.kind", .choice(of: Source.Kind.self), "web",
            "\"crm\": it tells what became of leads later. Its events go to platforms as what did not happen on a page."
        ),
        Setting(
            "sources.*.reused_ids", .choice(of: Source.ReusedIDs.self), "own",
            """
            What comes under an id that was somebody else's before: \"own\", a lead of its own; \"quarantine\", \
            people decide.
            """,
            since: next),
        Setting(
            "sources.*.values", .choice(["keep", "restate"]), "keep",
            """
            \"restate\": the same event of the same person with another value changes the first one's, where the \
            platform takes that.
            """
        ),
    ]

    static let junk: [Setting] =
        [
            Setting(
                "sources.*.junk", .either([.object, .word("off")]), .absent,
                """
                How junk is told. Without it what looks like junk is marked; \"off\": nothing is judged.
                """, since: next),
            Setting(
                "sources.*.junk.action", .choice(of: JunkSettings.Action.self), "mark",
                "\"hold\" keeps it for a decision in quarantine, \"discard\" gives it up.", since: next),
            Setting(
                "sources.*.junk.honeypot", .text, .absent,
                "A field that people do not see; whoever fills it in is none.", since: next),
            Setting(
                "sources.*.junk.minimum_time", .duration(from: .zero, to: .minutes(10)), "3s",
                "How fast nobody fills in a form.", since: next),
            Setting(
                "sources.*.junk.domains", .either([.object, .word("off")]), .absent,
                "Throw-away e-mail domains instead of the built-in list; \"off\": none.", since: next),
            Setting("sources.*.junk.domains.file", .text, .required, "A file with one domain a line.", since: next),
        ]

    static let tokenChecks: [Setting] = TokenProvider.allCases.flatMap { provider in
        let path = "sources.*.junk.\(provider.rawValue)"
        return [
            Setting(
                path, .object, .absent,
                "Asks \(provider.rawValue) about the token of the page's widget, after the acknowledgement.",
                since: next),
            Setting("\(path).secret", .secret, .required, "The secret key of the widget.", since: next),
            Setting(
                "\(path).endpoint", .text, .depends("the provider's own"),
                "Where tokens are asked about; for tests.", since: next),
        ]
            + (provider == .recaptcha
                ? [Setting("\(path).minimum_score", .share, 0.5, "A lower score is junk.", since: next)] : [])
    }

    static let mappings: [Setting] = [
        Setting(
            "sources.*.mapping", .either([.text, .object, .listLike("sources.*.mapping.rules")]), .absent,
            """
            How a sender's own fields are read: the name of a ready mapping (leadrelay mapping list), a list of \
            rules, or an object. See contracts/mappings.md.
            """
        ),
        Setting(
            "sources.*.mapping.like", .text, .absent, "A ready mapping whose rules come after one's own.", since: next),
        Setting(
            "sources.*.mapping.each", .text, .absent,
            "A path with * where one post has several leads, for example \"/entry/*/changes/*\"."),
        Setting(
            "sources.*.mapping.brackets", .flag, .depends("`false`, or as like has it"),
            "Whether names such as fields[name][value] are taken apart."),
        Setting(
            "sources.*.mapping.fields", .either([.text, .object, .list]), .absent,
            "Where the sender has its list of fields: a JSON pointer, an object, or a list of these."),
        Setting("sources.*.mapping.fields.at", .text, .absent, "The list or object, as a JSON pointer."),
        Setting("sources.*.mapping.fields.name", .texts, [], "Where an element has its name."),
        Setting("sources.*.mapping.fields.value", .texts, .absent, "Where an element has its value; needed with name."),
        Setting("sources.*.mapping.fields.only", .texts, [], "Members that count, where not all do."),
        Setting(
            "sources.*.mapping.others", .choice(of: FieldMapping.Others.self),
            .depends("`\"ignored\"`, or as like has it"),
            "What happens to fields that no rule asks for: \"custom\" keeps them, the others read them by name."),
        Setting(
            "sources.*.mapping.without", .texts, [], "Names, or patterns with *, of fields that are nobody's data."),
        Setting(
            "sources.*.mapping.rules", .list, .absent, "What goes where; the first rule that finds something decides."),
        Setting(
            "sources.*.mapping.rules[].to", .text, .required,
            "Our field as a JSON pointer, for example \"/person/email\" or \"/custom/budget\"."),
        Setting("sources.*.mapping.rules[].from", .texts, .absent, "Where the value is; the first place that has one."),
        Setting("sources.*.mapping.rules[].join", .texts, .absent, "Places whose values are joined."),
        Setting(
            "sources.*.mapping.rules[].with", .text, .depends("a blank"), "What stands between joined values.",
            only: "join"),
        Setting("sources.*.mapping.rules[].constant", .value, .absent, "A value that is always the same."),
        Setting("sources.*.mapping.rules[].default", .value, .absent, "A value for when the sender has none."),
        Setting(
            "sources.*.mapping.rules[].where", .table(.value), .absent,
            "What tells the element of a list that is meant, for example { type: \"email\" }.", only: "from"),
        Setting("sources.*.mapping.rules[].take", .text, .absent, "The member of that element.", only: "where"),
        Setting("sources.*.mapping.rules[].json", .flag, false, "Whether the value is JSON in a text.", only: "from"),
        Setting(
            "sources.*.mapping.rules[].query", .text, .absent, "A parameter of the address that the value is.",
            only: "from"),
        Setting(
            "sources.*.mapping.rules[].name", .choice(of: FieldSelector.NamePart.self), .absent,
            "The part of a full name that is meant.", only: "from"),
        Setting(
            "sources.*.mapping.rules[].date", .texts, .absent,
            """
            How a moment is written: \"unix_seconds\", \"unix_milliseconds\" or patterns such as \"dd.MM.yyyy \
            HH:mm\".
            """,
            only: "from"),
        Setting(
            "sources.*.mapping.rules[].zone", .text, .depends("the client's time_zone"),
            "The clock of a date without an offset.", only: "date"),
        Setting(
            "sources.*.mapping.rules[].offset", .text, .absent,
            """
            The same as a fixed offset: \"+01:00\".
            """, only: "date"),
    ]

    static let groups: [Setting] =
        [
            Setting(
                "groups", .list, .absent,
                """
                Which campaign group a lead belongs to when it does not say so itself; the first rule that fits \
                decides.
                """
            ),
            Setting("groups[].group", .text, .required, "The group's name, at most 100 bytes."),
            Setting("groups[].client", .text, .absent, "Only leads of this client."),
            Setting(
                "groups[].landing_pages", .texts, [], "Where the group's ads lead to; a client must stand beside it."),
            Setting("groups[].when", .object, .required, "All of it must fit; * stands for anything."),
        ]

    static let groupConditions: [Setting] = GroupRule.Field.allCases.map { field in
        let meaning =
            switch field {
            case .page: "The page's address without query and fragment."
            case .source: "The name of the source."
            case .campaignID, .adsetID, .adID: "The platform's id, as the lead says it."
            case .utmSource, .utmMedium, .utmCampaign, .utmContent, .utmTerm: "A parameter of the page's address."
            }
        return Setting("groups[].when.\(field.rawValue)", .text, .absent, meaning)
    }
}
