import HTTP
import Intake
import Service
import Testing

/// What intake says before it has read a body.
@Suite struct `A head` {
    struct Case: Sendable {
        let line: String
        let fields: String
        let length: Int?
        let status: Int?
        init(_ line: String, _ status: Int?, _ fields: String = "", length: Int? = 100) {
            self.line = line
            self.fields = fields
            self.length = length
            self.status = status
        }
    }

    private static let key = "X-LeadRelay-Key: pk_page_key\r\n"
    private static let form = "Content-Type: multipart/form-data; boundary=x\r\n"

    static let cases = [
        Case("POST /v1/leads/pk_page_key", nil), Case("POST /v1/leads", nil, key),
        Case("POST /v1/leads", nil, key, length: nil), Case("POST /v1/leads?key=pk_page_key", nil),
        Case("POST /v1/leads", 401), Case("POST /v1/leads/pk_other", 401),
        Case("POST /v1/leads/pk_other", 401, length: nil),
        Case("POST /v1/leads", 401, "Authorization: Bearer pk_other\r\n"),
        Case("POST /v1/leads", nil, key, length: 2000), Case("POST /v1/leads", 413, key, length: 2001),
        Case("POST /v1/leads", nil, key + form, length: 8000), Case("POST /v1/leads", 413, key + form, length: 8001),
        Case("POST /v1/leads", 403, key + "Origin: https://evil.example\r\n"),
        // Whatever else is wrong is said when all is there.
        Case("GET /v1/leads", nil), Case("POST /v1/other/pk_other", 404), Case("POST /v1/pixel.gif", nil),
    ]

    @Test(arguments: cases.indices)
    func `tells whether a body is wanted`(_ index: Int) throws {
        let test = Self.cases[index]
        let settings = Locked(IntakeSettings(sources: [.page], maximumBatch: 100, maximumUpload: 8000))
        let counters = IntakeCounters()
        let routes = IntakeRoutes(settings: settings, inbox: FakeInbox(), limits: RateLimits(), counters: counters)
        var parser = RequestParser()
        let bytes = Array("\(test.line) HTTP/1.1\r\nHost: h\r\n\(test.fields)\r\n".utf8)
        var offset = 0
        guard case .request(let head) = parser.receive(bytes.span, from: &offset, within: Limits()) else {
            Issue.record("no request")
            return
        }
        let response = routes.refusal(of: head, length: test.length)
        #expect(response?.status == test.status)
        routes.roundEnded()
        #expect(counters.snapshot.problems.values.reduce(0, +) == (test.status == nil ? 0 : 1))
    }
}
