import Glibc

/// The terminal that a person looks at.
package enum Screen {
    /// How many columns it has; `nil` if the descriptor is no terminal, or one that does not say.
    package static func columns(of descriptor: Int32) -> Int? {
        var size = winsize()
        let answer = unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size)
        return answer == 0 && size.ws_col > 0 ? Int(size.ws_col) : nil
    }
}
