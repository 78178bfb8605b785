/// A message on its way to a mail server: SMTP (RFC 5321), one recipient.
///
/// One recipient, because a server that refuses one of several ends the whole message (CURLE_SEND_ERROR), and because
/// the answer then says exactly what became of it.
package struct Mailing: Sendable {
    /// How the connection is kept from others.
    package enum Security: String, Sendable, CaseIterable {
        /// STARTTLS (RFC 3207), and nothing is sent if the server does not offer it. Port 587.
        case startTLS = "starttls"
        /// TLS from the first byte (RFC 8314 section 3.3). Port 465.
        case tls
        /// In the clear: for a server on the same machine only.
        case none
    }

    package struct Login: Sendable, Equatable {
        package var user: String
        package var password: String
        package init(user: String, password: String) {
            self.user = user
            self.password = password
        }
    }

    package var host: String
    package var port: UInt16
    package var security: Security
    package var login: Login?
    /// What we call ourselves in EHLO: a host name.
    package var helo: String
    /// Envelope addresses, without angle brackets.
    package var sender: String
    package var recipient: String
    /// Head and body, lines ended by CRLF. Dots at the start of lines are doubled on the way (RFC 5321 section 4.5.2).
    package var message: [UInt8]
    /// Certificates (PEM) to trust instead of the system's.
    package var trustedCertificates: String?
    package var connectTimeout: Duration = .seconds(15)
    /// How long the server may take to answer one command, in whole seconds. It is also how long a server that says
    /// nothing any more holds up everything else of the same `Transfers`, because libcurl waits for the answer to QUIT:
    /// give mail its own.
    package var answerTimeout: Duration = .seconds(30)
    package var totalTimeout: Duration = .seconds(90)

    package init(
        host: String, port: UInt16, security: Security, login: Login? = nil, helo: String, sender: String,
        recipient: String, message: [UInt8]
    ) {
        self.host = host
        self.port = port
        self.security = security
        self.login = login
        self.helo = helo
        self.sender = sender
        self.recipient = recipient
        self.message = message
    }

    /// Why it must not be sent; `nil`: it may be. A line break in an address would start another command, and a NUL
    /// would end a text early.
    var fault: String? {
        for (name, text) in [("sender", sender), ("recipient", recipient), ("name of this host", helo), ("host", host)]
        where text.isEmpty || !text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != 0x3C && $0 != 0x3E }) {
            return "the \(name) is no address or host name"
        }
        let texts = [login?.user ?? "", login?.password ?? "", trustedCertificates ?? ""]
        return texts.contains { $0.utf8.contains { $0 < 0x20 || $0 == 0x7F } }
            ? "the login or the certificates' path has a control character" : nil
    }

    /// libcurl sends the path as the EHLO name (CURLOPT_URL, "SMTP").
    var url: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return "\(security == .tls ? "smtps" : "smtp")://\(name):\(port)/\(helo)"
    }
}

/// The server has taken the message: it answers for it now.
package struct MailReceipt: Sendable, Equatable {
    /// Its reply code, 250 as a rule.
    package var code: Int
    /// Its last line, where many servers name the message.
    package var words: String

    package init(code: Int, words: String) {
        self.code = code
        self.words = words
    }
}

/// Why a message was not taken. What a sender must know is whether it may have been.
package enum MailError: Error, Sendable, Equatable {
    /// Certainly not taken: no server, no TLS, or the connection broke before the message was complete.
    case unreachable(String)
    /// Certainly not taken: the server said no. 4xx: not now; 5xx: never (RFC 5321 section 4.2.1). The words are the
    /// server's.
    case refused(code: Int, String)
    /// The whole message was sent and no answer came: perhaps it was taken.
    case interrupted(String)
}
