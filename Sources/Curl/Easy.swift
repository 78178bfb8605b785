import CCurl

/// An easy handle of libcurl: one request at a time, with what it needs to be repeated cheaply for the next.
@safe
final class Easy {
    let handle: UnsafeMutableRawPointer

    init() {
        guard let handle = unsafe curl_easy_init() else { fatalError("libcurl is out of memory") }
        unsafe self.handle = handle
    }

    deinit { unsafe curl_easy_cleanup(handle) }

    /// What libcurl names the handle by in its messages.
    var id: Int { unsafe Self.id(of: handle) }
    static func id(of handle: UnsafeMutableRawPointer) -> Int { Int(bitPattern: handle) }

    /// Forgets all options and facts, keeps the memory.
    func reset() { unsafe curl_easy_reset(handle) }

    func set(_ option: CURLoption, _ value: Int) { check(unsafe ccurl_setopt_long(handle, option, value)) }
    func set(_ option: CURLoption, offset: Int) {
        check(unsafe ccurl_setopt_offset(handle, option, curl_off_t(offset)))
    }
    func set(_ option: CURLoption, _ value: String) { check(unsafe ccurl_setopt_string(handle, option, value)) }

    /// A text that takes the place of a file; libcurl copies it.
    func set(_ option: CURLoption, blob text: String) {
        var bytes = Array(text.utf8)
        check(
            unsafe bytes.withUnsafeMutableBytes { unsafe ccurl_setopt_blob(handle, option, $0.baseAddress, $0.count) })
    }

    /// libcurl keeps a reference: `list` must outlive the request.
    func set(_ option: CURLoption, _ list: FieldList) { check(unsafe ccurl_setopt_list(handle, option, list.first)) }

    /// As above.
    func set(_ option: CURLoption, _ list: MailRecipients) {
        check(unsafe ccurl_setopt_list(handle, option, list.first))
    }

    /// libcurl keeps the pointer: what it points to must outlive the request.
    @unsafe
    func set(_ option: CURLoption, pointer: UnsafeMutableRawPointer) {
        check(unsafe ccurl_setopt_pointer(handle, option, pointer))
    }

    @unsafe
    func set(_ option: CURLoption, callback: @escaping ccurl_chunk_callback) {
        check(unsafe ccurl_setopt_callback(handle, option, callback))
    }

    /// Connects to public addresses only, whatever names say.
    func openPublicOnly() { check(unsafe ccurl_open_public_only(handle)) }

    func fact(_ info: CURLINFO) -> Int {
        var value = 0
        unsafe ccurl_getinfo_long(handle, info, &value)
        return value
    }

    func fact(offset info: CURLINFO) -> Int {
        var value: curl_off_t = 0
        unsafe ccurl_getinfo_offset(handle, info, &value)
        return Int(value)
    }

    /// Options are constants of ours, so a refused one is a bug of ours, or a libcurl without what we rely on.
    private func check(_ code: CURLcode) {
        precondition(code == CURLE_OK, "libcurl refuses an option: \(unsafe String(cString: curl_easy_strerror(code)))")
    }
}
