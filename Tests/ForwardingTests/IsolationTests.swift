import Curl
import Domain
import Forwarding
import TestSupport
import Testing

/// One bad event among a thousand, at every platform that takes many at once.
@Suite struct `One bad event` {
    /// What the platform says about a request that has it at that position.
    static let answers: [(destination: Destination, refuse: @Sendable (Int, Int) -> Result<Answer, TransferError>)] = [
        (
            Samples.google,
            { index, _ in
                `Every documented code`.google("INVALID_FORMAT", field: "events.events[\(index)].ad_identifiers.gclid")
            }
        ),
        // Google says that some event is bad, and not which.
        (Samples.google, { _, _ in `Every documented code`.google("INVALID_EVENT") }),
        (
            Samples.upload,
            { index, count in
                `An answer of Google's older interface`.partial(
                    (0..<count).map { $0 == index ? "-" : "+" }.joined(),
                    [
                        `An answer of Google's older interface`.error(
                            "conversionUploadError.EXPIRED_EVENT", row: index, index: index > 0)
                    ])
            }
        ),
        (
            Samples.meta,
            { _, _ in
                Platforms.answer(400, #"{"error":{"message":"m","code":100,"error_subcode":2804003,"fbtrace_id":"T"}}"#)
            }
        ),
    ]

    @Test(arguments: answers.indices, [1, 500, 777, 1000])
    func `leaves the others delivered, after a few requests`(_ test: Int, _ bad: Int) {
        let refuse = Self.answers[test].refuse
        var destination = Self.answers[test].destination
        destination.pace.batch = 1000
        let bench = DispatchBench([destination])
        bench.transport["http://oauth.test"] = Platforms.token
        let takes: [String: MemoryTransport.Platform] = [
            "google": Platforms.google, "upload": Platforms.upload, "meta": Platforms.meta,
        ]
        let taking = takes[destination.name]!
        bench.transport["http://\(destination.name).test"] = { transfer, now in
            let ids = Platforms.ids(transfer)
            guard let index = ids.firstIndex(of: "event-\(bad)") else { return taking(transfer, now) }
            return (refuse(index, ids.count), .milliseconds(80))
        }
        for id in 1...1000 {
            var event = Samples.event
            event.click.gclid = "click-\(id)"
            bench.add([id], event)
        }
        bench.run()
        let good = destination.name == "google" ? Outcome.sent : .delivered
        #expect(bench.store.count(destination.name, good) == 999)
        #expect(bench.store.count(destination.name, .rejected) == 1)
        #expect(bench.store.owed(destination.name, bad)?.outcome == .rejected)
        // 2 · log2 n + 2
        #expect(bench.transport.requests(to: "http://\(destination.name).test").count <= 22)
    }
}
