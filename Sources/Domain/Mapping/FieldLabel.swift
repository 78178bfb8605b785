/// What people call the fields of their forms, in the languages of most sites: exact meanings only, so that nothing is
/// guessed.
enum FieldLabel: Equatable {
    case place(JSONPointer)
    /// First and last name in one, unless the form has one of them in a field of its own: `Name` beside `Vorname` is
    /// the last name.
    case fullName

    init?(_ label: String) {
        if let known = Self.table[Self.normalized(label)] ?? Self.table[Self.normalized(Self.spaced(label))] {
            self = known
        } else if let place = Self.ownName(label) {
            self = .place(place)
        } else {
            return nil
        }
    }

    static let firstName = JSONPointer(["person", "first_name"])
    static let lastName = JSONPointer(["person", "last_name"])

    /// In lower case, signs as blanks: `Your E-Mail-Adresse (required) *` is `your e mail adresse`.
    static func normalized(_ label: String) -> String {
        var text = label.lowercased()
        // Elementor's, where a field has no label (elementor#27399).
        for prefix in ["no label ", "form_fields["] where text.hasPrefix(prefix) { text.removeFirst(prefix.count) }
        for mark in ["(required)", "(optional)", "(pflichtfeld)", "(obligatoire)", "(obligatorio)", "(optionnel)"] {
            if let range = text.firstRange(of: mark) { text.removeSubrange(range) }
        }
        let words = text.split { !($0.isLetter || $0.isNumber || $0 == "'" || $0 == "’") }
        return words.joined(separator: " ")
    }

    /// `phoneNumber` as `phone Number`.
    private static func spaced(_ label: String) -> String {
        var text = ""
        var wasLower = false
        for character in label {
            if wasLower, character.isUppercase { text.append(" ") }
            text.append(character)
            wasLower = character.isLowercase
        }
        return text
    }

    /// The contract's own names that no form uses for something else: click ids, campaigns, consent, `first_name`.
    private static func ownName(_ label: String) -> JSONPointer? {
        guard let place = FlatNames.place(of: label.trimmed.asciiLowercased), let first = place.names.first else {
            return nil
        }
        switch first {
        case "click", "consent", "person", "campaign_group", "campaign_id", "adset_id", "ad_id": return place
        case "custom": return place.names.last?.hasPrefix("utm_") == true ? place : nil
        case "page": return label.contains("_") ? place : nil
        default: return nil
        }
    }

    private static func person(_ name: String) -> FieldLabel { .place(JSONPointer(["person", name])) }

    private static let table: [String: FieldLabel] = {
        var table: [String: FieldLabel] = [:]
        for (meaning, labels) in labels {
            for label in labels { table[label] = meaning }
        }
        return table
    }()

    private static let labels: [(FieldLabel, [String])] = [
        (
            person("email"),
            [
                "email", "e mail", "mail", "your email", "your e mail", "email address", "e mail address",
                "your email address", "your e mail address", "user email", "work email", "business email",
                "e mail adresse", "email adresse", "emailadresse", "mailadresse", "ihre e mail", "ihre email",
                "ihre e mail adresse", "ihre email adresse", "deine e mail", "deine e mail adresse",
                "adresse e mail", "adresse email", "adresse mail", "courriel", "adresse courriel", "votre email",
                "votre e mail", "votre adresse e mail", "votre adresse email",
                "correo", "correo electrónico", "correo electronico", "tu correo", "tu correo electrónico", "tu email",
                "indirizzo email", "indirizzo e mail", "la tua email", "posta elettronica",
                "e mailadres", "emailadres", "uw e mailadres", "je e mailadres",
                "endereço de e mail", "endereço de email", "seu e mail", "seu email", "seu melhor email",
                "seu melhor e mail", "adres e mail", "adres email", "e postadress", "e post",
            ]
        ),
        (
            person("phone"),
            [
                "phone", "tel", "telephone", "phone number", "telephone number", "mobile", "mobile number",
                "mobile phone", "mobile phone number", "cell", "cell phone", "cell phone number", "your phone",
                "your tel", "your phone number", "your telephone", "work phone", "whatsapp", "whatsapp number",
                "contact number",
                "telefon", "telefonnummer", "telefonnr", "tel nr", "telefon nr", "rufnummer", "handy", "handynummer",
                "mobil", "mobilnummer", "mobiltelefon", "mobilfunknummer", "ihre telefonnummer", "ihr telefon",
                "deine telefonnummer",
                "téléphone", "telephone portable", "numéro de téléphone", "téléphone portable", "portable",
                "votre téléphone", "votre numéro de téléphone",
                "teléfono", "telefono", "móvil", "número de teléfono", "teléfono móvil", "tu teléfono",
                "numero di telefono", "cellulare", "numero di cellulare", "il tuo telefono",
                "telefoon", "telefoonnummer", "mobiel", "mobiel nummer", "uw telefoonnummer",
                "telefone", "número de telefone", "celular", "telemóvel", "seu telefone", "seu whatsapp",
                "numer telefonu", "nr telefonu", "telefonnr", "telefonnummer", "mobilnr",
            ]
        ),
        (
            person("first_name"),
            [
                "first name", "firstname", "fname", "given name", "your first name", "name first", "first", "forename",
                "vorname", "ihr vorname", "dein vorname", "prénom", "prenom", "votre prénom", "nombre de pila",
                "primer nombre", "voornaam", "uw voornaam", "primeiro nome", "imię", "imie", "förnamn", "fornavn",
            ]
        ),
        (
            person("last_name"),
            [
                "last name", "lastname", "lname", "surname", "family name", "your last name", "name last", "last",
                "nachname", "familienname", "zuname", "ihr nachname", "dein nachname", "nom de famille",
                "apellido", "apellidos", "cognome", "achternaam", "uw achternaam", "sobrenome", "apelido",
                "último nome", "nazwisko", "efternamn", "efternavn",
            ]
        ),
        (
            .fullName,
            [
                "name", "full name", "fullname", "your name", "your full name", "contact name", "first and last name",
                "ihr name", "dein name", "vor und nachname", "vorname und nachname", "vorname nachname",
                "vollständiger name", "nom", "votre nom", "nom complet", "nom et prénom", "prénom et nom", "nom prénom",
                "nombre", "tu nombre", "nombre completo", "nombre y apellidos", "nombre y apellido", "nome",
                "il tuo nome", "nome completo", "nome e cognome", "seu nome", "seu nome completo", "nome e sobrenome",
                "naam", "uw naam", "je naam", "volledige naam", "imię i nazwisko", "imie i nazwisko", "namn", "navn",
            ]
        ),
        (
            person("postal_code"),
            [
                "postal code", "postal zip code", "postcode", "post code", "zip", "zip code", "zipcode", "plz",
                "postleitzahl",
                "code postal", "código postal", "codigo postal", "cap", "cep", "kod pocztowy", "postnummer",
            ]
        ),
        (
            person("city"),
            [
                "city", "town", "your city", "ort", "stadt", "wohnort", "ville", "ciudad", "città", "citta", "plaats",
                "woonplaats", "cidade", "miasto", "stad",
            ]
        ),
        (
            person("region"),
            [
                "state", "region", "province", "state province region", "bundesland", "kanton", "région", "provincia",
            ]
        ),
        (person("country"), ["country", "land", "pays", "país", "paese", "kraj"]),
        (
            .place(JSONPointer(["page", "url"])),
            ["page url", "seiten url", "url de la page", "url de la página", "url della pagina", "landing page url"]
        ),
    ]
}
