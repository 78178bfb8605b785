/// What a destination is told about what a lead is worth.
package enum ValueRule: Sendable, Equatable {
    /// As the sender wrote it, if it did.
    case asSent
    /// The same for every lead, whatever the sender wrote.
    case fixed(LeadEvent.Decimal, currency: String)
    /// What the sender wrote, times a factor: a margin, or the chance that a lead becomes a sale.
    case times(Double)
    case leftOut
}

extension Destination {
    /// What the lead is worth to this destination: a JSON number and a currency of three letters, or nothing. A value
    /// that no platform can do anything with (endless, negative, without currency) is left out.
    package func money(for event: LeadEvent) -> (value: String, currency: String)? {
        switch values[event.event] ?? values["*"] ?? .asSent {
        case .leftOut: return nil
        case .fixed(let value, let currency): return (value.text, currency)
        case .asSent: return event.money
        case .times(let factor):
            guard let money = event.money, let number = Double(money.value) else { return nil }
            return LeadEvent.Decimal(rounding: number * factor).map { ($0.text, money.currency) }
        }
    }
}

extension LeadEvent {
    fileprivate var money: (value: String, currency: String)? {
        guard let value, let number = Double(value.text), number.isFinite, number >= 0, let currency,
            currency.utf8.count == 3, currency.utf8.allSatisfy({ $0 &- 0x41 < 26 })
        else { return nil }
        return (value.text, currency)
    }
}

extension LeadEvent.Decimal {
    /// With at most four digits after the point, which is more than any currency has. `nil` if it is too large for
    /// that.
    package init?(rounding number: Double) {
        guard number.isFinite, abs(number) < 1e13 else { return nil }
        let units = Int64((number * 10_000).rounded())
        let (whole, rest) = (abs(units) / 10_000, abs(units) % 10_000)
        var digits = String(10_000 + rest).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        self.init(text: (units < 0 ? "-" : "") + "\(whole)" + (digits.isEmpty ? "" : ".\(digits)"))
    }
}
