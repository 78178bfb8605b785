/// What Google takes as a postal address: all four parts, or nothing.
package struct GoogleAddress: Equatable, Sendable {
    package let givenName: NormalizedText
    package let familyName: NormalizedText
    package let region: String
    package let postalCode: String

    package init?(_ person: LeadEvent.Person) {
        guard let given = person.firstName.flatMap(GoogleFields.name),
            let family = person.lastName.flatMap(GoogleFields.name),
            let region = person.country.flatMap(GoogleFields.region),
            let postalCode = person.postalCode.flatMap(GoogleFields.postalCode)
        else { return nil }
        givenName = given
        familyName = family
        self.region = region
        self.postalCode = postalCode
    }
}
