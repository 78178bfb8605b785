import Domain
import TestSupport
import Testing

@Suite struct `The words for an answer` {
    private static let table: [(code: String, status: Int, words: String)] = [
        ("unreadable_answer", 503, "status 503"), ("unreadable_answer", 429, "status 429"),
        ("unreadable_answer", 200, "an answer that cannot be read (status 200)"),
        ("unreadable_answer", 0, "an answer that cannot be read"),
        ("unreachable", 0, "it cannot be reached"),
        ("interrupted", 0, "no answer came"), ("answer_too_large", 0, "an answer too large to be one"),
        ("unsendable", 0, "the request cannot be sent"), ("", 502, "status 502"),
        ("", 0, "no reason was given"),
        // A platform's own are its own.
        ("190/463", 400, "190/463"), ("RESOURCE_EXHAUSTED", 429, "RESOURCE_EXHAUSTED"),
        ("invalid_grant", 400, "\"invalid_grant\""),
    ]

    @Test(arguments: table)
    func `are no codes of ours`(code: String, status: Int, words: String) {
        #expect(AnswerWords.words(code, status: status) == words)
    }

    /// Whatever an attempt came to, no sentence of the checklist carries one of our codes.
    @Test(arguments: AnswerClass.allCases)
    func `stand in the checklist's sentences`(_ kind: AnswerClass) {
        for (code, status, words) in Self.table where !code.contains("/") {
            let facts = ChecklistFacts.unexplained.answered(kind, words, 30).with {
                $0.lanes?[1].heldCode = code
            }
            for assessment in Diagnosis(facts).assessments {
                let names = assessment.evidence.split { !$0.isLetter && $0 != "_" && $0 != "\"" }
                    .filter { $0.contains("_") && $0.first != "\"" && $0.contains { $0.isLowercase } }
                #expect(names == [], "\(code) \(status): \(assessment.evidence)")
                #expect(
                    !assessment.evidence.contains("..") && !assessment.evidence.contains("  "),
                    "\(assessment.evidence)"
                )
            }
        }
    }

    @Test(arguments: Defect.Code.allCases)
    func `exist for each defect`(_ code: Defect.Code) {
        #expect(Defect.Code.words(of: code.rawValue) == code.words && !code.words.contains("_"))
        #expect(Defect.Code.words(of: "something else") == "something else")
    }
}
