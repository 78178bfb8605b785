/// How well a team does: how soon alerts are noticed, taken and over.
package struct AlertFigures: Equatable, Sendable {
    package var opened = 0
    package var resolved = 0
    /// Began → opened.
    package var detect = Times()
    /// First notice sent → acknowledged; the opening counts where no notice was sent.
    package var acknowledge = Times()
    /// Began → ended, both by the evidence.
    package var resolve = Times()
    /// Resolved alerts whose side a person has named.
    package var judged = 0
    package var leadsLost: Double = 0

    package struct Times: Equatable, Sendable {
        package var count = 0
        package var mean: Duration = .zero
        package var median: Duration = .zero

        package init() {}

        init(_ times: [Duration]) {
            guard !times.isEmpty else { return }
            count = times.count
            mean = times.reduce(.zero, +) / times.count
            let sorted = times.sorted()
            let middle = sorted.count / 2
            median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
        }
    }

    package init() {}

    /// Only what people know of counts; what was part of a wider alert is that alert's.
    package init(_ alerts: some Sequence<Alert>) {
        let alerts = alerts.filter(\.isKnown)
        opened = alerts.count
        let closed = alerts.filter { !$0.isOpen }
        resolved = closed.count
        judged = closed.count { $0.verdict != nil }
        leadsLost = alerts.reduce(0) { $0 + ($1.finding.lost ?? 0) }
        detect = Times(alerts.map { max(.zero, $0.opened - $0.finding.began) })
        acknowledge = Times(
            alerts.compactMap { alert in
                alert.firstAcknowledged.map { max(.zero, $0 - (alert.told ?? alert.announced ?? alert.opened)) }
            })
        resolve = Times(
            closed.compactMap { alert in alert.resolution.map { max(.zero, $0.ended - alert.finding.began) } })
    }
}
