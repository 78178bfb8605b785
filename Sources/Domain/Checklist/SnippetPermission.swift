/// What of our snippet the policies of a page forbid, in plain words: the script itself, its posts, and forms that post
/// to us.
///
/// A policy in the page counts only for what comes after it, and only in the head (Content Security Policy Level 3,
/// section 3.3).
package struct SnippetPermission: Equatable, Sendable {
    /// The address of our script on the page, as it stands there, and its nonce.
    package struct Script: Equatable, Sendable {
        package var address: String
        package var nonce: String?
        /// How many policies of the page stand before it.
        package var policiesBefore: Int
    }

    package var scripts: [Script] = []
    /// Where forms post to that are ours.
    package var forms: [String] = []
    /// Policies in the page, in their order.
    package var policies: [String] = []

    package init() {}

    /// Each once; empty if all is allowed. `header`: the field Content-Security-Policy, `page`: the address of the
    /// page.
    package func complaints(header: String?, page: String) -> [String] {
        let fixed = header.map(ContentPolicy.policies) ?? []
        let own = policies.map { ContentPolicy(ofMeta: $0) }
        var found: [String] = []
        func check(
            _ use: ContentPolicy.Use, _ address: String, _ policies: some Sequence<ContentPolicy>,
            _ words: String
        ) {
            guard let absolute = WebAddress.resolve(address, against: page) else { return }
            let site = WebAddress.site(of: absolute)
            for policy in policies {
                guard let directive = policy.forbids(use, of: absolute, on: page) else { continue }
                let complaint = "\(directive) \(words) \(site)"
                if !found.contains(complaint) { found.append(complaint) }
                return
            }
        }
        for script in scripts {
            check(
                .script(nonce: script.nonce), script.address, fixed + own.prefix(script.policiesBefore),
                "forbids to load the script from")
            // It posts to an address beside its own.
            let posts = script.address.prefix { !"?#".contains($0) }.lastIndex(of: "/").map {
                String(script.address[...$0]) + "leads/"
            }
            check(.connection, posts ?? "leads/", fixed + own, "forbids the script to post to")
        }
        for form in forms { check(.form, form, fixed + own, "forbids the form to post to") }
        return found
    }
}
