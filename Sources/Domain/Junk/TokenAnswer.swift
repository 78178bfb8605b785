extension TokenVerdict {
    /// What a provider's answer means: `nil` if it is to be asked again.
    ///
    ///     answer                                            verdict
    ///     success                                           a person; a program if its score is too low
    ///     the secret, or the request, is wrong              unknown: the fault is ours
    ///     internal-error, or no JSON                        ask again
    ///     expired or used before, and the event is late     unknown: tokens live for minutes
    ///     expired or used before, asked a second time       unknown: the first question may have used it
    ///     anything else                                     a program
    ///
    /// By the manuals of the three: `success`, `error-codes`, and `score` with reCAPTCHA v3.
    package init?(answer: JSON, minimumScore: Double, isFirst: Bool, isLate: Bool) {
        guard let isGood = answer["success"]?.bool else { return nil }
        if isGood {
            if case .number(let text)? = answer["score"], let score = Double(text), score < minimumScore {
                self = .program
            } else {
                self = .person
            }
            return
        }
        let codes = Set((answer["error-codes"]?.array ?? []).compactMap(\.string))
        if codes.contains("internal-error") { return nil }
        if !codes.isDisjoint(with: Self.ours) {
            self = .unknown
        } else if !codes.isDisjoint(with: Self.used) {
            self = isFirst && !isLate ? .program : .unknown
        } else {
            self = .program
        }
    }

    private static let ours: Set<String> = [
        "missing-input-secret", "invalid-input-secret", "bad-request", "sitekey-secret-mismatch",
        "not-using-dummy-passcode", "not-using-dummy-secret",
    ]
    private static let used: Set<String> = [
        "timeout-or-duplicate", "expired-input-response", "already-seen-response", "invalid-or-already-seen-response",
    ]
}
