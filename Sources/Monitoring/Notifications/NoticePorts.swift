import Curl
import Domain
import Service
package import Store

/// What sending notices wants of the store: the verbs of a notice's life.
package protocol NoticeStore: Sendable {
    func claimNotices(
        _ channel: String, limit: Int, lease: Duration,
        then: @escaping @Sendable (Result<NoticeClaim, StoreError>) -> Void)
    func settleNotices(
        _ claim: NoticeClaim, _ settlements: [NoticeSettlement],
        then: @escaping @Sendable (Result<Int, StoreError>) -> Void)
    func onNotices(_ notify: @escaping @Sendable (Set<String>) -> Void)
}

extension NoticeRole: NoticeStore {}

/// Carries calls. `then` may be called on any thread.
package protocol NoticeTransport: Sendable {
    func start(_ request: Call.Request, then: @escaping @Sendable (CallAnswer) -> Void)
}

/// libcurl, on threads that forwarding does not use: a platform that hangs keeps no alert back, and the other way
/// round. Mail has a thread to itself, because a mail server that falls silent holds it up (see
/// `Mailing.answerTimeout`).
package final class NoticeTransfers: NoticeTransport {
    private let web: Transfers
    private let mail: Transfers

    package init(userAgent: String) {
        web = Transfers(maximumConnectionsPerHost: 4, userAgent: userAgent)
        mail = Transfers(maximumConnectionsPerHost: 2, userAgent: userAgent)
    }

    package func start(_ request: Call.Request, then: @escaping @Sendable (CallAnswer) -> Void) {
        switch request {
        case .transfer(var transfer):
            transfer.totalTimeout = .seconds(30)
            web.start(transfer) { then(.transfer($0)) }
        case .mailing(let mailing): mail.start(mailing) { then(.mail($0)) }
        }
    }

    /// Breaks off what is under way.
    package func stop() {
        web.stop()
        mail.stop()
    }
}
