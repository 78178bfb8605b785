import API
import Domain
import Service
import Store

extension RelayContext {
    /// Writes down what may explain alerts later. Failing to is no reason to stop anything.
    func mark(_ kind: Marker.Kind, _ text: String, by: String = "") {
        do throws(StoreError) {
            try ledger.alerts.mark(Marker(at: now, kind, text, by: by))
        } catch {
            log.warning("marker.write_failed", ["error": "\(error)"])
        }
    }

    /// A start in another version than the last one is a deploy.
    func markStart() {
        let present = "leadrelay \(Version.current)"
        let starts = try? ledger.reader().markers(now - .days(400)..<now, limit: 10_000)
            .filter { $0.text.hasPrefix("leadrelay ") && ($0.kind == .started || $0.kind == .deploy) }
        guard let last = starts?.last, !last.text.hasPrefix(present) else { return mark(.started, present) }
        mark(.deploy, "\(present), before it \(last.text.prefix { $0 != "," })")
    }
}
