package import Domain

extension MetaAds {
    package func amendment(for receipt: Receipt) -> Amendment? { MetaCode.amendments[receipt.code] }

    /// The event without the id that was refused, if it has it and can still be recognised without.
    package func amended(_ fragment: Fragment, _ amendment: Amendment) -> Fragment? {
        guard case .object(var event)? = try? JSON(parsing: fragment.bytes),
            let place = event.firstIndex(where: { $0.name == "user_data" }),
            case .object(var user) = event[place].value
        else { return nil }
        let name = amendment.rawValue
        guard user.contains(where: { $0.name == name }) else { return nil }
        user.removeAll { $0.name == name }
        guard Self.isRecognisable(by: Set(user.map(\.name))) else { return nil }
        event[place].value = .object(user)
        var result = fragment
        result.bytes = JSON.object(event).bytes.finished()
        return result
    }

    /// As `Destination.reasonToSkip` has it.
    private static func isRecognisable(by names: Set<String>) -> Bool {
        if !names.isDisjoint(with: ["em", "ph", "external_id", "lead_id", "fbc", "fbp"]) { return true }
        if names.isSuperset(of: ["client_ip_address", "client_user_agent"]) { return true }
        return names.isSuperset(of: ["fn", "ln", "country"]) && !names.isDisjoint(with: ["zp", "ct"])
    }
}
