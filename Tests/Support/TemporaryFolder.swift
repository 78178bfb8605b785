import Glibc

/// A folder of the test's own, removed with everything in it when the test ends.
@safe
package final class TemporaryFolder: Sendable {
    package let path: String

    package init() {
        var template = Array("/tmp/leadrelay-test-XXXXXX".utf8CString)
        path = unsafe template.withUnsafeMutableBufferPointer { unsafe String(cString: mkdtemp($0.baseAddress!)) }
    }

    package func file(_ name: String) -> String { "\(path)/\(name)" }

    /// The paths of the files in the folder.
    package var files: [String] {
        var found: [String] = []
        var listing = unsafe glob_t()
        defer { unsafe globfree(&listing) }
        guard unsafe glob("\(path)/*", 0, nil, &listing) == 0 else { return found }
        for index in 0..<Int(unsafe listing.gl_pathc) {
            found.append(unsafe String(cString: listing.gl_pathv[index]!))
        }
        return found
    }

    deinit {
        for file in files { unsafe unlink(file) }
        unsafe rmdir(path)
    }
}
