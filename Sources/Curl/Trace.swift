import CCurl

/// What came of a transfer besides its answer: for those who look at a server rather than ask it for something.
package struct Trace: Sendable, Equatable {
    /// Where on the way it failed; `nil`: an answer came.
    package var failure: Phase?
    /// The server's own certificate; only over TLS, and only if its handshake went that far.
    package var certificate: Certificate?

    package enum Phase: Sendable, Equatable {
        case name
        case connection
        case tls
        case timeout
        case answer
    }

    /// As libcurl writes it, for example `Nov 30 12:00:00 2026 GMT` and `C = US, O = Let's Encrypt, CN = R3`.
    package struct Certificate: Sendable, Equatable {
        package var ends: String
        package var issuer: String
        package var subject: String
    }

    package init(failure: Phase? = nil, certificate: Certificate? = nil) {
        self.failure = failure
        self.certificate = certificate
    }

    init(_ easy: Easy, _ code: CURLcode) {
        failure = Phase(code)
        certificate = Certificate(easy.certificateFields)
    }
}

extension Trace.Phase {
    init?(_ code: CURLcode) {
        switch code {
        case CURLE_OK: return nil
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: self = .name
        case CURLE_COULDNT_CONNECT: self = .connection
        case CURLE_OPERATION_TIMEDOUT: self = .timeout
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_PINNEDPUBKEYNOTMATCH:
            self = .tls
        default: self = .answer
        }
    }
}

extension Trace.Certificate {
    fileprivate init?(_ fields: [(name: String, value: String)]) {
        guard let ends = fields.first(where: { $0.name == "Expire date" })?.value else { return nil }
        self.ends = ends
        issuer = fields.first { $0.name == "Issuer" }?.value ?? ""
        subject = fields.first { $0.name == "Subject" }?.value ?? ""
    }
}

extension Easy {
    /// `Name:value` of the first certificate of the chain, the server's own.
    fileprivate var certificateFields: [(name: String, value: String)] {
        var info: UnsafeMutablePointer<curl_certinfo>?
        unsafe ccurl_getinfo_certificates(handle, &info)
        guard let info = unsafe info, unsafe info.pointee.num_of_certs > 0, var item = unsafe info.pointee.certinfo[0]
        else { return [] }
        var found: [(name: String, value: String)] = []
        while true {
            let line = unsafe String(cString: item.pointee.data)
            if let colon = line.firstIndex(of: ":") {
                found.append((String(line[..<colon]), String(line[line.index(after: colon)...])))
            }
            guard let next = unsafe item.pointee.next else { return found }
            unsafe item = next
        }
    }
}
