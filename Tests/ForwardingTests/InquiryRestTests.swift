import Domain
import Forwarding
import Store
import TestSupport
import Testing

/// When questions without an answer stop the others.
@Suite struct `Questions about requests` {
    private static let failed = Receipt(status: 503, code: "unavailable", message: "")

    private final class Bench {
        var machine = InquiryMachine(firstWait: .minutes(30), now: .start, jitter: { 0.5 })
        var now = Instant.start
        private var budget: RequestBudget?
        private var number: Int64 = 0

        /// Asks once; whether that was possible, and if so answers with `reading`.
        func ask(_ reading: InquiryReading) -> Bool {
            let request = AwaitedRequest(
                number: number, requestID: "r\(number)", sentAt: now - .minutes(30), deliveries: [])
            machine.inquired(.success(Inquiries(requests: [request], nextDue: nil)), at: now)
            let asked = machine.next(at: now, mayAsk: true, of: "lane", &budget).contains {
                if case .ask(let request) = $0 { request.number == number } else { false }
            }
            guard asked else { return false }
            _ = machine.answered(number, reading, at: now)
            number += 1
            return true
        }
    }

    @Test func `go on when one of them gets no answer`() {
        let bench = Bench()
        for _ in 0..<50 {
            for _ in 0..<3 { #expect(bench.ask(.unanswered(Self.failed, .platformFault, after: nil))) }
            #expect(bench.ask(.verdicts([])))
        }
    }

    @Test func `rest when several in a row get none, longer each time, and not after an answer`() {
        let bench = Bench()
        for _ in 0..<InquiryMachine.failuresToRest {
            #expect(bench.ask(.unanswered(Self.failed, .platformFault, after: nil)))
        }
        var rest = Duration.minutes(1)
        for _ in 0..<4 {
            #expect(!bench.ask(.pending(Self.failed)))
            bench.now = bench.now + rest
            #expect(bench.ask(.unanswered(Self.failed, .platformFault, after: nil)))
            rest = rest * 2
        }
        bench.now = bench.now + rest
        #expect(bench.ask(.verdicts([])))
        #expect(bench.ask(.unanswered(Self.failed, .platformFault, after: nil)))
        #expect(bench.ask(.verdicts([])))
    }

    @Test func `rest at once when they are asked to`() {
        for (cause, after) in [(Verdict.Cause.throttled, nil), (.platformFault, Duration.seconds(90))] {
            let bench = Bench()
            #expect(bench.ask(.unanswered(Self.failed, cause, after: after)))
            #expect(!bench.ask(.verdicts([])))
            bench.now = bench.now + .seconds(59)
            #expect(!bench.ask(.verdicts([])))
            bench.now = bench.now + .seconds(31)
            #expect(bench.ask(.verdicts([])))
        }
    }
}
