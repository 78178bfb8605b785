internal import CCurl

/// The libcurl that runs, which need not be the one this was built with.
package enum LinkedCurl {
    /// Like `7.88.1`.
    package static let version = unsafe String(cString: curl_version_info(CURLVERSION_FIRST).pointee.version)
}
