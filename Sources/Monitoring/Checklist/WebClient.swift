package import Curl

/// How probes reach the web: libcurl, or a test's idea of it.
package protocol WebClient: Sendable {
    /// Sends and waits for what comes of it.
    func perform(_ transfer: Transfer) -> Result<Answer, TransferError>
}

extension Transfers: WebClient {}
