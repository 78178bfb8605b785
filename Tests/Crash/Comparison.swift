import Crypto
import Domain
import Forwarding

/// What was promised against what arrived.
struct Comparison {
    private let stage: Stage
    private let load: Load

    init(_ stage: Stage, _ load: Load) {
        self.stage = stage
        self.load = load
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
            for (id, receipt) in received {
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
        let outgoing = Outgoing(
            lead: LeadID(rawValue: 0), eventID: load.id(number), receivedAt: receivedAt, event: event, country: nil)
        guard case .event(let fragment) = adapter.encode(outgoing), let json = try? JSON(parsing: fragment.bytes) else {
            return "not encoded"
        }
        return SHA256.hex(of: json.text)
    }
}
