/// What stands where there is nothing to show, on more than one page.
enum EmptyWords {
    static let noDestination = "No destination is configured."
    static let noSource = "No source is configured."
}
