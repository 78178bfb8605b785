import Domain

/// What is said about values of the configuration in more than one place.
enum Complaint {
    /// Names that are written into a form or a lead.
    static let longestName = 100

    /// About a name that is longer than `longestName`; `nil`: it is not.
    static func tooLong(_ text: String) -> String? {
        text.utf8.count > longestName ? ValueWording.longer(than: longestName) : nil
    }

    static func noChannel(_ name: String, among channels: [Channel]) -> String {
        "there is no channel \"\(name)\" under channels\(NearestName.hint(name, among: channels.map(\.name)))"
    }

    static func nobody(_ name: String, among contacts: [Contact]) -> String {
        "there is nobody \"\(name)\" under contacts\(NearestName.hint(name, among: contacts.map(\.name)))"
    }

    /// About a secret of Standard Webhooks.
    static let webhookSecret =
        "must be whsec_ and 24 to 64 bytes in base 64; make one: echo \"whsec_$(openssl rand -base64 32)\""
}
