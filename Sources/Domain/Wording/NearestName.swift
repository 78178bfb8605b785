/// What is said to somebody who wrote a name that there is not.
package enum NearestName {
    /// `; did you mean "meta"?`, behind a complaint; empty if no known name is near.
    package static func hint(_ word: String, among known: some Sequence<String>) -> String {
        suggestion(for: word, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
    }
}
