/// What is said about values that cannot be taken.
package enum ValueWording {
    package static let object = "must be an object"
    package static func longer(than bytes: Int) -> String { "is longer than \(bytes) bytes" }
    package static func oneOf(_ words: [String]) -> String { "must be one of \(words.joined(separator: ", "))" }
}
