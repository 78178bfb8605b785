import Domain

/// An event of the Conversions API: what the rules ask about.
struct MetaEvent {
    let json: JSON
    let now: Instant
    private(set) var name = ""
    private(set) var id = ""
    private(set) var seconds: Int64?
    private(set) var actionSource = ""
    private(set) var sourceURL = ""
    private(set) var userData: [JSON.Member] = []
    private(set) var customData: [JSON.Member] = []
    private(set) var processingOptions: [JSON]?
    private(set) var hasProcessingPlace = (country: false, state: false)

    init(_ json: JSON, now: Instant) {
        self.json = json
        self.now = now
        for member in json.object ?? [] {
            switch (member.name, member.value) {
            case ("event_name", .string(let text)): name = text
            case ("event_id", .string(let text)): id = text
            case ("event_time", .number(let text)): seconds = Int64(text)
            case ("action_source", .string(let text)): actionSource = text
            case ("event_source_url", .string(let text)): sourceURL = text
            case ("user_data", .object(let members)): userData = members
            case ("custom_data", .object(let members)): customData = members
            case ("data_processing_options", .array(let options)): processingOptions = options
            case ("data_processing_options_country", _): hasProcessingPlace.country = true
            case ("data_processing_options_state", _): hasProcessingPlace.state = true
            default: break
            }
        }
    }

    func user(_ name: String) -> JSON? { userData.first { $0.name == name }?.value }
    func custom(_ name: String) -> JSON? { customData.first { $0.name == name }?.value }
}
