import API
import Domain

/// What came in each hour against what was to be expected, with an alert's time marked, and the same numbers as a
/// table.
enum VolumeChart {
    private static let height = 120.0
    /// Units an hour is wide.
    private static let step = 10

    /// `marked` is from when to when something was wrong; without an end it
    /// still is.
    static func html(_ volume: VolumeDocument, marked: (began: Instant, ended: Instant?)? = nil) -> HTML {
        let hours = volume.hours
        guard let first = hours.first, let last = hours.last else {
            return "<p class=\"card muted\">Nothing has been counted yet.</p>"
        }
        let highest = hours.map { max(Double($0.observed), $0.expected ?? 0) }.max() ?? 0
        let scale = highest > 0 ? height / highest : 0
        let width = hours.count * step
        func y(_ value: Double) -> String { "\(((height - value * scale) * 10).rounded() / 10)" }
        let bars = HTML.each(hours.enumerated()) { index, hour in
            """
            <rect class="seen" x="\(index * step + 1)" y="\(y(Double(hour.observed)))" width="\(step - 2)" \
            height="\("\(Double(hour.observed) * scale)")"><title>\(title(hour))</title></rect>
            """
        }
        // One level a hour: what is expected of it, not a course in between.
        var path = ""
        for (index, hour) in hours.enumerated() {
            guard let expected = hour.expected else { continue }
            let isFirst = index == 0 || hours[index - 1].expected == nil
            path += "\(isFirst ? "M" : "L")\(index * step) \(y(expected))H\((index + 1) * step)"
        }
        let sums = (
            observed: hours.reduce(0) { $0 + $1.observed }, expected: hours.reduce(0) { $0 + ($1.expected ?? 0) }
        )
        let expected = hours.contains { $0.expected != nil } ? Format.count(Int64(sums.expected.rounded())) : nil
        let marking: HTML = marked == nil ? "" : " The time of the alert is shaded."
        let caption: HTML = """
            \(Format.count(sums.observed)) leads \
            came\(expected.map { ", about \($0) were to be expected" as HTML } ?? ""), hour by hour from \
            \(first.local) to \(last.local) (\(volume.timeZone)).\(marking)
            """
        let rows = hours.reversed().map { hour -> HTML in
            let text = hour.expected.map { "\(($0 * 10).rounded() / 10)" } ?? "–"
            return
                """
                <tr><th scope=\"row\" class=\"nowrap\">\(hour.local)</th>\
                \(Format.cell(hour.observed))<td class=\"n\">\(text)</td></tr>\n
                """
        }
        return """
            <figure class="card"><svg class="chart" role="img" width="100%" height="180" viewBox="0 0 \(width) \
            \(Int(height))" preserveAspectRatio="none" \
            aria-labelledby="volume-title volume-text"><title id="volume-title">Expected and received leads</title>\
            <desc id="volume-text">\(caption) The table below has each number.</desc>\
            \(marked.map { shade($0, hours) } ?? "")\(bars)<path class="expected" d="\(path)"/></svg>
            <p class="legend" aria-hidden="true"><span class="seen">received</span>\
             <span \
            class="expected">expected</span>\(marked == nil ? "" : " <span class=\"span\">alert</span>" as HTML)</p>
            <figcaption class="muted">\(caption)</figcaption></figure>
            <details><summary>Hour by \
            hour</summary>\
            \(Table.html(
                "Hour by hour", ["Hour", Table.number("Received"), Table.number("Expected")], rows, empty: ""))\
            </details>
            """
    }

    private static func title(_ hour: VolumeDocument.Hour) -> String {
        let expected = hour.expected.map { ", \(($0 * 10).rounded() / 10) expected" } ?? ""
        return "\(hour.local): \(hour.observed) received\(expected)"
    }

    private static func shade(_ span: (began: Instant, ended: Instant?), _ hours: [VolumeDocument.Hour]) -> HTML {
        guard let first = hours.first?.start else { return "" }
        func place(_ moment: Instant) -> Int {
            let place = Double((moment - first).milliseconds) / 3_600_000 * Double(step)
            return min(hours.count * step, max(0, Int(place)))
        }
        let from = place(span.began)
        let to = span.ended.map(place) ?? hours.count * step
        return to > from
            ? "<rect class=\"span\" x=\"\(from)\" y=\"0\" width=\"\(max(2, to - from))\" height=\"\(Int(height))\"/>"
            : ""
    }
}
