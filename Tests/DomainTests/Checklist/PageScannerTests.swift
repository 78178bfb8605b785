import Domain
import TestSupport
import Testing

@Suite struct `A look at a page's text` {
    private func scan(_ page: String) -> PageFingerprint { PageScanner(Array(page.utf8)).fingerprint }

    @Test func `finds forms with their fields and where they post to`() {
        let page = """
            <FORM Action='/send.php?x=1' method=post><input NAME="email"><input type=hidden name=token value=1>
            <select name=size><option>1</select><textarea name='text'></textarea><input type=submit name=go></FORM>
            <form action="https://other.example/go"><input name=a /><input name="a"></form>
            """
        #expect(
            scan(page).forms == [
                .init(action: "/send.php", fields: ["email", "size", "text"]),
                .init(action: "https://other.example/go", fields: ["a"]),
            ])
    }

    @Test(arguments: [
        (#"<script src="https://www.googletagmanager.com/gtm.js?id=GTM-AB12CD"></script>"#, ["GTM-AB12CD"]),
        (
            #"<script>gtag('config', 'G-1A2B3C4D5E'); gtag('config','AW-123456789')</script>"#,
            ["AW-123456789", "G-1A2B3C4D5E"]
        ),
        (#"<script>fbq('init', '1234567890123456'); fbq('track', 'PageView')</script>"#, ["fbq:1234567890123456"]),
        (#"<script async src=/v1/relay.js data-key=pk></script>"#, ["key pk", "relay.js"]),
        (#"<form data-leadrelay action=/a><input name=email></form>"#, ["data-leadrelay"]),
        (
            #"<noscript><iframe src="https://www.googletagmanager.com/ns.html?id=GTM-AB12CD"></iframe></noscript>"#,
            ["GTM-AB12CD"]
        ),
        // In plain text it is a word like any other.
        ("<p>Size G-KLASSE99 and GTM-AB12CD</p>", []),
        ("<script>var x = 'BIG-1A2B3C4D5E'</script>", []),
    ])
    func `finds tags by their ids`(page: String, tags: [String]) {
        #expect(scan(page).tags == tags)
    }

    @Test(arguments: [
        "<!-- <form><input name=a></form> -->", "<script>'<form><input name=a></form>'</script>",
        "<title><form><input name=a></form></title>", "<form></form>", "<", "<form", "<form action='", "<!--", "</",
        "<input name=", "<script", "<a b=c<form>",
    ])
    func `is not misled by what is no form`(page: String) {
        #expect(scan(page).forms.isEmpty)
    }

    @Test func `takes fields outside any form together`() {
        #expect(scan("<input name=b><div><input name=a></div>").forms == [.init(action: "", fields: ["a", "b"])])
    }

    @Test func `knows a parked domain, unless it has a form`() {
        #expect(PageScanner(Array("<h1>This Domain is for SALE</h1>".utf8)).isParked)
        #expect(!PageScanner(Array("<h1>This domain is for sale</h1><form><input name=a></form>".utf8)).isParked)
    }

    @Test func `survives every cut and any bytes`() {
        let page = Array(
            #"<!doctype html><form action="/x"><input name='é' type="text"><script>fbq('init','123456789')</script></form>"#
                .utf8)
        for end in 0...page.count { _ = PageScanner(Array(page[..<end])) }
        var dice = SeededGenerator(seed: 11)
        let alphabet = Array("<>/='\"-!abformscriptinputname GTM-1é\u{0}".utf8)
        for _ in 0..<3000 {
            let bytes = (0..<Int.random(in: 0...200, using: &dice)).map { _ in alphabet.randomElement(using: &dice)! }
            let found = PageScanner(bytes).fingerprint
            #expect(found.forms.count <= 51 && found.tags.count <= 100)
        }
    }

    @Test func `takes time in proportion to the page, however it is made`() {
        // Unclosed things make a scanner look for their end again and again, if it is written carelessly.
        for part in ["<script>", "<!--", "<a b='", "<form><input name=a>", "fbq(", "<title>"] {
            let page = Array(String(repeating: part, count: PageScanner.maximumBytes / part.utf8.count).utf8)
            #expect(PageScanner(page).fingerprint.forms.count <= 51)
        }
    }

    @Test func `tells what changed`() {
        let before = PageFingerprint(
            forms: [.init(action: "/a", fields: ["email", "name"])], tags: ["GTM-A", "relay.js"])
        var now = before
        #expect(now.formChanges(since: before).isEmpty && now.missingTags(since: before).isEmpty)
        now.forms[0].fields = ["mail", "name"]
        #expect(now.formChanges(since: before) == ["fields gone: email", "fields new: mail"])
        now.forms[0] = .init(action: "/b", fields: ["email", "name"])
        #expect(now.formChanges(since: before) == ["a form posts to another address"])
        now.forms = []
        #expect(now.formChanges(since: before) == ["a form is gone", "fields gone: email, name"])
        now.tags = ["relay.js", "G-1"]
        #expect(now.missingTags(since: before) == ["GTM-A"])
        #expect(PageFingerprint(json: before.json) == before)
    }
}

@Suite struct `A walk along redirects` {
    @Test func `keeps its test ids while every hop passes them on`() {
        var walk = RedirectWalk("https://ad.example/go?x=1#top")
        #expect(walk.address == "https://ad.example/go?x=1&gclid=LrT3st-cLiCk_Id0&fbclid=LrT3st-cLiCk_Id0#top")
        let next = "https://www.example/?gclid=LrT3st-cLiCk_Id0&fbclid=LrT3st-cLiCk_Id0"
        #expect(walk.answered(302, location: next) == .ask(next))
        #expect(walk.answered(200, location: nil) == .arrived)
        #expect(walk.kept == ["gclid", "fbclid"] && walk.lost.isEmpty)
    }

    @Test(arguments: [
        ("/landing", ["gclid", "fbclid"]),
        ("/landing?gclid=LrT3st-cLiCk_Id0", ["fbclid"]),
        ("/landing?gclid=lrt3st-click_id0&fbclid=LrT3st-cLiCk_Id0", ["gclid"]),
        ("/landing?gclid=LrT3st-cLiC&fbclid=LrT3st-cLiCk_Id0", ["gclid"]),
    ])
    func `notices what a hop drops, cuts or lower-cases, and where`(location: String, lost: [String]) {
        var walk = RedirectWalk("https://ad.example/go")
        _ = walk.answered(301, location: location)
        #expect(walk.lost == lost && walk.lostAt == "ad.example")
    }

    @Test func `ends after ten hops`() {
        var walk = RedirectWalk("https://a.example/")
        for _ in 0..<10 { #expect(walk.answered(302, location: "/again") != .tooMany) }
        #expect(walk.answered(302, location: "/again") == .tooMany)
    }

    @Test(arguments: ["javascript:alert(1)", "mailto:a@b.example", "ftp://a.example/", "", "file:///etc/passwd"])
    func `follows nothing but web addresses`(location: String) {
        var walk = RedirectWalk("https://a.example/")
        #expect(walk.answered(302, location: location) == .arrived)
    }

    @Test(arguments: [
        ("https://b.example/x", "https://b.example/x"), ("//b.example/x", "https://b.example/x"),
        ("/x?y", "https://a.example:8443/x?y"), ("x", "https://a.example:8443/p/x"),
        ("?y", "https://a.example:8443/p/q?y"), ("#z", "https://a.example:8443/p/q?r=1#z"),
    ])
    func `resolves what stands in Location`(reference: String, expected: String) {
        #expect(WebAddress.resolve(reference, against: "https://a.example:8443/p/q?r=1") == expected)
    }

    @Test(arguments: [
        ("https://User:pw@WWW.Example:80/x", "www.example"), ("http://[::1]:8/", "[::1]"),
        ("http://a.example", "a.example"),
        ("ftp://a.example", nil), ("nonsense", nil),
    ])
    func `knows an address's host`(address: String, host: String?) {
        #expect(WebAddress.host(of: address) == host)
    }
}
