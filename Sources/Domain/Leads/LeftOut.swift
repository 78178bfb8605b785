/// One field of a lead that could not be used and was left out: the lead goes on without it, and nothing of it reaches
/// a platform.
package struct LeftOut: Hashable, Sendable {
    /// The contract's path: `person.phone`.
    package var field: String
    package var reason: Defect.Code

    package init(field: String, reason: Defect.Code) {
        self.field = field
        self.reason = reason
    }
}
