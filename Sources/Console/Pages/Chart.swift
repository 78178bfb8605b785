/// A small picture of numbers that also stand in a table beside it.
enum Chart {
    struct Bar {
        var label: String
        var value: Int64
    }

    private static let height: Int64 = 100

    /// Bars from left to right, the highest as high as the picture.
    static func bars(_ title: String, _ bars: [Bar]) -> HTML {
        let highest = bars.map(\.value).max() ?? 0
        guard highest > 0, let first = bars.first, let last = bars.last else { return "" }
        let peak = bars.first { $0.value == highest } ?? first
        let rects = HTML.each(bars.enumerated()) { index, bar in
            // Anything at all can be seen.
            let tall = bar.value > 0 ? max(1, bar.value * height / highest) : 0
            return """
                <rect class="seen" x="\(index * 10 + 1)" y="\(height - tall)" width="8" height="\(tall)">\
                <title>\(bar.label): \(bar.value)</title></rect>
                """
        }
        return """
            <figure class="card"><svg class="chart" role="img" width="100%" height="160" viewBox="0 0 \
            \(bars.count * 10) \(height)" preserveAspectRatio="none" \
            aria-labelledby="chart-title chart-text"><title id="chart-title">\(title)</title>\
            <desc id="chart-text">From \(first.label) to \(last.label), at most \(highest) (\(peak.label)). The table \
            below has each number.</desc>\
            \(rects)</svg>
            <figcaption class="muted">\(title), from \(first.label) to \(last.label); at most \
            \(Format.count(highest)), on \(peak.label).</figcaption></figure>
            """
    }
}
