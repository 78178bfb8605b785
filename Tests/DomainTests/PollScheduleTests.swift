import Domain
import TestSupport
import Testing

@Suite struct `The schedule of polls` {
    @Test(arguments: [
        (0, Duration.minutes(30)), (1, .minutes(39)), (2, .seconds(3042)), (3, .minutes(60)), (24, .minutes(60)),
        (1000, .minutes(60)),
    ])
    func `waits half an hour, then a little longer each time, at most an hour`(_ polls: Int, _ wait: Duration) {
        let found = PollSchedule.wait(afterPolls: polls, first: .minutes(30))
        #expect(abs((found - wait).milliseconds) < 100, "\(found)")
    }

    @Test func `makes some 25 polls in a day, the last one when it is over`() {
        var (now, polls) = (Instant.start + .minutes(30), 0)
        while true {
            polls += 1
            let due = PollSchedule.due(
                afterPolls: polls, sentAt: .start, first: .minutes(30), isAnswered: true, now: now)
            guard let due else { break }
            #expect(due > now)
            now = due
        }
        #expect(now == .start + .hours(24))
        #expect((24...26).contains(polls), "\(polls)")
    }

    @Test func `gives a platform that does not answer a week`() {
        func due(_ age: Duration, answered: Bool) -> Instant? {
            PollSchedule.due(
                afterPolls: 30, sentAt: .start, first: .minutes(30), isAnswered: answered, now: .start + age)
        }
        #expect(due(.hours(25), answered: true) == nil)
        #expect(due(.hours(25), answered: false) == .start + .hours(26))
        #expect(due(.days(7), answered: false) == nil)
    }

    @Test func `is as quick as a sandbox wants it`() {
        let due = PollSchedule.due(
            afterPolls: 1, sentAt: .start, first: .seconds(2), isAnswered: true, now: .start + .seconds(2))
        #expect(due == .start + .milliseconds(4600))
    }
}
