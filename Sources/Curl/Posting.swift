import CCurl

/// One message on its way to a mail server. Confined to curl's thread.
@safe
final class Posting: Job {
    private let mailing: Mailing
    private let then: Transfers.MailCompletion
    private let explanation = Explanation()
    private let recipients: MailRecipients
    private var sent = 0
    /// libcurl was told that the message is complete, and so has sent the line with the dot, or is about to.
    private var isComplete = false
    /// The code and the words of the last reply, but for the one to QUIT.
    private var reply = (code: 0, words: "")

    init(_ mailing: Mailing, then: @escaping Transfers.MailCompletion) {
        self.mailing = mailing
        self.then = then
        recipients = MailRecipients(mailing.recipient)
    }

    func prepare(_ easy: Easy, userAgent: String) {
        easy.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        easy.set(CURLOPT_URL, mailing.url)
        easy.set(CURLOPT_PROXY, "")
        easy.set(CURLOPT_NOSIGNAL, 1)
        easy.set(CURLOPT_SSL_VERIFYPEER, 1)
        easy.set(CURLOPT_SSL_VERIFYHOST, 2)
        // ALL and not TRY: a server, or somebody in between, that does not offer STARTTLS gets nothing
        // (CURLOPT_USE_SSL).
        easy.set(CURLOPT_USE_SSL, Int((mailing.security == .none ? CURLUSESSL_NONE : CURLUSESSL_ALL).rawValue))
        if let certificates = mailing.trustedCertificates { easy.set(CURLOPT_CAINFO, certificates) }
        if let login = mailing.login {
            easy.set(CURLOPT_USERNAME, login.user)
            easy.set(CURLOPT_PASSWORD, login.password)
        }
        // Mail is rare, and servers hang up on idle connections: each message has its own, and no failure is somebody
        // else's.
        easy.set(CURLOPT_FRESH_CONNECT, 1)
        easy.set(CURLOPT_FORBID_REUSE, 1)
        easy.set(CURLOPT_CONNECTTIMEOUT_MS, mailing.connectTimeout.wholeMilliseconds)
        easy.set(CURLOPT_TIMEOUT_MS, mailing.totalTimeout.wholeMilliseconds)
        // Also bounds how long libcurl waits for the answer to QUIT, and all of its thread with it.
        easy.set(CURLOPT_SERVER_RESPONSE_TIMEOUT, max(1, Int(mailing.answerTimeout.components.seconds)))
        easy.set(CURLOPT_MAIL_FROM, "<\(mailing.sender)>")
        easy.set(CURLOPT_MAIL_RCPT, recipients)
        easy.set(CURLOPT_UPLOAD, 1)
        easy.set(CURLOPT_INFILESIZE_LARGE, offset: mailing.message.count)
        explanation.attach(to: easy)
        setCallbacks(easy)
    }

    private func setCallbacks(_ easy: Easy) {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe easy.set(CURLOPT_HEADERDATA, pointer: context)
        unsafe easy.set(CURLOPT_WRITEDATA, pointer: context)
        unsafe easy.set(CURLOPT_READDATA, pointer: context)
        // The server's lines come as header lines.
        unsafe easy.set(CURLOPT_HEADERFUNCTION) { @Sendable bytes, _, count, context in
            unsafe Posting.from(context).receive(UnsafeRawBufferPointer(start: bytes, count: count))
            return count
        }
        unsafe easy.set(CURLOPT_WRITEFUNCTION) { @Sendable _, _, count, _ in count }
        unsafe easy.set(CURLOPT_READFUNCTION) { @Sendable bytes, size, count, context in
            unsafe Posting.from(context).send(into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
        }
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> Posting {
        unsafe Unmanaged<Posting>.fromOpaque(context!).takeUnretainedValue()
    }

    private static let maximumLine = 1000
    private static let goodbye = 221

    private func receive(_ bytes: UnsafeRawBufferPointer) {
        let line = unsafe String(decoding: bytes.prefix(Self.maximumLine), as: UTF8.self)
        guard let code = Int(line.prefix(3)), code != Self.goodbye else { return }
        reply = (code, String(String.UnicodeScalarView(line.unicodeScalars.filter { $0.value >= 0x20 })))
    }

    private func send(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let message = mailing.message
        let count = min(buffer.count, message.count - sent)
        unsafe message.withUnsafeBytes {
            unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[sent..<sent + count]))
        }
        sent += count
        if sent == message.count { isComplete = true }
        return count
    }

    /// A connection of its own is never one that has grown old.
    func rewind(_ easy: Easy) -> Bool { false }

    func finish(_ easy: Easy, _ code: CURLcode) -> () -> Void {
        let (result, then) = (result(easy, code), then)
        return { then(result) }
    }

    func breakOff(_ easy: Easy, _ reason: String) -> () -> Void {
        let (result, then) = (failure(reason), then)
        return { then(result) }
    }

    private func result(_ easy: Easy, _ code: CURLcode) -> Result<MailReceipt, MailError> {
        if code == CURLE_OK { return .success(MailReceipt(code: reply.code, words: reply.words)) }
        // A server that says no has answered, whenever it was.
        if (400..<600).contains(reply.code) { return .failure(.refused(code: reply.code, reply.words)) }
        return failure(explanation.reason(code))
    }

    private func failure(_ reason: String) -> Result<MailReceipt, MailError> {
        .failure(isComplete ? .interrupted(reason) : .unreachable(reason))
    }
}

/// The recipient in the form libcurl wants it: not copied, so it lives as long as the posting does.
@safe
final class MailRecipients {
    let first: UnsafeMutablePointer<curl_slist>?

    init(_ address: String) { unsafe first = curl_slist_append(nil, "<\(address)>") }
    deinit { unsafe curl_slist_free_all(first) }
}
