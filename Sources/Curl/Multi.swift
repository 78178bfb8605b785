import CCurl

/// A multi handle of libcurl: the requests under way, and the connections they share.
///
/// Confined to one thread, but for `wake`, which libcurl allows from any.
@safe
final class Multi: @unchecked Sendable {
    private let handle: UnsafeMutableRawPointer

    init() {
        // `curl_global_init` must not run beside other threads: a lazy constant is made once and everybody waits for
        // it.
        precondition(Self.isReady, "libcurl does not start")
        guard let handle = unsafe curl_multi_init() else { fatalError("libcurl is out of memory") }
        unsafe self.handle = handle
    }

    deinit { unsafe curl_multi_cleanup(handle) }

    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    func set(_ option: CURLMoption, _ value: Int) { unsafe ccurl_multi_setopt_long(handle, option, value) }
    func add(_ easy: Easy) { unsafe curl_multi_add_handle(handle, easy.handle) }
    func remove(_ easy: Easy) { unsafe curl_multi_remove_handle(handle, easy.handle) }

    /// Moves everything on as far as it goes without waiting.
    func perform() {
        var running: Int32 = 0
        unsafe curl_multi_perform(handle, &running)
    }

    /// Sleeps until something can be moved on, or `wake` is called.
    func sleep() {
        // libcurl shortens this to its own next deadline.
        let longest: Int32 = 60_000
        unsafe curl_multi_poll(handle, nil, 0, longest, nil)
    }

    /// Ends the current or else the next `sleep`.
    func wake() { unsafe curl_multi_wakeup(handle) }

    /// One that has come to its end, and how.
    func nextCompleted() -> (id: Int, code: CURLcode)? {
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(handle, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE, let easy = unsafe message.pointee.easy_handle else {
                continue
            }
            return unsafe (Easy.id(of: easy), ccurl_message_result(message))
        }
        return nil
    }
}
