/// The one rule by which the names of properties become the names of members: `withClickID` is `with_click_id`.
///
/// A capital begins a word if a small letter or a digit stands before it, or a small letter after it (`urlPath` and
/// `URLPath` are both `url_path`, and `unknownIDs` is
/// `unknown_ids`). A name without capitals stays as it is.
package func snakeCase(_ name: String) -> String {
    let letters = Array(name.utf8)
    func isCapital(_ index: Int) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(letters[index]) }
    guard letters.indices.contains(where: isCapital) else { return name }
    var result: [UInt8] = []
    result.reserveCapacity(letters.count + 4)
    for index in letters.indices {
        guard isCapital(index) else {
            result.append(letters[index])
            continue
        }
        // The small letter after it begins a word with it, unless it only makes several of what the capitals name.
        let isPlural =
            index + 1 < letters.count && letters[index + 1] == UInt8(ascii: "s")
            && (index + 2 == letters.count || isCapital(index + 2))
        let endsCapitals = index + 1 < letters.count && !isCapital(index + 1) && !isPlural
        if index > 0, letters[index - 1] != UInt8(ascii: "_"), !isCapital(index - 1) || endsCapitals {
            result.append(UInt8(ascii: "_"))
        }
        result.append(letters[index] | 0x20)
    }
    return String(decoding: result, as: UTF8.self)
}
