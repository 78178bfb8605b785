import API
import Domain

/// What the checklist came to, for people.
enum ChecklistText {
    static func page(_ found: ChecklistDocument) -> Page {
        let text = "\(found.alert) \(found.sentence)\n"
        guard let latest = found.latest else {
            return Page(text) + "\nthe checklist has not been run yet; run it now with --run\n"
        }
        return Page(text + "\n" + diagnosis(latest))
    }

    private static func diagnosis(_ latest: DiagnosisDocument) -> String {
        var text = "checked \(latest.at.instant.rfc3339)\n"
        text += "next step (\(latest.next.owner.rawValue)): \(latest.next.text)\n"
        text +=
            latest.mayNameClient
            ? "the client's side may be named: ours is excluded\n" : "the client's side may not be named yet\n"
        for certainty in [Assessment.Certainty.proved, .likely, .beside, .unknown] {
            let items = latest.items.filter { $0.certainty == certainty }
            if items.isEmpty { continue }
            text += "\n\(certainty == .beside ? "also wrong now, but not the cause" : certainty.rawValue)\n"
            for item in items {
                text += "  \(item.number) \(item.title) (\(item.owner.rawValue))\n     \(item.evidence)\n"
            }
        }
        let excluded = latest.items.filter { $0.certainty == .excluded }
        text += "\nexcluded: \(excluded.map { "\($0.number)" }.joined(separator: ", "))\n"
        if let message = latest.message { text += "\nfor the client's team:\n\n\(message)\n" }
        return text
    }
}
