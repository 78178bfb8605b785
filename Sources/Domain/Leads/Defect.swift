/// One thing that is wrong with a lead event. All of them are reported, not only the first.
package struct Defect: Hashable, Sendable {
    /// Where: a JSON pointer (RFC 6901) into the event as it was sent; empty for the whole document.
    package let pointer: String
    package let code: Code
    /// What is wrong and what to do, in plain words. Never contains the value itself.
    package let message: String

    package init(_ code: Code, at pointer: String, _ message: String) {
        self.pointer = pointer
        self.code = code
        self.message = message
    }

    /// Few and fixed, so that each can be a metric label and quarantine can be grouped by it.
    package enum Code: String, CaseIterable, Sendable {
        /// Not JSON, not a form, wrong encoding: nothing could be read.
        case unreadable
        /// The document is not an object.
        case notAnObject = "not_an_object"
        case missing
        case wrongType = "wrong_type"
        case empty
        case tooLong = "too_long"
        case malformed
        case outOfRange = "out_of_range"
        case unknownValue = "unknown_value"
        case inFuture = "in_future"
        case tooOld = "too_old"
        /// A name appears twice in one object (RFC 8259 section 4: behaviour would be unpredictable).
        case repeated
        /// A template that nobody filled in, or a program's word for nothing.
        case placeholder
        /// An address of a private network or of the machine itself.
        case notPublic = "not_public"
        /// Another person's or deal's event had this id before.
        case idReused = "id_reused"
        /// Validation stopped the process three times.
        case crashed
        /// It looks like junk, and its source wants somebody to decide.
        case junk
        /// A person put it here.
        case manual
    }
}
