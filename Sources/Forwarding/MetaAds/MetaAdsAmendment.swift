import Domain

extension MetaAds {
    /// The event without the id that was refused, if it has it and can still be recognised without.
    package func amended(_ fragment: Fragment, _ amendment: Amendment) -> Fragment? {
        guard case .object(var event)? = try? JSON(parsing: fragment.bytes),
            let place = event.firstIndex(where: { $0.name == "user_data" }),
            case .object(var user) = event[place].value
        else { return nil }
        let name = amendment.rawValue
        guard user.contains(where: { $0.name == name }) else { return nil }
        user.removeAll { $0.name == name }
        guard user.contains(where: { Self.identifies.contains($0.name) }) else { return nil }
        event[place].value = .object(user)
        var result = fragment
        result.bytes = JSON.object(event).bytes
        return result
    }

    /// Each of them is enough to recognise a person by.
    private static let identifies: Set<String> = [
        "em", "ph", "external_id", "lead_id", "fbc", "fbp", "client_ip_address",
    ]
}
