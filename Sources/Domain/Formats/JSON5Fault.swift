extension JSON5 {
    /// Why a text is not JSON5, and where.
    package struct Fault: Error, Equatable {
        package let reason: Reason
        package let place: Place

        package init(_ reason: Reason, at place: Place) {
            self.reason = reason
            self.place = place
        }
    }
}

extension JSON5.Fault {
    package enum Reason: Sendable, Equatable {
        /// Nothing but blanks and comments.
        case empty
        /// Between two members or elements; the place is where it belongs.
        case missingComma
        case extraComma
        /// The place is where it belongs.
        case missingColon
        case missingValue
        case missingName
        case equalsSign
        case semicolon
        /// A name such as `acme-crm`, as it was written.
        case nameNeedsQuotes(String)
        case valueNeedsQuotes
        /// `True`, `None` and the like, and what to write instead.
        case literal(String)
        case badNumber
        case numberTooLarge
        /// The place is where the text begins.
        case unclosedText
        /// Something follows a text at once, as after a quotation mark inside it.
        case markInsideText
        /// The place is where the comment begins.
        case unclosedComment
        case hashComment
        /// The place is the end. `suspect`: the first bracket that is closed by one that stands on its own line further
        /// left or right than the line that opened it.
        case unclosed(Bracket, opened: JSON5.Place, suspect: JSON5.Place?)
        /// A bracket of the one kind where the other kind is open.
        case mismatched(Bracket, opened: JSON5.Place)
        case surplusBracket
        case trailingText
        case badEscape
        /// One half of a surrogate pair without the other.
        case halfCharacter
        case curlyQuotes
        case controlCharacter(UInt32)
        case notUTF8
        case otherEncoding
        case unexpected(Character)
        case tooDeep
        case tooLarge
    }

    package enum Bracket: Sendable, Equatable {
        case brace, square

        var opening: String { self == .brace ? "{" : "[" }
        var closing: String { self == .brace ? "}" : "]" }
    }

    /// What is wrong and what to write instead. Repeats nothing of a value, since that may have been meant for a
    /// secret.
    package var sentence: String {
        switch reason {
        case .empty: "nothing stands here; write at least { }"
        case .missingComma: "a comma is missing here, before what follows"
        case .extraComma: "there is a comma too many; take it out"
        case .missingColon: "a colon is missing here, between a name and its value"
        case .missingValue: "a value is missing; write it here"
        case .missingName: "a name is missing; write NAME: VALUE"
        case .equalsSign: "write a colon between a name and its value, not an equals sign"
        case .semicolon: "write a comma, not a semicolon"
        case .nameNeedsQuotes(let name):
            """
            this name needs quotation marks, because it is not made of letters, digits, _ and $ alone: write \
            \"\(name)\"
            """
        case .valueNeedsQuotes: "put this text in quotation marks"
        case .literal(let word): "write \(word), in lower case"
        case .badNumber:
            """
            this is not a number; write for example 12, -0.5 or 1e6, and put a text such as \"10s\" or \
            \"127.0.0.1\" in quotation marks
            """
        case .numberTooLarge: "this number is too large"
        case .unclosedText: "this text has no closing quotation mark on its line; write one at its end"
        case .markInsideText:
            """
            the text ends here, but something follows; write a comma, or \\ before a quotation mark that belongs \
            to the text
            """
        case .unclosedComment: "this comment is never closed; write */ at its end"
        case .hashComment: "write // before a comment, not #"
        case .unclosed(let bracket, let opened, let suspect): unclosed(bracket, opened, suspect)
        case .mismatched(let bracket, let opened):
            "write \(bracket.closing) to close the \(bracket.opening) from \(opened.words)"
        case .surplusBracket: "this bracket closes nothing; take it out, or look for one too many before it"
        case .trailingText: "the file should end before this; take it out, or look for a bracket that closes too early"
        case .badEscape: "this is no escape of JSON5; write \\\\ for a backslash"
        case .halfCharacter: "this \\u escape is half a character; write the character itself"
        case .curlyQuotes: "write straight quotation marks, \""
        case .controlCharacter(let code): "a control character stands here (\(Self.code(code))); take it out"
        case .notUTF8: "this is not UTF-8; save the file as UTF-8"
        case .otherEncoding: "the file is UTF-16 or UTF-32; save it as UTF-8"
        case .unexpected(let character):
            "\(character) has no meaning here; take it out, or put the text in quotation marks"
        case .tooDeep: "brackets are nested more than \(JSON5.maximumDepth) deep"
        case .tooLarge: "the file is larger than \(JSON5.maximumSize >> 20) MiB"
        }
    }

    private func unclosed(_ bracket: Bracket, _ opened: JSON5.Place, _ suspect: JSON5.Place?) -> String {
        let start = "the file ends here, but the \(bracket.opening) from \(opened.words) is not closed; "
        guard let suspect, suspect != opened else { return start + "write \(bracket.closing)" }
        return start + "to judge by the indentation, a closing bracket is missing for the one from \(suspect.words)"
    }

    /// `U+0000`.
    private static func code(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

extension JSON5.Place {
    var words: String { "line \(line), column \(column)" }
}
