/// The code on a receipt as a sentence can carry it. Our own codes are said in words; a platform's own is quoted where
/// it looks like the name of a setting.
package enum AnswerWords {
    package static let unreadable = "an answer that cannot be read"
    package static let tooLarge = "an answer too large to be one"

    package static func words(_ code: String, status: Int) -> String {
        switch code {
        case "unreadable_answer" where status == 0: unreadable
        // A page of something on the way, or of the platform's front door: the status is all that it says.
        case "unreadable_answer" where (200..<300).contains(status):
            "\(unreadable) (status \(status))"
        case "unreadable_answer": "status \(status)"
        case "unreachable": "it cannot be reached"
        case "interrupted": "no answer came"
        case "answer_too_large": tooLarge
        case "unsendable": "the request cannot be sent"
        case "": status > 0 ? "status \(status)" : "no reason was given"
        default: isName(code) ? "\"\(code)\"" : code
        }
    }

    /// `invalid_grant`
    private static func isName(_ code: String) -> Bool {
        code.utf8.contains(UInt8(ascii: "_")) && code.utf8.contains { $0 >= 0x61 && $0 <= 0x7A }
    }
}

/// Platforms as people call them.
package enum PlatformWords {
    /// `name` as in the configuration.
    package static func title(_ name: String) -> String {
        switch name {
        case "google_ads": "Google Ads"
        case "meta_ads": "Meta Ads"
        case "webhook": "The receiver of webhooks"
        default: name
        }
    }
}
