import Domain

/// A platform's words without what may be personal or secret, cut to `Receipt.maximumMessageLength`.
///
/// Platforms echo what they were sent, and escape it in ways of their own: `\u0040`, `&#64;` and `(at)` are an `@`
/// here. Words with an `@`, seven or more digits in a row (blanks, dots, dashes and parentheses do not interrupt it),
/// long hexadecimal words and long words that mix letters and digits are replaced by what they look like. Names do not
/// look like anything: see `LeadWords`.
package func redacted(_ text: String) -> String {
    var output: [UInt8] = []
    let bytes = withPlainAt(Array(text.utf8.prefix(4 * Receipt.maximumMessageLength)))
    var index = 0
    while index < bytes.count {
        if isWord(bytes[index]) {
            var end = index
            while end < bytes.count, isWord(bytes[end]) { end += 1 }
            if let end = endOfNumber(bytes, from: index), end > index {
                output += "[number]".utf8
                index = end
                continue
            }
            output += disguise(bytes[index..<end])
            index = end
        } else {
            // Control characters would forge lines wherever this is printed.
            output.append(bytes[index] < 0x20 || bytes[index] == 0x7F ? 0x20 : bytes[index])
            index += 1
        }
    }
    var result = String(decoding: output, as: UTF8.self)
    if result.count > Receipt.maximumMessageLength {
        result = result.prefix(Receipt.maximumMessageLength - 1) + "…"
    }
    return result
}

/// A platform's code: short words as platforms make them stay, anything else is redacted. At most
/// `Receipt.maximumLabelLength`.
func redactedCode(_ text: String) -> String {
    let isPlain =
        text.utf8.count <= Receipt.maximumLabelLength && text.utf8.count(where: isDigit) < 7
        && text.utf8.allSatisfy { isLetter($0) || isDigit($0) || "._-/:".utf8.contains($0) }
    return isPlain ? text : String(redacted(text).prefix(Receipt.maximumLabelLength))
}

/// A platform's name for a request or a trace, which it may be asked for: kept if it can be one, redacted if not.
func redactedID(_ text: String?) -> String {
    guard let text else { return "" }
    let isPlain =
        text.utf8.count <= Receipt.maximumLabelLength
        && text.utf8.allSatisfy { isLetter($0) || isDigit($0) || "._-/:+=~".utf8.contains($0) }
    return isPlain ? text : String(redacted(text).prefix(Receipt.maximumLabelLength))
}

extension Receipt {
    /// Codes and ids are words; whatever is longer is something else.
    static let maximumLabelLength = 128
}

/// With an `@` for every other way of writing one.
private func withPlainAt(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.contains(where: { "\\&([{%".utf8.contains($0) }) else { return bytes }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
        let rest = bytes[index...].prefix(longestAt).map(Folding.lower)
        guard let written = waysOfAt.first(where: { rest.starts(with: $0.utf8) }) else {
            result.append(bytes[index])
            index += 1
            continue
        }
        index += written.utf8.count
        // People put blanks around a word in brackets.
        if "([{".utf8.contains(rest[0]) {
            while result.last == 0x20 { result.removeLast() }
            while index < bytes.count, bytes[index] == 0x20 { index += 1 }
        }
        result.append(UInt8(ascii: "@"))
    }
    return result
}

private let waysOfAt = [
    "\\\\u0040", "\\u0040", "\\x40", "&#64;", "&#064;", "&#x40;", "&commat;", "&amp;#64;", "%2540", "(at)", "[at]",
    "{at}",
]
private let longestAt = 9

private func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 <= 9 }
private func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

private func isWord(_ byte: UInt8) -> Bool {
    isDigit(byte) || isLetter(byte) || byte >= 0x80
        || [
            UInt8(ascii: "@"), UInt8(ascii: "+"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "%"),
        ]
        .contains(byte)
}

/// Where a run of digits that starts here ends, if it has seven digits or more.
private func endOfNumber(_ bytes: [UInt8], from start: Int) -> Int? {
    guard isDigit(bytes[start]) || bytes[start] == UInt8(ascii: "+") else { return nil }
    var (index, digits, end) = (start, 0, start)
    while index < bytes.count {
        if isDigit(bytes[index]) {
            digits += 1
            end = index + 1
        } else if !" .-()+/:".utf8.contains(bytes[index]) {
            break
        }
        index += 1
    }
    guard digits >= 7, end == bytes.count || !isLetter(bytes[end]) && bytes[end] != UInt8(ascii: "_") else {
        return nil
    }
    return end
}

private func disguise(_ word: ArraySlice<UInt8>) -> [UInt8] {
    if word.contains(UInt8(ascii: "@")) || word.windowsContain("%40") { return Array("[email]".utf8) }
    if word.count >= 32, word.allSatisfy({ isDigit($0) || ($0 | 0x20) &- 0x61 < 6 }) { return Array("[hash]".utf8) }
    if word.count(where: isDigit) >= 7 { return Array("[number]".utf8) }
    // Names of codes, such as INVALID_SHA256_FORMAT, are what the receipt is for.
    if word.allSatisfy({ isDigit($0) || $0 &- 0x41 < 26 || $0 == UInt8(ascii: "_") }) { return Array(word) }
    if word.count >= 20, word.contains(where: isDigit), word.contains(where: isLetter) { return Array("[token]".utf8) }
    return Array(word)
}

extension ArraySlice<UInt8> {
    fileprivate func windowsContain(_ text: StaticString) -> Bool {
        let wanted = Array(text.description.utf8)
        guard count >= wanted.count else { return false }
        return (startIndex...(endIndex - wanted.count)).contains { self[$0..<$0 + wanted.count].elementsEqual(wanted) }
    }
}
