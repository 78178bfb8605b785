import Crypto
import Domain
import Forwarding
import SQLite

/// What was promised against what arrived.
struct Comparison {
    private let stage: Stage
    private let load: Load
    private let house: HouseTrial

    init(_ stage: Stage, _ load: Load, _ house: HouseTrial) {
        self.stage = stage
        self.load = load
        self.house = house
    }

    func faults() throws -> [String] {
        var faults: [String] = []
        let numbers = Dictionary(uniqueKeysWithValues: (1...max(1, load.issued)).map { (load.id($0), $0) })
        let acknowledged = load.acknowledgedNumbers
        for (platform, adapter) in adapters {
            let received = try stage.received(platform)
            for number in acknowledged where received[load.id(number)] == nil {
                faults.append("\(load.id(number)) was acknowledged and never reached \(platform)")
            }
            for id in house.kept where received[id] == nil {
                faults.append("\(id) was acknowledged, was not erased, and never reached \(platform)")
            }
            for (id, receipt) in received {
                if house.knows(id) { continue }
                guard let number = numbers[id] else {
                    faults.append("\(platform) received \(id), which nobody posted")
                    continue
                }
                if receipt.digest != digest(number, adapter) {
                    faults.append("\(platform) received other bytes of \(id) than were posted")
                }
            }
            let repeated = received.values.reduce(0) { $0 + $1.count - 1 }
            tell("\(platform): \(received.count) leads received, \(repeated) receipts more than leads")
        }
        return faults
    }

    /// The bytes of every acknowledged post, as the file holds them. The relay must have been stopped.
    func missingBytes(in path: String) throws -> [String] {
        let connection = try Connection(path: path, mode: .readOnly)
        var kept: [Int64: [UInt8]] = [:]
        func read(_ sql: String) throws {
            let select = try connection.prepare(sql)
            while try select.step() { kept[select.integer(0)] = select.bytes(1) }
        }
        try read("SELECT lead.id, coalesce(raw, bytes, payload) FROM lead LEFT JOIN posted ON posted.id = lead.id")
        try read("SELECT id, body FROM quarantine")
        try read("SELECT id, body FROM duplicate WHERE body IS NOT NULL")
        let shared = try connection.prepare("SELECT id, same_as FROM duplicate WHERE same_as IS NOT NULL")
        while try shared.step() { kept[shared.integer(0)] = kept[shared.integer(1)] }
        let promised = load.promised
        var faults: [String] = []
        let orphans = try connection.prepare(
            """
            SELECT posted.id FROM posted LEFT JOIN lead ON lead.id = posted.id LEFT JOIN inbox ON inbox.id = posted.id
            WHERE lead.id IS NULL AND inbox.id IS NULL
            """)
        while try orphans.step() {
            faults.append("the bytes of \(LeadID(rawValue: orphans.integer(0))) belong to nobody")
        }
        for (name, body) in promised {
            guard let id = LeadID(name), let found = kept[id.rawValue] else {
                faults.append("what was acknowledged as \(name) is nowhere")
                continue
            }
            if found != body { faults.append("\(name) is kept with other bytes than were posted") }
        }
        tell("\(promised.count) acknowledged posts, \(kept.count) kept with their bytes")
        return faults
    }

    private var adapters: [(String, any Adapter)] {
        let credential = Destination.Credential(
            clientID: "client", clientSecret: Secret("secret"), refreshToken: Secret("secret"))
        let google = Destination.GoogleAds(
            account: Stage.googleAccount, conversionActions: ["*": Stage.action], credential: credential)
        let meta = Destination.MetaAds(pixel: Stage.pixel, accessToken: Secret("secret"))
        return [
            ("google_ads", GoogleAds(Destination(name: "google", platform: .googleAds(google)), google)),
            ("meta_ads", MetaAds(Destination(name: "meta", platform: .metaAds(meta)), meta)),
        ]
    }

    /// The digest of the event as it should have arrived, from what was posted and nothing else.
    private func digest(_ number: Int, _ adapter: any Adapter) -> String {
        let receivedAt = load.moment + .minutes(1)
        guard let event = LeadEvent(payload: load.event(number).bytes, receivedAt: receivedAt) else {
            return "no event"
        }
        let outgoing = EncodedLead(
            lead: LeadID(rawValue: 0), eventID: load.id(number), receivedAt: receivedAt, event: event, country: nil)
        guard case .event(let fragment) = adapter.encode(outgoing), let json = try? JSON(parsing: fragment.bytes) else {
            return "not encoded"
        }
        return SHA256.hex(of: json.text)
    }
}
