import Crypto
import Domain

/// The body of `events:ingest`, after its format was found right: what the rules ask about.
struct GoogleRequest {
    let destinations: [GoogleDestination]
    let events: [GoogleEvent]
    let encoding: HashEncoding?
    let isValidateOnly: Bool
    /// What references destinations have.
    let references: Set<String>

    init(_ body: JSON, now: Instant) {
        destinations = (body["destinations"]?.array ?? []).map(GoogleDestination.init)
        references = Set(destinations.compactMap(\.reference))
        encoding = body["encoding"]?.string.flatMap(HashEncoding.init)
        isValidateOnly = body["validateOnly"]?.bool ?? false
        let (encoding, references) = (encoding, references)
        events = (body["events"]?.array ?? []).map { GoogleEvent($0, encoding, references, now: now) }
    }
}

struct GoogleDestination {
    let json: JSON
    let reference: String?
    let operatingAccount: JSON?
    let conversionAction: String

    init(_ json: JSON) {
        self.json = json
        reference = json["reference"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        operatingAccount = json["operatingAccount"]
        conversionAction = json["productDestinationId"]?.string ?? ""
    }

    /// Every account that is named, under Google's name for its role.
    var accounts: [(role: String, account: JSON)] {
        [
            ("operating_account", "operatingAccount"), ("login_account", "loginAccount"),
            ("linked_account", "linkedAccount"),
        ]
        .compactMap { role, name in json[name].map { (role, $0) } }
    }

    /// Events are unique for each conversion action of an account.
    var name: String { "\(operatingAccount?["accountId"]?.string ?? "")/\(conversionAction)" }
}

struct GoogleEvent {
    let json: JSON
    let now: Instant
    let knownReferences: Set<String>
    let encoding: HashEncoding
    private(set) var transactionID = ""
    private(set) var moment: Instant?
    private(set) var source = ""
    private(set) var currency = ""
    private(set) var value = ""
    private(set) var references: [JSON] = []
    private(set) var hasClick = false
    private(set) var session: String?
    private(set) var hasUserData = false
    private(set) var identifiers: [JSON] = []

    init(_ json: JSON, _ encoding: HashEncoding?, _ knownReferences: Set<String>, now: Instant) {
        self.json = json
        self.now = now
        self.encoding = encoding ?? .hex
        self.knownReferences = knownReferences
        for member in json.object ?? [] {
            switch (member.name, member.value) {
            case ("transactionId", .string(let text)): transactionID = text
            case ("eventTimestamp", .string(let text)): moment = Timestamp(text)?.moment
            case ("eventSource", .string(let text)): source = text == "EVENT_SOURCE_UNSPECIFIED" ? "" : text
            case ("currency", .string(let text)): currency = text
            case ("destinationReferences", .array(let elements)): references = elements
            case ("adIdentifiers", .object(let members)):
                hasClick = members.contains { Self.clicks.contains($0.name) && $0.value != "" }
                session = members.first { $0.name == "sessionAttributes" }?.value.string
            case ("userData", let data):
                hasUserData = true
                identifiers = data["userIdentifiers"]?.array ?? []
            default: break
            }
        }
    }

    private static let clicks: Set = ["gclid", "gbraid", "wbraid", "leadId", "sessionAttributes"]
}

extension GoogleEvent {
    /// Whether the session's attributes are what Google's own script makes: an object of texts under known names, as
    /// JSON in base 64 for addresses.
    var hasOddSession: Bool {
        guard let session else { return false }
        guard let bytes = Base64.url.decode(session), case .object(let members)? = try? JSON(parsing: bytes) else {
            return true
        }
        return members.isEmpty || !members.allSatisfy { Self.attributes.contains($0.name) && $0.value.string != nil }
    }

    private static let attributes: Set = [
        "gad_source", "gad_campaignid", "session_start_time_usec", "landing_page_url", "landing_page_referrer",
        "landing_page_user_agent",
    ]
}

/// How hashes are written in a request.
enum HashEncoding: String {
    case hex = "HEX"
    case base64 = "BASE64"

    /// Whether this is no hash of anything. The hash of an empty text says nothing about anybody, so it is refused too.
    func refuses(_ hash: String) -> Bool {
        switch self {
        case .hex: !hash.isHash || hash == Self.empty
        case .base64: Base64.plain.decode(hash)?.count != SHA256.length
        }
    }

    static let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
}
