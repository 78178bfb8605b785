import Curl
import Domain
import Forwarding
import HTTP
import Sandbox
import Service
import TestSupport
import Testing

@Suite struct `A preflight` {
    /// What is wrong at the platform, the lane that is asked, and what is to be said about it.
    static let cases: [(String, lane: String, fault: JSON?, grade: Preflight.Grade, words: String, remedy: String)] = [
        ("all is well at Google", "google", nil, .ok, "conversion action 111", ""),
        ("all is well at Meta", "meta", nil, .ok, "pixel 42 \"Sandbox pixel 42\"", ""),
        ("the receiver answers", "crm", nil, .ok, "the address answers", ""),
        (
            "the grant has ended", "google",
            ["kind": "error_code", "platform": "google_token", "code": "invalid_grant"],
            .failed, "invalid_grant", "Grant access again"
        ),
        (
            "the token endpoint is down", "google", ["kind": "status", "platform": "google_token", "status": 503],
            .warning, "status 503", "check the network"
        ),
        (
            "the scope is missing", "google",
            ["kind": "error_code", "platform": "google_ads", "status": 403, "code": "ACCESS_TOKEN_SCOPE_INSUFFICIENT"],
            .failed, "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "tick the scope"
        ),
        (
            "the action is not there", "google", ["kind": "error_code", "platform": "google_ads", "code": "NOT_FOUND"],
            .failed, "conversion action 111: NOT_FOUND", "ids under conversion_actions"
        ),
        (
            "the terms are not signed", "google",
            [
                "kind": "error_code", "platform": "google_ads",
                "code": "DESTINATION_ACCOUNT_ENHANCED_CONVERSIONS_TERMS_NOT_SIGNED",
            ], .failed, "TERMS_NOT_SIGNED", "Accept the customer data terms"
        ),
        (
            "Google is down", "google", ["kind": "status", "platform": "google_ads", "status": 500], .warning,
            "conversion action 111", "check the network"
        ),
        (
            "the token of Meta has expired", "meta", ["kind": "expired_token", "platform": "meta_ads"], .failed,
            "190/463", "Make a new access token"
        ),
        (
            "the pixel is somebody else's", "meta",
            ["kind": "error_code", "platform": "meta_ads", "code": "100/33"], .failed, "100/33", "Check the pixel's id"
        ),
        (
            "the token may not read", "meta", ["kind": "error_code", "platform": "meta_ads", "code": "200"], .warning,
            "may not read it", "configure a test event code"
        ),
        (
            "Meta is too busy", "meta", ["kind": "throttle", "platform": "meta_ads"], .warning, "pixel 42",
            "asked again"
        ),
        (
            "nonsense comes back", "meta", ["kind": "random", "platform": "meta_ads"], .warning, "unreadable_answer",
            "check the network"
        ),
    ]

    @Test(arguments: cases.indices)
    func `says what is wrong and what to do, and leaves nothing behind`(_ index: Int) throws {
        let (name, lane, fault, grade, words, remedy) = Self.cases[index]
        let rig = try Rig()
        if let fault { rig.sandbox.play(try Scenario([fault])) }
        let report = try #require(rig.preflight().first { $0.destination == lane })
        #expect(report.grade == grade, "\(name)")
        let finding = try #require(report.findings.max { $0.grade < $1.grade })
        let all = report.findings.map { $0.words + " " + $0.remedy }.joined(separator: "\n")
        #expect(all.contains(words), "\(name): \(all)")
        if grade != .ok { #expect(finding.remedy.contains(remedy), "\(name): \(all)") }
        for secret in ["EAA-token", "hush", "refresh+token"] { #expect(!all.contains(secret)) }
        #expect(rig.sandbox.received().isEmpty)
    }

    @Test func `asks for each conversion action once, and for a token once for all lanes of a credential`() throws {
        var other = Samples.google
        other.name = "other"
        let rig = try Rig([Samples.google, other])
        let reports = rig.preflight()
        for report in reports {
            #expect(report.findings.map(\.subject) == [.token, .event, .event])
            #expect(report.findings.map(\.words).contains("conversion action 222"))
        }
        let summary = rig.sandbox.summary
        #expect(summary["google_token"]?["requests"]?.integer == 1)
        #expect(summary["google_ads"]?["requests"]?.integer == 4)
    }

    @Test func `sends a test event only where a test code is configured`() throws {
        var meta = Samples.meta
        if case .metaAds(var settings) = meta.platform {
            settings.testEvents = Destination.MetaAds.TestEvents(code: "TEST1", until: .start + .hours(1))
            meta.platform = .metaAds(settings)
        }
        let rig = try Rig([meta])
        #expect(rig.preflight()[0].findings.map(\.subject) == [.account, .event])
        #expect(rig.sandbox.received().count == 1)
    }

    @Test func `sends a webhook a signed message only if it is configured to take it`() throws {
        var crm = Samples.webhook
        if case .webhook(var settings) = crm.platform {
            settings.takesPreflight = true
            crm.platform = .webhook(settings)
        }
        var options = SandboxOptions()
        options.webhookSecret = Samples.webhookSecret
        let rig = try Rig([crm], options: options)
        #expect(rig.preflight()[0].findings == [Preflight.Finding(.event, .ok, "a signed test message")])
        #expect(rig.sandbox.received().isEmpty)
    }
}

extension Rig {
    fileprivate func preflight() -> [Preflight] {
        let transfers = Transfers(userAgent: "test/1")
        defer { transfers.stop() }
        let moment = now
        return PreflightRun(now: { moment }) { transfers.perform($0) }.check(destinations)
    }
}
