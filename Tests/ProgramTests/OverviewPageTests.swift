import Domain
import TestSupport
import Testing

@testable import Console

@Suite struct `The overview page` {
    private static func page(_ status: JSON) -> String {
        OverviewPage.page(
            Visitor(name: "ann", permissions: Role.admin.permissions, formToken: "t", now: .start), filled(status)
        )
        .html.description
    }

    @Test func `escapes whatever comes from outside`() {
        let page = Self.page([
            "problems": ["<script>alert('1')</script> & \"more\""],
            "destinations": [["name": "m", "state": "held", "reason": "<img src=x onerror=alert(1)>"]],
        ])
        #expect(!page.contains("<script>") && !page.contains("<img"))
        #expect(page.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;more&quot;"))
        #expect(page.contains("&lt;img src=x"))
    }

    @Test func `says at first sight whether all is well`() {
        #expect(Self.page(["uptime_seconds": 10800]).contains("Running and ready for traffic. Up 3 h."))
        let page = Self.page(["problems": ["the disk is full"]])
        #expect(page.contains("Not ready.") && page.contains("the disk is full"))
    }

    @Test func `groups the digits of large numbers`() {
        let page = Self.page(["sources": [["name": "page", "received": 1_234_567]]])
        #expect(page.contains("1\u{202F}234\u{202F}567</td>"))
    }

    @Test func `shows this hour and the one before`() {
        let page = Self.page([
            "hours": [
                ["source": "page", "is_present": true, "lead": 5, "duplicate": 2],
                ["source": "page", "is_present": false, "lead": 41],
            ]
        ])
        #expect(page.contains("this hour</td><td class=\"n\">5</td><td class=\"n\">2</td>"))
        #expect(page.contains("the hour before</td><td class=\"n\">41</td><td class=\"n zero\">0</td>"))
    }
}
