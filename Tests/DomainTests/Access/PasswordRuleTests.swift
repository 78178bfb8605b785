import Domain
import Testing

@Suite struct `A password` {
    static let common = [
        "123456789012", "password1234", "qwertyuiop12", "P@ssw0rd2026!", "Passwort123456", "aaaaabbbbbccccc",
        "abcdefghijkl",
        "Willkommen2026", "qwertzuiopasdf", "1qaz2wsx3edc", "passwordpassword", "Summer2024!!!!", "iloveyou12345",
        "210987654321",
        "adminadmin123", "LeadRelay2026!", "1q2w3e4r5t6y", "q1w2e3r4t5z6", "7ujm6yhn5tgb", "a1b2c3d4e5f6",
    ]

    @Test(arguments: common)
    func `that others have, too, is refused`(_ password: String) {
        #expect(UserRules.passwordComplaint(password, name: "eva") != nil)
    }

    static let good = [
        "a long enough passphrase", "five six seven eight", "correct horse battery staple", "tq9 Vz!mL0pw",
        "wrong but long",
        "vier Wörter ohne Sinn", "7319 0462 8815", "ночь улица фонарь",
    ]

    @Test(arguments: good)
    func `that is worth guessing is taken`(_ password: String) {
        #expect(UserRules.passwordComplaint(password, name: "eva") == nil)
    }

    @Test(arguments: ["short", "aaaaaaaaaaaa", "eva1 is my name", String(repeating: "ab cd ", count: 50)])
    func `has a length, a variety and nothing of its owner`(_ password: String) {
        #expect(UserRules.passwordComplaint(password, name: "eva1") != nil)
    }
}
