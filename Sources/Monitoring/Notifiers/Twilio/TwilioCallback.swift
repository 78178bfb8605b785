package import Domain

/// What Twilio tells later about a text that it took: `sent` is not `delivered` (twilio.com/docs/messaging/guides,
/// "Track outbound message status"). Asked for with `StatusCallback`, posted to `/hooks/twilio/CHANNEL?alert=A17`,
/// signed with the account's token.
package struct TwilioCallback: Equatable, Sendable {
    /// Where it is posted to, before the channel's name.
    package static let path = "/hooks/twilio/"

    package var alert: AlertID
    package var status: String
    package var code: String

    package init(_ alert: AlertID, status: String, code: String = "") {
        self.alert = alert
        self.status = status
        self.code = code
    }

    /// `nil` for what is no status of a text about an alert.
    package init?(alert: String?, fields: [(name: String, value: String)]) {
        func value(_ name: String) -> String? { fields.first { $0.name == name }?.value }
        guard let alert = alert.flatMap({ AlertID($0) }), let status = value("MessageStatus") else { return nil }
        self.init(alert, status: status, code: value("ErrorCode") ?? "")
    }

    /// For the alert's story; `nil` while nothing is wrong.
    package var trouble: String? {
        guard status == "undelivered" || status == "failed" else { return nil }
        let digits = code.prefix(6).filter(\.isNumber)
        return "A text did not reach its phone: Twilio says \(status)" + (digits.isEmpty ? "" : ", code \(digits)")
    }
}
