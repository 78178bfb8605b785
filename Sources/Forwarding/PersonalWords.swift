import Domain

/// What is personal of one lead, for finding it in texts that are to leave: addresses of pages, ids, fields of the sender's own.
///
/// A name of four letters or more is found anywhere, a shorter one as a word of its own, the phone number by its last eight digits in
/// whatever spelling, an e-mail address by its `@`, all of them also behind two layers of percent-encoding and in base 64.
struct PersonalWords: Sendable {
    /// Folded; found anywhere.
    private var names: [[UInt8]] = []
    /// Folded; found between things that are no letters.
    private var shortNames: [[UInt8]] = []
    /// Folded, letters and digits only; found when nothing else is between them.
    private var joinedNames: [[UInt8]] = []
    /// The last digits of the number.
    private var phone: [UInt8] = []

    private static let leastAnywhere = 4
    private static let leastJoined = 5
    private static let digitsOfPhone = 8
    private static let leastDigits = 6
    /// Texts that are longer are not looked into: nobody's address is that long.
    private static let longest = 8192

    init(_ event: LeadEvent, country: String?) {
        let written = [event.person.firstName, event.person.lastName].compactMap { $0 }
        for name in written { add(name) }
        let whole = written.map { Folding.fold($0).filter(Folding.isLetterOrDigit) }
        if whole.count == 2 { joinedNames += [whole[0] + whole[1], whole[1] + whole[0]] }
        if let text = event.person.phone {
            let digits = (event.phoneNumber(country: country) ?? text).utf8.filter { $0 &- 0x30 <= 9 }
            if digits.count >= Self.leastDigits { phone = Array(digits.suffix(Self.digitsOfPhone)) }
        }
    }

    private mutating func add(_ name: String) {
        for folded in [Folding.fold(name), Folding.foldUmlauts(name)].compactMap({ $0 }) {
            let words = folded.split { !Folding.isLetterOrDigit($0) }.map(Array.init)
            for word in words where word.count >= Self.leastAnywhere { names.append(word) }
            // "de" of "de Vries" is no name, "Li" is one.
            if words.count == 1, (2..<Self.leastAnywhere).contains(words[0].count) { shortNames.append(words[0]) }
            if words.count > 1 {
                let joined = words.reduce([], +)
                if joined.count >= Self.leastJoined { joinedNames.append(joined) }
            }
        }
    }

    /// Whether the bytes, which may be encoded, say something about the person. `withNames: false`: only the address or the number.
    func isIn(_ bytes: ArraySlice<UInt8>, withNames: Bool = true) -> Bool {
        guard bytes.count <= Self.longest else { return true }
        var text = Array(bytes)
        if isInClear(text, withNames) { return true }
        var layers = 0
        while layers < 3, let decoded = Self.percentDecoded(text) {
            if isInClear(decoded, withNames) { return true }
            text = decoded
            layers += 1
        }
        return isInBase64(text, withNames)
    }

    func isIn(_ text: String) -> Bool { isIn(Array(text.utf8)[...]) }

    private func isInClear(_ text: [UInt8], _ withNames: Bool) -> Bool {
        if text.contains(UInt8(ascii: "@")) || hasPhone(text) { return true }
        guard withNames, !(names.isEmpty && shortNames.isEmpty && joinedNames.isEmpty) else { return false }
        let folded = Folding.fold(text)
        if names.contains(where: folded.contains(bytes:)) { return true }
        if shortNames.contains(where: { Self.isWord($0, of: folded) }) { return true }
        guard !joinedNames.isEmpty, folded.contains(where: { !Folding.isLetterOrDigit($0) }) else {
            return joinedNames.contains { folded.contains(bytes: $0) }
        }
        let letters = folded.filter(Folding.isLetterOrDigit)
        return joinedNames.contains { letters.contains(bytes: $0) }
    }

    private func hasPhone(_ text: [UInt8]) -> Bool {
        guard !phone.isEmpty else { return false }
        var digits: [UInt8] = []
        for byte in text {
            if byte &- 0x30 <= 9 {
                digits.append(byte)
                if digits.last == phone.last, digits.count >= phone.count,
                    digits.suffix(phone.count).elementsEqual(phone)
                {
                    return true
                }
            } else if !" .-_()/+".utf8.contains(byte) {
                digits.removeAll(keepingCapacity: true)
            }
        }
        return false
    }

    private static func isWord(_ word: [UInt8], of text: [UInt8]) -> Bool {
        var start = 0
        while let place = text.place(of: word, from: start) {
            let end = place + word.count
            if place == 0 || !Folding.isLetterOrDigit(text[place - 1]),
                end == text.count || !Folding.isLetterOrDigit(text[end])
            {
                return true
            }
            start = place + 1
        }
        return false
    }

    /// `nil` if there is nothing to decode. A `+` is a blank, as in the query of a form.
    static func percentDecoded(_ text: [UInt8]) -> [UInt8]? {
        guard text.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else { return nil }
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            if text[index] == UInt8(ascii: "%"), index + 2 < text.count, let high = hexDigit(text[index + 1]),
                let low = hexDigit(text[index + 2])
            {
                result.append(high << 4 | low)
                index += 3
            } else {
                result.append(text[index] == UInt8(ascii: "+") ? 0x20 : text[index])
                index += 1
            }
        }
        return result == text ? nil : result
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    // MARK: Base 64

    /// Bytes of base 64 that can hold an address.
    private static let leastBase64 = 8

    private func isInBase64(_ text: [UInt8], _ withNames: Bool) -> Bool {
        var start = 0
        while start < text.count {
            guard Self.sextet(text[start]) != nil else {
                start += 1
                continue
            }
            var end = start
            while end < text.count, Self.sextet(text[end]) != nil { end += 1 }
            // What is put into base 64 has letters of both cases; words and numbers do not.
            let run = text[start..<end]
            if run.count >= Self.leastBase64, run.contains(where: { $0 &- 0x41 < 26 }),
                run.contains(where: { $0 &- 0x61 < 26 })
            {
                // Something may stand before it.
                for shift in 0..<4 {
                    let decoded = Self.base64Decoded(run.dropFirst(shift))
                    guard decoded.count >= 4, decoded.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { continue }
                    if isInClear(decoded, withNames) { return true }
                    if let more = Self.percentDecoded(decoded), isInClear(more, withNames) { return true }
                }
            }
            start = end
        }
        return false
    }

    /// Of either alphabet (RFC 4648 sections 4 and 5).
    private static func sextet(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x41...0x5A: UInt32(byte - 0x41)
        case 0x61...0x7A: UInt32(byte - 0x61 + 26)
        case 0x30...0x39: UInt32(byte - 0x30 + 52)
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }

    private static func base64Decoded(_ run: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        var (bits, count): (UInt32, UInt32) = (0, 0)
        for byte in run {
            bits = bits << 6 | (sextet(byte) ?? 0)
            count += 6
            if count >= 8 {
                count -= 8
                result.append(UInt8(truncatingIfNeeded: bits >> count))
            }
        }
        return result
    }
}
