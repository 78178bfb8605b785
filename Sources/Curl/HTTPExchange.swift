import CCurl
import Service

/// One request under way, and what has come back so far. Confined to curl's thread.
@safe
final class HTTPExchange: Job {
    private let then: Transfers.Completion
    private let transfer: Transfer
    private var sent = 0
    private var wasRewound = false
    private var fields: [(name: String, value: String)] = []
    private var fieldBytes = 0
    private var isHeadComplete = false
    private var body: [UInt8] = []
    private var isTooLarge = false
    private let fieldList: FieldList
    private let explanation = Explanation()

    /// Bytes of header fields that are read at most.
    private static let maximumFieldBytes = 64 << 10

    init(_ transfer: Transfer, then: @escaping Transfers.Completion) {
        self.transfer = transfer
        self.then = then
        fieldList = FieldList(transfer.fields)
    }

    func prepare(_ easy: Easy, userAgent: String) {
        easy.set(CURLOPT_PROTOCOLS_STR, "http,https")
        easy.set(CURLOPT_URL, transfer.url)
        easy.set(CURLOPT_USERAGENT, userAgent)
        transfer.network.apply(to: easy)
        easy.set(CURLOPT_NOSIGNAL, 1)
        easy.set(CURLOPT_TCP_KEEPALIVE, 1)
        easy.set(CURLOPT_SSL_VERIFYPEER, 1)
        easy.set(CURLOPT_SSL_VERIFYHOST, 2)
        easy.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        // Over TLS, wait to see whether a connection that is being opened can carry this request too.
        easy.set(CURLOPT_PIPEWAIT, transfer.url.hasPrefix("https:") ? 1 : 0)
        easy.set(CURLOPT_CONNECTTIMEOUT_MS, transfer.connectTimeout.wholeMilliseconds)
        easy.set(CURLOPT_TIMEOUT_MS, transfer.totalTimeout.wholeMilliseconds)
        if let socket = transfer.unixSocket { easy.set(CURLOPT_UNIX_SOCKET_PATH, socket) }
        easy.set(CURLOPT_HTTPHEADER, fieldList)
        if transfer.trace != nil {
            easy.set(CURLOPT_CERTINFO, 1)
            // A kept connection would not show its certificate again.
            easy.set(CURLOPT_FRESH_CONNECT, 1)
            easy.set(CURLOPT_FORBID_REUSE, 1)
        }
        if transfer.onlyHandshake {
            easy.set(CURLOPT_CONNECT_ONLY, 1)
            easy.set(CURLOPT_SSL_VERIFYPEER, 0)
            easy.set(CURLOPT_SSL_VERIFYHOST, 0)
        }
        if transfer.refusesPrivateAddresses { easy.openPublicOnly() }
        explanation.attach(to: easy)
        setMethod(easy)
        setCallbacks(easy)
    }

    private func setMethod(_ easy: Easy) {
        switch (transfer.method, transfer.body) {
        case ("GET", nil): break
        case ("HEAD", nil): easy.set(CURLOPT_NOBODY, 1)
        case (let method, let body):
            easy.set(CURLOPT_POST, 1)
            easy.set(CURLOPT_POSTFIELDSIZE_LARGE, offset: body?.count ?? 0)
            easy.set(CURLOPT_CUSTOMREQUEST, method)
        }
    }

    private func setCallbacks(_ easy: Easy) {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe easy.set(CURLOPT_HEADERDATA, pointer: context)
        unsafe easy.set(CURLOPT_WRITEDATA, pointer: context)
        unsafe easy.set(CURLOPT_READDATA, pointer: context)
        unsafe easy.set(CURLOPT_HEADERFUNCTION) { @Sendable bytes, _, count, context in
            unsafe HTTPExchange.from(context).receiveField(UnsafeRawBufferPointer(start: bytes, count: count))
                ? count : 0
        }
        unsafe easy.set(CURLOPT_WRITEFUNCTION) { @Sendable bytes, _, count, context in
            unsafe HTTPExchange.from(context).receiveBody(UnsafeRawBufferPointer(start: bytes, count: count))
                ? count : 0
        }
        // Read by callback and not from CURLOPT_POSTFIELDS, because that libcurl can rewind: it would send the body
        // again by itself when a kept connection breaks, although the first copy may have been received.
        unsafe easy.set(CURLOPT_READFUNCTION) { @Sendable bytes, size, count, context in
            unsafe HTTPExchange.from(context).send(
                into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
        }
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> HTTPExchange {
        unsafe Unmanaged<HTTPExchange>.fromOpaque(context!).takeUnretainedValue()
    }

    private func send(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard let body = transfer.body else { return 0 }
        let count = min(buffer.count, body.count - sent)
        unsafe body.withUnsafeBytes {
            unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[sent..<sent + count]))
        }
        sent += count
        return count
    }

    private func receiveField(_ bytes: UnsafeRawBufferPointer) -> Bool {
        fieldBytes += bytes.count
        guard fieldBytes <= Self.maximumFieldBytes else {
            isTooLarge = true
            return false
        }
        let line = unsafe String(decoding: bytes, as: UTF8.self)
        if line.hasPrefix("HTTP/") {
            // A status line starts a new head: what came before belonged to an interim answer (RFC 9110 section 15.2).
            fields = []
            isHeadComplete = false
        } else if line == "\r\n" || line == "\n" {
            isHeadComplete = true
        } else if let field = Field.parse(line) {
            fields.append(field)
        }
        return true
    }

    private func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard body.count + bytes.count <= transfer.maximumAnswer else {
            isTooLarge = true
            return false
        }
        unsafe body.append(contentsOf: bytes)
        return true
    }

    func rewind(_ easy: Easy) -> Bool {
        guard !wasRewound, !wasSent(easy) else { return false }
        wasRewound = true
        sent = 0
        return true
    }

    /// What was written for this request, over all connections it was tried on. A TLS handshake does not count.
    private func wasSent(_ easy: Easy) -> Bool {
        guard easy.fact(CURLINFO_REQUEST_SIZE) > 0 else { return false }
        // What was written to a proxy to have a tunnel counts as well, but a request begins only after that.
        return transfer.network.proxy == nil || easy.fact(offset: CURLINFO_PRETRANSFER_TIME_T) > 0
    }

    func finish(_ easy: Easy, _ code: CURLcode) -> () -> Void {
        let (result, then) = (result(easy, code), then)
        return { then(result) }
    }

    func breakOff(_ easy: Easy, _ reason: String) -> () -> Void {
        let (result, then) = (failure(easy, reason), then)
        return { then(result) }
    }

    private func result(_ easy: Easy, _ code: CURLcode) -> Result<Answer, TransferError> {
        transfer.trace?(Trace(easy, code))
        if transfer.onlyHandshake, code == CURLE_OK { return .success(Answer(status: 0)) }
        guard code == CURLE_OK else { return failure(easy, explanation.reason(code)) }
        // libcurl is content with a connection that was closed in the middle of the head.
        guard isHeadComplete else { return failure(easy, "the head of the answer is incomplete") }
        let took = Duration.microseconds(easy.fact(offset: CURLINFO_TOTAL_TIME_T))
        var answer = Answer(status: easy.fact(CURLINFO_RESPONSE_CODE), fields: fields, body: body, took: took)
        answer.received = Clock.system.milliseconds()
        return .success(answer)
    }

    private func failure(_ easy: Easy, _ reason: String) -> Result<Answer, TransferError> {
        if isTooLarge { return .failure(.answerTooLarge) }
        return .failure(wasSent(easy) ? .interrupted(reason) : .unreachable(reason))
    }
}
