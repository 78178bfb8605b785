/// How long somebody who failed to sign in has to wait. One rule for the name that was tried, whether there is such a
/// user or not, and a looser one for the address, behind which there may be an office.
package struct LoginThrottle: Equatable, Sendable {
    /// Failures that cost nothing.
    package var free: Int

    package init(free: Int) { self.free = free }

    package static let name = LoginThrottle(free: 5)
    package static let address = LoginThrottle(free: 20)

    /// Failures are forgotten after so long without another one.
    package static let memory: Duration = .hours(1)
    private static let longest: Duration = .minutes(15)

    /// `30 s × 2^(failures − free)`, at most a quarter of an hour, counted from the last failure; `nil` if there is no
    /// need to wait.
    ///
    ///     failures   0…4    5      6       7      8      9       10 and more
    ///     wait       none   30 s   1 min   2 min  4 min  8 min   15 min        for a name
    package func wait(failures: Int, last: Instant, now: Instant) -> Duration? {
        guard failures >= free, now - last < Self.memory else { return nil }
        let doublings = min(failures - free, 10)
        let end = last + min(.seconds(30 << doublings), Self.longest)
        return end > now ? end - now : nil
    }
}

/// How long a session lives.
package enum SessionLife {
    /// Without a request.
    package static let idle: Duration = .hours(12)
    /// At most, whatever is done with it.
    package static let longest: Duration = .days(7)
    /// Its last use is written down no more often than this.
    package static let touch: Duration = .minutes(5)

    package static func isAlive(created: Instant, used: Instant, now: Instant) -> Bool {
        now - used < idle && now - created < longest
    }
}

/// Rules for what people choose themselves.
package enum UserRules {
    package static let leastPassword = 12
    /// More would only make hashing slow.
    package static let mostPassword = 256

    /// What is wrong with a user's or token's name; `nil` if nothing is. It stands in logs, so it is not an e-mail
    /// address.
    package static func nameComplaint(_ name: String) -> String? {
        let isFine =
            (1...40).contains(name.utf8.count)
            && name.utf8.allSatisfy {
                ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || "-_.".utf8.contains($0)
            }
        return isFine ? nil : "A name has 1 to 40 of the characters a–z, 0–9, - _ and the dot."
    }

    /// What is wrong with a password; `nil` if nothing is. Length is what counts, and that nobody tries it first (NIST
    /// SP 800-63B section 5.1.1.2).
    package static func passwordComplaint(_ password: String, name: String) -> String? {
        if password.unicodeScalars.count < leastPassword {
            return "A password has at least \(leastPassword) characters."
        }
        if password.utf8.count > mostPassword { return "A password has at most \(mostPassword) bytes." }
        if Set(password).count < 5 { return "A password has at least five different characters." }
        if name.utf8.count > 3, password.lowercased().contains(name) {
            return "A password does not contain the user's name."
        }
        if CommonPasswords.includes(password) {
            return
                """
                Too easy to guess: more than common words, dates and sequences. Four words that do not belong \
                together do.
                """
        }
        return nil
    }
}
