import Domain

/// A platform's words without what may be personal or secret, cut to `Receipt.maximumMessageLength`.
///
/// Platforms echo what they were sent. Words with an `@`, seven or more digits in a row (blanks, dots, dashes and parentheses do not
/// interrupt it), long hexadecimal words and long words that mix letters and digits are replaced by what they look like.
package func redacted(_ text: String) -> String {
    var output: [UInt8] = []
    let bytes = Array(text.utf8.prefix(4 * Receipt.maximumMessageLength))
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
