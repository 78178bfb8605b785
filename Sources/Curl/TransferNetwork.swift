import CCurl

/// How a server is reached and recognised, where that is not the usual way: a proxy, certificates of its own authority,
/// and a certificate of ours. The certificates are PEM (RFC 7468) and not files, so that what was checked is what is
/// used.
package struct TransferNetwork: Sendable, Equatable {
    /// Every request goes through it, in a tunnel (CONNECT, RFC 9110 section 9.3.6): it sees the host's name and
    /// nothing else.
    package struct Proxy: Sendable, Equatable {
        /// `http://proxy:3128`; `https` for TLS to the proxy itself.
        package var url: String
        package var user: String?
        package var password: String?

        package init(url: String, user: String? = nil, password: String? = nil) {
            self.url = url
            self.user = user
            self.password = password
        }
    }

    /// Whom the server knows us by (TLS client authentication, RFC 8446 section 4.4.2).
    package struct ClientCertificate: Sendable, Equatable {
        /// Ours first, then those between it and its authority.
        package var certificates: String
        package var key: String

        package init(certificates: String, key: String) {
            self.certificates = certificates
            self.key = key
        }
    }

    package var proxy: Proxy?
    /// Certificates to trust instead of the system's.
    package var authorities: String?
    package var clientCertificate: ClientCertificate?

    package init(proxy: Proxy? = nil, authorities: String? = nil, clientCertificate: ClientCertificate? = nil) {
        self.proxy = proxy
        self.authorities = authorities
        self.clientCertificate = clientCertificate
    }

    /// Why nothing can be sent this way; see `Transfer.fault`.
    var fault: String? {
        guard let proxy else { return nil }
        let texts = [proxy.url, proxy.user ?? "", proxy.password ?? ""]
        return texts.contains { $0.utf8.contains { $0 < 0x20 || $0 == 0x7F } }
            ? "the proxy's address or login has a control character" : nil
    }

    /// Sets the options. What libcurl does not look at here it looks at when it connects: a certificate that cannot be
    /// read is a connection that cannot be made.
    func apply(to easy: Easy) {
        // An empty text: no proxy, whatever the environment says (CURLOPT_PROXY).
        easy.set(CURLOPT_PROXY, proxy?.url ?? "")
        if let proxy {
            // Also for plain http, so that a proxy is the same thing for every address (CURLOPT_HTTPPROXYTUNNEL).
            easy.set(CURLOPT_HTTPPROXYTUNNEL, 1)
            // The proxy's head is not the answer's (CURLOPT_SUPPRESS_CONNECT_HEADERS).
            easy.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
            if let user = proxy.user { easy.set(CURLOPT_PROXYUSERNAME, user) }
            if let password = proxy.password { easy.set(CURLOPT_PROXYPASSWORD, password) }
            if let authorities { easy.set(CURLOPT_PROXY_CAINFO_BLOB, blob: authorities) }
        }
        if let authorities { easy.set(CURLOPT_CAINFO_BLOB, blob: authorities) }
        if let clientCertificate {
            easy.set(CURLOPT_SSLCERTTYPE, "PEM")
            easy.set(CURLOPT_SSLKEYTYPE, "PEM")
            easy.set(CURLOPT_SSLCERT_BLOB, blob: clientCertificate.certificates)
            easy.set(CURLOPT_SSLKEY_BLOB, blob: clientCertificate.key)
        }
    }
}
