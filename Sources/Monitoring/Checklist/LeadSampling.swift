import Domain
import Store

extension ChecklistFacts.LeadSample {
    /// What recent leads have in common, against as many from before. Only shares come out.
    init(before: [SampledLead], after: [SampledLead]) {
        let old = before.map(Looked.init), new = after.map(Looked.init)
        var devices: [String: ShareComparison] = [:]
        for family in Set(old.compactMap(\.device)) {
            devices[family] = ShareComparison(
                recent: .init(new.count { $0.device == family }, of: new.count { $0.device != nil }),
                baseline: .init(old.count { $0.device == family }, of: old.count { $0.device != nil }))
        }
        func damaged(_ leads: [Looked]) -> ShareComparison.Share {
            .init(leads.count { $0.isDamaged == true }, of: leads.count { $0.isDamaged != nil })
        }
        self.init(
            devices: devices, hoursOff: Self.hoursOff(old, new),
            damagedClickIDs: ShareComparison(recent: damaged(new), baseline: damaged(old)))
    }

    /// Fewer leads than this say nothing about clocks.
    private static let few = 5

    /// Whether most recent leads are stamped a whole number of hours away from their receipt, and those before were
    /// not.
    private static func hoursOff(_ old: [Looked], _ new: [Looked]) -> Int? {
        guard new.count >= few else { return nil }
        let counts = Dictionary(grouping: new.compactMap(\.hoursOff), by: { $0 }).mapValues(\.count)
        guard let (hours, count) = counts.max(by: { $0.value < $1.value }), hours != 0, count * 2 > new.count else {
            return nil
        }
        return old.count { $0.hoursOff == hours } * 2 > old.count ? nil : hours
    }

    /// What of one lead is compared.
    private struct Looked {
        var device: String?
        var hoursOff: Int?
        /// Whether its click id differs from the one in its page's address; `nil` if it has not both.
        var isDamaged: Bool?

        init(_ lead: SampledLead) {
            // Within three minutes of a whole hour; people need a moment between form and lead.
            let off = (lead.occurredAt - lead.receivedAt).milliseconds
            let hours = Int((Double(off) / 3_600_000).rounded())
            if abs(off - Int64(hours) * 3_600_000) <= 180_000 { hoursOff = hours }
            guard let event = LeadEvent(payload: lead.payload, receivedAt: lead.receivedAt) else { return }
            device = event.client.userAgent.map(DeviceFamily.name)
            if let page = event.page.url, let sent = event.click.gclid,
                let shown = WebAddress.parameter("gclid", of: page)
            {
                isDamaged = sent != shown && (sent.lowercased() == shown.lowercased() || shown.hasPrefix(sent))
            }
        }
    }
}

/// Families of browsers and devices, coarse enough that each has leads.
enum DeviceFamily {
    static func name(_ userAgent: String) -> String {
        func has(_ word: String) -> Bool { userAgent.contains(word) }
        if has("FBAN") || has("FBAV") || has("Instagram") { return "in-app browser" }
        if has("iPhone") || has("iPad") { return "iPhone and iPad" }
        if has("Android") { return "Android" }
        if has("Edg/") { return "Edge" }
        if has("Firefox/") { return "Firefox" }
        if has("Chrome/") { return "Chrome" }
        if has("Safari/") { return "Safari" }
        return "other"
    }
}
