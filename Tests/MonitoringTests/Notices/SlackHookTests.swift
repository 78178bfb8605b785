import Domain
import Sandbox
import TestSupport
import Testing

@testable import Monitoring

@Suite struct `A press of a button in Slack` {
    private static let anna = contact("anna", "U1", mayAct: true)
    private static let hook = SlackHook(
        NotifierSample.channels, contacts: [anna, contact("vera", "U2", mayAct: false)])

    private static func contact(_ name: String, _ user: String, mayAct: Bool) -> Contact {
        var contact = Contact(name, title: name.capitalizedFirst)
        contact.slackUser = user
        contact.slackTeam = "T1"
        contact.mayAct = mayAct
        return contact
    }

    private func press(_ action: SlackInteraction.Action, user: String = "U1", team: String = "T1") -> SlackInteraction
    {
        SlackInteraction(action, AlertID(rawValue: 17), user: user, team: team)
    }

    private func diagnosis(_ mayNameClient: Bool) -> Diagnosis {
        Diagnosis(
            at: .start, assessments: [], next: .init(.ours, "Renew the token."), mayNameClient: mayNameClient)
    }

    static let commands: [(SlackInteraction.Action, AlertCommand)] = [
        (.acknowledge, .acknowledge()), (.resolve, .resolve(reason: "closed in Slack")), (.ours, .judge(.ours)),
        (.platform, .judge(.platform)), (.planned, .judge(.planned)), (.notAProblem, .judge(.notAProblem)),
        (.newNormal, .judge(.newNormal)),
    ]
    @Test(arguments: commands)
    func `becomes a command of the one who pressed`(_ action: SlackInteraction.Action, _ command: AlertCommand) {
        #expect(Self.hook.decide(press(action), diagnosis: nil) == .carryOut(command, by: "Anna"))
    }

    @Test func `does nothing for strangers, and tells them alone how to be linked`() {
        for stranger in [press(.acknowledge, user: "U9"), press(.acknowledge, team: "T9")] {
            guard case .answer(let json) = Self.hook.decide(stranger, diagnosis: nil) else {
                return #expect(Bool(false))
            }
            #expect(json["response_type"] == "ephemeral" && json["text"]?.string?.contains("contacts") == true)
        }
        guard case .answer = Self.hook.decide(press(.resolve, user: "U2"), diagnosis: nil) else {
            return #expect(Bool(false), "who may only look has acted")
        }
    }

    @Test func `names the client's side only when ours is excluded, or with a reason`() {
        for diagnosis in [nil, diagnosis(false)] {
            guard case .answer(let json) = Self.hook.decide(press(.client), diagnosis: diagnosis) else {
                return #expect(Bool(false))
            }
            let buttons = json["blocks"]?[1]?["elements"]?.array ?? []
            #expect(buttons.count == 3 && buttons.allSatisfy { $0["value"] == "A17" })
        }
        #expect(Self.hook.decide(press(.client), diagnosis: diagnosis(true)) == .carryOut(.judge(.client), by: "Anna"))
        #expect(
            Self.hook.decide(press(.clientTested), diagnosis: diagnosis(false))
                == .carryOut(
                    .judge(.client, reason: "although our side was not excluded: we have tested it ourselves"),
                    by: "Anna"))
    }

    @Test func `is believed when one of the apps has signed it`() throws {
        let press = SlackButtonPress(
            action: "leadrelay_acknowledge", value: "A17", secret: "signing-secret", at: .start)
        func field(_ name: String) -> String? { press.fields.first { $0.name == name }?.value }
        func check(_ body: [UInt8]) -> SlackSignature.Refusal? {
            do throws(SlackSignature.Refusal) {
                try Self.hook.check(
                    signature: field("X-Slack-Signature"), timestamp: field("X-Slack-Request-Timestamp"), body: body,
                    at: .start)
                return nil
            } catch {
                return error
            }
        }
        #expect(check(press.body) == nil)
        #expect(check(press.body + [0x26]) == .wrong)
    }

    @Test func `is read from Slack's payload, and nothing else is`() throws {
        func read(_ text: String) throws -> SlackInteraction? { SlackInteraction(try JSON(parsing: Array(text.utf8))) }
        let good =
            #"{"type":"block_actions","user":{"id":"U1"},"team":{"id":"T1"},"response_url":"https://hooks.slack.com/actions/1","actions":[{"action_id":"leadrelay_resolve","value":"A17"}]}"#
        #expect(
            try read(good)
                == SlackInteraction(
                    .resolve, AlertID(rawValue: 17), user: "U1", team: "T1",
                    responseURL: "https://hooks.slack.com/actions/1"))
        for (from, to) in [
            ("block_actions", "view_submission"), ("leadrelay_resolve", "other_app"), ("\"A17\"", "\"seventeen\""),
            ("\"id\":\"U1\"", "\"id\":1"), ("\"actions\":[", "\"actions\":[[],"),
        ] {
            #expect(try read(good.replacing(from, with: to)) == nil, "\(to)")
        }
    }

    @Test func `is answered at Slack only`() {
        let endpoints = ["https://slack.com/api", "http://127.0.0.1:8090/slack/api"]
        for fine in ["https://hooks.slack.com/actions/1", "http://127.0.0.1:8090/slack/response/1"] {
            #expect(SlackHook.isResponseURL(fine, endpoints: endpoints))
        }
        for wrong in [
            "", "https://hooks.slack.com.evil.example/", "http://hooks.slack.com/", "http://127.0.0.1:80901/",
            "http://127.0.0.1/", "file:///etc/passwd",
        ] {
            #expect(!SlackHook.isResponseURL(wrong, endpoints: endpoints), "\(wrong)")
        }
    }
}
