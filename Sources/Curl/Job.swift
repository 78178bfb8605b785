import CCurl

/// One thing that curl's thread does with a handle, from its options to what came of it. Confined to that thread.
protocol Job: AnyObject {
    /// Sets all options of a fresh or cleared handle; the job must outlive the handle's use.
    func prepare(_ easy: Easy, userAgent: String)
    /// Makes the job ready to begin anew on another connection, if nothing of it was sent and it is the first time.
    func rewind(_ easy: Easy) -> Bool
    /// It has come to its end. Returns what tells whoever waits: to be called when the handle is free for others.
    func finish(_ easy: Easy, _ code: CURLcode) -> () -> Void
    /// It is broken off. Returns as `finish` does.
    func breakOff(_ easy: Easy, _ reason: String) -> () -> Void
}

/// libcurl's own explanation of what went wrong, written while the handle is in use.
@safe
final class Explanation {
    private let text = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    init() { unsafe text.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE)) }
    deinit { unsafe text.deallocate() }

    /// To be called once for each use of a handle; the explanation must outlive it.
    func attach(to easy: Easy) { unsafe easy.set(CURLOPT_ERRORBUFFER, pointer: text) }

    func reason(_ code: CURLcode) -> String {
        let words = unsafe String(cString: text)
        return words.isEmpty ? unsafe String(cString: curl_easy_strerror(code)) : words
    }
}

extension Duration {
    /// For libcurl, to which 0 would mean "no limit".
    var wholeMilliseconds: Int {
        max(1, Int(components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000))
    }
}
