import Curl
import Domain
import Sandbox
import Testing

@Suite struct `The demonstration pages` {
    private static func stage() throws -> Stage {
        var options = SandboxOptions()
        options.demonstration = Demonstration(relay: "https://leads.example:8443", key: "pk_Demo-1")
        return try Stage(options)
    }

    @Test(arguments: ["", "second", "plain", "scripted", "thanks"])
    func `include the snippet under a policy that allows it and little else`(_ page: String) throws {
        let answer = try Self.stage().send("GET", "/demo/\(page)").get().answer
        #expect(answer.status == 200)
        let text = String(decoding: answer.body, as: UTF8.self)
        #expect(text.contains("<script src=\"https://leads.example:8443/v1/relay.js\" data-key=\"pk_Demo-1\""))
        #expect(!text.contains("{{"))
        // Under the policy an inline script or style would not run.
        #expect(
            !text.contains("<script>") && !text.contains("<style") && !text.contains(" style=")
                && !text.contains(" onclick="))
        let policy = answer.field("content-security-policy") ?? ""
        #expect(policy.hasPrefix("default-src 'none'; script-src 'self' https://leads.example:8443; "))
        #expect(!policy.contains("unsafe"))
    }

    @Test func `fail only when asked`() throws {
        let stage = try Self.stage()
        func page(_ path: String) throws -> String {
            String(decoding: try stage.send("GET", path).get().answer.body, as: UTF8.self)
        }
        #expect(try !page("/demo/").contains("broken.js"))
        #expect(try page("/demo/?gclid=1&broken").contains("broken.js"))
    }

    @Test func `remember what their pixels and their form were told`() throws {
        let stage = try Self.stage()
        #expect(try stage.send("POST", "/demo/pixel", [], ["pixel": "fbq", "id": "1"]).get().status == 204)
        #expect(try stage.send("POST", "/demo/pixel", bytes: Array("?".utf8), type: "text/plain").get().status == 400)
        let form = try stage.send("POST", "/demo/submit", bytes: Array("a=b".utf8), type: "text/plain").get()
        #expect(form.status == 303)
        #expect(form.answer.field("location") == "/demo/thanks")
        let reports = try stage.send("GET", "/sandbox/reports").get().lines
        #expect(reports.map { $0["pixel"]?.string } == ["fbq", "site"])
    }

    @Test func `are not there without a relay`() throws {
        #expect(try Stage().send("GET", "/demo/").get().status == 404)
    }

    @Test(arguments: [
        ("https://leads.example/path", "pk"), ("leads.example", "pk"), ("https://", "pk"), ("https://a;b", "pk"),
        ("https://a b", "pk"), ("https://\"><script>", "pk"), ("https://a", ""), ("https://a", "p\"k"),
    ])
    func `take nothing into their policy that is no address`(_ relay: String, _ key: String) {
        #expect(Demonstration(relay: relay, key: key) == nil)
    }
}
