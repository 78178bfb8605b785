import Domain

/// What the Conversions API demands of an event beyond the types of its fields: the table.
enum MetaRules {
    static let maximumEvents = 1_000
    static let maximumAge = Duration.days(7)
    /// For events of a physical store.
    static let maximumAgeInStore = Duration.days(62)
    static let tolerance = Duration.minutes(1)

    /// Meta's error_subcode; `nil` if the fault has none.
    typealias Subcode = Int?

    static let event: [FieldRule<MetaEvent, Subcode>] = [
        FieldRule("event_name", nil, "is required") { $0.name.isEmpty },
        FieldRule("event_time", nil, "is required") { $0.seconds == nil },
        FieldRule("action_source", nil, "is required") { $0.actionSource.isEmpty },
        FieldRule("user_data", 2_804_050, "is required") { $0.userData.isEmpty },
        // Optional for Meta; but without it a repeated delivery could not be recognised.
        FieldRule("event_id", nil, "is required") { $0.id.isEmpty },
        FieldRule("event_time", 2_804_003, "is not a time in seconds") {
            $0.seconds.map { $0 < 1_000_000_000 } ?? false
        },
        FieldRule("event_time", 2_804_003, "is too old") { event in
            let maximum = event.actionSource == "physical_store" ? maximumAgeInStore : maximumAge
            return event.seconds.map { $0 >= 1_000_000_000 && $0 < (event.now - maximum).seconds } ?? false
        },
        FieldRule("event_time", 2_804_003, "lies in the future") { event in
            event.seconds.map { $0 > (event.now + tolerance).seconds } ?? false
        },
        FieldRule("event_source_url", nil, "is required for events of a website") {
            $0.actionSource == "website" && $0.sourceURL.isEmpty
        },
        FieldRule("event_source_url", nil, "is not a whole URL") {
            !$0.sourceURL.isEmpty && !$0.sourceURL.hasPrefix("https://") && !$0.sourceURL.hasPrefix("http://")
        },
        FieldRule("user_data[client_user_agent]", nil, "is required for events of a website") {
            $0.actionSource == "website" && $0.user("client_user_agent") == nil
        },
        FieldRule("user_data", 2_804_050, "is not enough to identify anybody") {
            !$0.userData.isEmpty && $0.userData.allSatisfy { tooLittle.contains($0.name) }
                && !isPostalAddress(Set($0.userData.map(\.name)))
        },
        FieldRule("custom_data[currency]", nil, "is not a currency") { event in
            event.custom("currency")?.string.map { !$0.uppercased().isCapitals(3) } ?? false
        },
        FieldRule("custom_data[value]", nil, "and currency are required for a purchase") {
            $0.name == "Purchase" && ($0.custom("value") == nil || $0.custom("currency") == nil)
        },
        FieldRule("data_processing_options", nil, "must be empty or LDU") {
            $0.processingOptions?.contains { $0 != "LDU" } ?? false
        },
        FieldRule("data_processing_options", nil, "needs a country and a state beside it") {
            $0.processingOptions?.isEmpty == false && !($0.hasProcessingPlace.country && $0.hasProcessingPlace.state)
        },
    ]

    /// For an event whose name and id an earlier one of the same request has.
    static let repetition = FieldRule<MetaEvent, Subcode>("event_id", nil, "occurs twice in this request") {
        !$0.id.isEmpty
    }

    /// A name, a place or a browser: only both names with a place are enough.
    private static let tooLittle: Set = [
        "client_user_agent", "page_id", "country", "ct", "st", "zp", "ge", "db", "fn", "ln",
    ]

    private static func isPostalAddress(_ names: Set<String>) -> Bool {
        names.isSuperset(of: ["fn", "ln"]) && !names.isDisjoint(with: ["ct", "zp"])
    }
}
