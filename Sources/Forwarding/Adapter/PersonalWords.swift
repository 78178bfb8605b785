import Domain

/// What is personal of one lead, for finding it in texts that are to leave: addresses of pages, ids, fields of the
/// sender's own.
///
/// A name of four letters or more is found anywhere, a shorter one as a word of its own, the phone number by its last
/// eight digits in whatever spelling, an e-mail address by its `@`, all of them also behind two layers of
/// percent-encoding and in base 64.
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
    /// Of percent-encoding: what is put into an address of an address is encoded twice.
    private static let mostLayers = 3

    /// A bit for each letter that a name begins with: most places of a text can begin none.
    private var beginnings: UInt32 = 0

    init(_ event: LeadEvent, country: String?) {
        let person = event.person
        if let name = person.firstName { add(name) }
        if let name = person.lastName { add(name) }
        if let first = person.firstName, let last = person.lastName { addJoined(first, last) }
        for name in names + shortNames { beginnings |= Self.bit(name[0]) }
        if let text = person.phone {
            // The last digits are the same with and without a country code. What has more than digits may have an
            // extension.
            let isPlain = text.utf8.allSatisfy { $0 &- 0x30 <= 9 || Self.isBetweenDigits($0) }
            let digits = (isPlain ? text : event.phoneNumber(country: country) ?? text).utf8.filter { $0 &- 0x30 <= 9 }
            if digits.count >= Self.leastDigits { phone = Array(digits.suffix(Self.digitsOfPhone)) }
        }
    }

    private static func bit(_ byte: UInt8) -> UInt32 { 1 << UInt32(byte & 31) }
    private static func isBetweenDigits(_ byte: UInt8) -> Bool { " .-_()/+".utf8.contains(byte) }

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

    /// Both names in one word: only where neither is found by itself.
    private mutating func addJoined(_ first: String, _ last: String) {
        guard min(first.utf8.count, last.utf8.count) < Self.leastAnywhere else { return }
        let (first, last) = (
            Folding.fold(first).filter(Folding.isLetterOrDigit), Folding.fold(last).filter(Folding.isLetterOrDigit)
        )
        guard first.count + last.count >= Self.leastJoined else { return }
        joinedNames += [first + last, last + first]
    }

    /// Whether the bytes, which may be encoded, say something about the person. `withNames: false`: only the address or
    /// the number.
    func isIn(_ bytes: ArraySlice<UInt8>, withNames: Bool = true) -> Bool {
        guard bytes.count <= Self.longest else { return true }
        var (hasUpper, hasLower, isEncoded) = (false, false, false)
        for byte in bytes {
            switch byte {
            case 0x41...0x5A: hasUpper = true
            case 0x61...0x7A: hasLower = true
            case UInt8(ascii: "%"), UInt8(ascii: "+"): isEncoded = true
            default: break
            }
        }
        if isInClear(bytes, withNames) { return true }
        if hasUpper, hasLower, isInBase64(bytes, withNames) { return true }
        guard isEncoded else { return false }
        var text = Array(bytes)
        var layers = 0
        while layers < Self.mostLayers, let decoded = Self.percentDecoded(text) {
            if isInClear(decoded[...], withNames) { return true }
            text = decoded
            layers += 1
        }
        return isInBase64(text[...], withNames)
    }

    func isIn(_ text: String) -> Bool { isIn(Array(text.utf8)[...]) }

    private func isInClear(_ text: ArraySlice<UInt8>, _ withNames: Bool) -> Bool {
        var (isASCII, digits) = (true, 0)
        for byte in text {
            if byte == UInt8(ascii: "@") { return true }
            if byte &- 0x30 <= 9 { digits += 1 }
            if byte >= 0x80 { isASCII = false }
        }
        if digits >= Self.leastDigits, hasPhone(text) { return true }
        guard withNames, beginnings != 0 || !joinedNames.isEmpty else { return false }
        if isASCII {
            if hasName(text) { return true }
        } else if hasName(Folding.fold(Array(text))[...]) {
            return true
        }
        guard !joinedNames.isEmpty else { return false }
        let letters = Folding.fold(Array(text)).filter(Folding.isLetterOrDigit)
        return joinedNames.contains { letters.contains(bytes: $0) }
    }

    /// `text` is folded but for the case of its ASCII letters.
    private func hasName(_ text: ArraySlice<UInt8>) -> Bool {
        for start in text.indices {
            let first = Folding.lower(text[start])
            guard beginnings & Self.bit(first) != 0 else { continue }
            for name in names where name[0] == first && Self.stands(name, at: start, in: text) { return true }
            for name in shortNames where name[0] == first && Self.stands(name, at: start, in: text) {
                let end = start + name.count
                if start == text.startIndex || !Folding.isLetterOrDigit(text[start - 1]),
                    end == text.endIndex || !Folding.isLetterOrDigit(text[end])
                {
                    return true
                }
            }
        }
        return false
    }

    private static func stands(_ name: [UInt8], at start: Int, in text: ArraySlice<UInt8>) -> Bool {
        guard text.endIndex - start >= name.count else { return false }
        for offset in 1..<name.count where Folding.lower(text[start + offset]) != name[offset] { return false }
        return true
    }

    private func hasPhone(_ text: ArraySlice<UInt8>) -> Bool {
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
            } else if !Self.isBetweenDigits(byte) {
                digits.removeAll(keepingCapacity: true)
            }
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

    private func isInBase64(_ text: ArraySlice<UInt8>, _ withNames: Bool) -> Bool {
        var start = text.startIndex
        while start < text.endIndex {
            guard Self.sextet(text[start]) != nil else {
                start += 1
                continue
            }
            var end = start
            while end < text.endIndex, Self.sextet(text[end]) != nil { end += 1 }
            // What is put into base 64 has letters of both cases; words and numbers do not.
            let run = text[start..<end]
            if run.count >= Self.leastBase64, run.contains(where: { $0 &- 0x41 < 26 }),
                run.contains(where: { $0 &- 0x61 < 26 })
            {
                // Something may stand before it.
                for shift in 0..<4 {
                    let decoded = Self.base64Decoded(run.dropFirst(shift))
                    guard decoded.count >= 4, decoded.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { continue }
                    if isInClear(decoded[...], withNames) { return true }
                    if let more = Self.percentDecoded(decoded), isInClear(more[...], withNames) { return true }
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
