/// One thing a platform demands: where, the reason it gives for refusing, in which words, and when.
///
/// The rules of an imitated endpoint are tables of these: what a request must be like can be read off them.
struct FieldRule<Subject, Reason: Sendable>: Sendable {
    let field: String
    let reason: Reason
    let words: String
    let isBroken: @Sendable (Subject) -> Bool

    init(_ field: String, _ reason: Reason, _ words: String, _ isBroken: @escaping @Sendable (Subject) -> Bool) {
        self.field = field
        self.reason = reason
        self.words = words
        self.isBroken = isBroken
    }
}

extension Array {
    /// The rules of this table that the subject breaks.
    func broken<Subject, Reason>(by subject: Subject) -> [Element] where Element == FieldRule<Subject, Reason> {
        // Nearly always none, so nothing is built before the first.
        var broken: [Element] = []
        for rule in self where rule.isBroken(subject) { broken.append(rule) }
        return broken
    }
}
