import Domain

/// The monitor over recorded traffic: the detector that also runs live, with its clock from outside.
struct Backtest {
    private(set) var episodes: [Episode] = []
    /// Group and slot of each moment at which causes would have been looked for.
    private(set) var suspicions: [(group: Int, slot: Int)] = []
    /// The first slot that was tested; everything before it was only learned from.
    let firstSlot: Int
    let lastSlot: Int

    /// Days at the beginning that are only learned from, where there are so many.
    static let daysOfHistory = 28

    /// Nobody is there to be asked whether what has lasted so long is the new normal: the answer is taken to be yes.
    private static let patience = 10 * Slots.perDay

    init(_ recording: Recording, daysOfHistory: Int = daysOfHistory) {
        let days = min(daysOfHistory, (recording.slots.count + Slots.perDay - 1) / Slots.perDay)
        firstSlot = recording.slots.lowerBound + days * Slots.perDay
        lastSlot = max(firstSlot, recording.slots.upperBound)
        let pasts = recording.leads.map { leads in
            let slots = Array(leads.prefix(days * Slots.perDay))
            let padded = slots + [UInt32](repeating: 0, count: days * Slots.perDay - slots.count)
            let hours = stride(from: 0, to: padded.count, by: Slots.perHour).map {
                padded[$0..<($0 + Slots.perHour)].reduce(0, +)
            }
            return VolumeDetector.Past(hours: hours, slots: Array(padded.suffix(VolumeDetector.span)))
        }
        var detector = VolumeDetector(
            groups: recording.groups, calendar: recording.calendar, pasts: pasts, patience: Self.patience, at: firstSlot
        )
        var leads = [UInt32](repeating: 0, count: recording.groups.count)
        var known: Set<Int> = []
        for slot in firstSlot..<lastSlot {
            for group in leads.indices { leads[group] = recording.leads[group][slot - recording.slots.lowerBound] }
            detector.step(leads)
            if detector.suspects != known {
                for group in detector.suspects.subtracting(known).sorted() {
                    suspicions.append((group, detector.slot))
                }
                known = detector.suspects
            }
        }
        episodes = detector.episodes
    }
}

extension Episode {
    /// One line of the file of alerts.
    var backtestLine: String {
        func moment(_ slot: Int?) -> JSON { slot.map { .string(Slots.start(of: $0).rfc3339Seconds) } ?? .null }
        let scope: String =
            switch scope {
            case .intake: "all"
            case .client(let name): name
            case .group(let key): key.group
            }
        let kind: String =
            switch kind {
            case .silence: "silence"
            case .low(let window): "low \(Double(window) / Double(Slots.perHour)) h"
            }
        let line: JSON = [
            "scope": .string(scope), "kind": .string(kind), "began": moment(began), "opened": moment(opened),
            "resolved": moment(closed), "ended": moment(ended), "ending": ending.map { .string($0.rawValue) } ?? .null,
            "expected": .number(Self.rounded(expected)), "observed": JSON(observed), "chance": .number("\(chance)"),
        ]
        return line.text + "\n"
    }

    private static func rounded(_ number: Double) -> String { "\((number * 10).rounded() / 10)" }
}
