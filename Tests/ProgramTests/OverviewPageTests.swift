import Domain
import Testing

@testable import Console
@testable import Store

@Suite struct `The overview page` {
    private static let start = Instant(seconds: 1_795_251_600)

    private static func overview() -> Overview {
        var books = Books()
        books.add(1_234_567, to: Books.Line(source: "page", tally: .received))
        return Overview(version: "1", now: start + .hours(3), started: start, books: books)
    }

    @Test func `escapes whatever comes from outside`() {
        var overview = Self.overview()
        overview.problems = ["<script>alert('1')</script> & \"more\""]
        overview.lanes = [Lane(name: "m", state: .held, reason: "<img src=x onerror=alert(1)>", since: Self.start)]
        let page = OverviewPage.page(overview).description
        #expect(!page.contains("<script") && !page.contains("<img"))
        #expect(page.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;more&quot;"))
        #expect(page.contains("held: &lt;img src=x"))
    }

    @Test func `says at first sight whether all is well`() {
        var overview = Self.overview()
        #expect(OverviewPage.page(overview).description.contains("Running and ready for traffic.</span> Up 3 h."))
        overview.problems = ["the disk is full"]
        let page = OverviewPage.page(overview).description
        #expect(page.contains("Not ready.") && page.contains("the disk is full"))
    }

    @Test func `groups the digits of large numbers`() {
        #expect(OverviewPage.page(Self.overview()).description.contains("<td>1\u{202F}234\u{202F}567</td>"))
    }

    @Test func `shows this hour and the one before`() {
        var overview = Self.overview()
        let dimension = Dimension(source: "page")
        func count(_ hour: Instant, _ tally: Tally, _ count: Int) -> HourCount {
            HourCount(hour: hour, dimension: dimension, destination: nil, tally: tally, count: count, time: .zero)
        }
        let now = overview.now.hour
        overview.hours = [count(now, .lead, 5), count(now - .hours(1), .lead, 41), count(now, .duplicate, 2)]
        let page = OverviewPage.page(overview).description
        #expect(page.contains("this hour</td><td>5</td><td>2</td>"))
        #expect(page.contains("the hour before</td><td>41</td><td>0</td>"))
    }
}
