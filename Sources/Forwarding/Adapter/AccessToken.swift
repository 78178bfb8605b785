package import Curl
package import Domain

/// The access token that a credential gives, as a value: who may use it, when it has to be renewed, and who is told
/// what when it cannot be (google-ads.md, section 3).
///
/// One renewal at a time. The old token stays in use while a renewal is under way; it is renewed early, so that nobody
/// waits.
package struct AccessToken: Sendable, Equatable {
    /// Renewed when less than this remains; Google's own library does the same.
    package static let margin: Duration = .seconds(225)

    private enum State: Sendable, Equatable {
        case none
        case valid(token: String, expires: Instant)
        case refused(reason: String)
    }

    private var state: State = .none
    private var isRenewing = false
    private var failures = 0
    private var retryAt: Instant?
    /// When the grant itself ends and a person must renew it; `nil` if it has no end. Google says so while the OAuth
    /// app is in the publishing status "Testing" (a week after the grant, whether it is used or not), and for access
    /// given for a limited time.
    package private(set) var grantEnds: Instant?
    /// What the last warning of that said, so that it is said once a day and not once an hour.
    private var daysWarnedOf: Int64?

    /// How long before the end of a grant there are warnings.
    package static let grantWarning: Duration = .days(7)

    /// What the tokens must be good for.
    private let scope: String

    package init(scope: String = Destination.GoogleAds.Transport.dataManager.scope) { self.scope = scope }

    /// The token, if there is one that the other side should still take.
    package func token(at now: Instant) -> String? {
        if case .valid(let token, let expires) = state, expires > now { token } else { nil }
    }

    package func status(at now: Instant) -> LaneMachine.Token {
        if case .refused(let reason) = state { return .refused(reason: reason) }
        return token(at: now) == nil ? .pending : .ready
    }

    /// Whether a renewal is to be started now; if so it counts as started.
    package mutating func beginRenewal(at now: Instant) -> Bool {
        guard !isRenewing, needsRenewal(at: now), retryAt.map({ $0 <= now }) ?? true else { return false }
        isRenewing = true
        return true
    }

    private func needsRenewal(at now: Instant) -> Bool {
        switch state {
        case .none: true
        case .valid(_, let expires): expires - Self.margin <= now
        case .refused: false
        }
    }

    /// When to ask again whether to renew; `nil` if only an answer or a person can change something.
    package func wake(at now: Instant) -> Instant? {
        if isRenewing { return nil }
        switch state {
        case .none: return retryAt
        case .valid(_, let expires): return max(expires - Self.margin, retryAt ?? now)
        case .refused: return nil
        }
    }

    /// The other side refused the token in spite of its date.
    package mutating func refused(_ token: String) {
        if case .valid(token, _) = state { state = .none }
    }

    /// A person has acted: try again.
    package mutating func reset() {
        if case .refused = state { state = .none }
        retryAt = nil
    }

    /// The renewal could not even be asked for: only another configuration will help.
    package mutating func cannotAsk(_ reason: String) -> Renewal {
        isRenewing = false
        state = .refused(reason: reason)
        return .refused(reason: reason)
    }

    package enum Renewal: Sendable, Equatable {
        /// `warning` says what a person should know before it is too late.
        case renewed(warning: String?)
        case failed(reason: String, retryAt: Instant)
        case refused(reason: String)
    }

    /// What the token endpoint answered.
    package mutating func renewed(_ result: Result<Answer, TransferError>, at now: Instant) -> Renewal {
        isRenewing = false
        let body: JSON? = if case .success(let answer) = result { try? JSON(parsing: answer.body) } else { nil }
        if case .failure(.unsendable(let why)) = result {
            state = .refused(reason: "unsendable: \(why)")
            return .refused(reason: "unsendable: \(why)")
        }
        guard case .success(let answer) = result, let body, body.object != nil else {
            return failed(Self.reason(result), at: now)
        }
        if (200..<300).contains(answer.status), let token = body["access_token"]?.string, !token.isEmpty {
            // Whoever sends something that is no token (RFC 6749, appendix A.12) may send one the next time.
            guard Self.isToken(token) else {
                return failed("the token endpoint's access_token has characters that no token has", at: now)
            }
            return succeeded(token, body, at: now)
        }
        let code = body["error"]?.string ?? "http_\(answer.status)"
        let reason = redacted("\(code): \(body["error_description"]?.string ?? "status \(answer.status)")")
        switch (answer.status, code) {
        case (408, _), (429, _), (500..., _), (_, "internal_failure"), (_, "server_error"),
            (_, "temporarily_unavailable"):
            return failed(reason, at: now)
        case (400..<500, _) where body["error"] != nil:
            state = .refused(reason: reason)
            return .refused(reason: reason)
        default: return failed(reason, at: now)
        }
    }

    /// Visible ASCII, and no longer than a header field can be.
    private static func isToken(_ text: String) -> Bool {
        text.utf8.count <= longestToken && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    private static let longestToken = 16 * 1024

    private mutating func succeeded(_ token: String, _ body: JSON, at now: Instant) -> Renewal {
        // People can untick a scope on the consent screen; the API would then refuse every request.
        if let granted = body["scope"]?.string, !granted.split(separator: " ").contains(where: { $0 == scope }) {
            let reason = "scope_missing: the grant does not include \(scope); grant access again and tick it"
            state = .refused(reason: reason)
            return .refused(reason: reason)
        }
        let seconds = Self.seconds(body["expires_in"]) ?? 3600
        state = .valid(token: token, expires: now + .seconds(seconds))
        failures = 0
        // A token that lives no longer than the margin must not be renewed in a circle.
        retryAt = seconds > 2 * 225 ? nil : now + .seconds(max(1, seconds / 2))
        grantEnds = Self.seconds(body["refresh_token_expires_in"]).map { now + .seconds($0) }
        return .renewed(warning: warningOfEnd(at: now))
    }

    private mutating func warningOfEnd(at now: Instant) -> String? {
        guard let grantEnds, grantEnds - now <= Self.grantWarning else {
            daysWarnedOf = nil
            return nil
        }
        let days = (grantEnds - now).milliseconds / Duration.days(1).milliseconds
        guard days != daysWarnedOf else { return nil }
        daysWarnedOf = days
        return "the refresh token ends \(grantEnds.rfc3339Seconds); publish the OAuth app or grant anew"
    }

    /// Seconds from now; what is above ten years is not an end.
    private static let longest: Int64 = 10 * 366 * 86_400

    /// Numbers come as texts, too.
    private static func seconds(_ value: JSON?) -> Int? {
        (value?.integer ?? value?.string.flatMap { Int64($0) }).map { Int(min(max($0, 0), longest)) }
    }

    /// 1, 2, 4 … 60 seconds.
    private mutating func failed(_ reason: String, at now: Instant) -> Renewal {
        failures += 1
        let next = now + .seconds(min(60, 1 << min(failures - 1, 6)))
        retryAt = next
        return .failed(reason: reason, retryAt: next)
    }

    private static func reason(_ result: Result<Answer, TransferError>) -> String {
        switch result {
        case .success(let answer): "status \(answer.status), unreadable answer"
        case .failure(.unreachable(let why)): redacted("unreachable: \(why)")
        case .failure(.interrupted(let why)): redacted("interrupted: \(why)")
        case .failure(.answerTooLarge): "answer too large"
        case .failure(.unsendable(let why)): redacted("unsendable: \(why)")
        }
    }
}
