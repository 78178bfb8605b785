/// A pattern in which `*` stands for any run of characters; ASCII letters are compared without case.
package struct Wildcard: Sendable {
    /// Takes time proportional to the lengths of pattern and text multiplied at worst, and to their sum in the usual
    /// case: only the last `*` is ever tried again, because a match of what stands before it can always be the earliest
    /// one.
    package static func matches(_ pattern: String, _ text: String) -> Bool {
        let pattern = Array(pattern.utf8), text = Array(text.utf8)
        var p = 0, t = 0
        var star: (pattern: Int, text: Int)?
        while t < text.count {
            if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
                star = (p, t)
                p += 1
            } else if p < pattern.count, folded(pattern[p]) == folded(text[t]) {
                p += 1
                t += 1
            } else if let last = star {
                star = (last.pattern, last.text + 1)
                p = last.pattern + 1
                t = last.text + 1
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    /// Whether a name is meant by what somebody wrote: exactly this name, or a pattern if there is a `*` in it.
    package static func means(_ written: String, _ name: String) -> Bool {
        written.contains("*") ? matches(written, name) : written == name
    }

    private static func folded(_ byte: UInt8) -> UInt8 { byte &- 0x41 <= 25 ? byte + 0x20 : byte }
}
