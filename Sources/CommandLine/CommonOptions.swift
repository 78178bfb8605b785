/// Options and notes that mean the same in several commands.
enum CommonOptions {
    static let now = Usage.Option(
        name: "now", value: "RFC3339", help: "stands for the time of receipt; default: the clock")
    static let to = Usage.Option(name: "to", value: "TIME", help: "leads received before; default: now")
    static let client = Usage.Option(name: "client", value: "NAME", help: "only leads of this client")
    static let group = Usage.Option(name: "group", value: "NAME", help: "only leads of this campaign group")

    static let showsPersonalData = "Prints personal data as long as it is kept."
}
