/// Domains of e-mail addresses that are thrown away after use.
package struct ThrowAwayDomains: Sendable, Equatable {
    package let names: Set<String>

    package init(_ names: Set<String>) { self.names = names }

    /// A list in a file: one domain a line in any case; what follows `#` is a remark. `nil` if a line is no domain.
    package init?(list: String) {
        var names: Set<String> = []
        for line in list.split(whereSeparator: \.isNewline) {
            let name = String(line.prefix { $0 != "#" }).trimmed.asciiLowercased
            if name.isEmpty { continue }
            guard name.utf8.count <= 253, name.utf8.contains(UInt8(ascii: ".")),
                name.utf8.allSatisfy({ $0 > 0x20 && $0 != UInt8(ascii: "@") })
            else { return nil }
            names.insert(name)
        }
        self.names = names
    }

    /// Also of a host below one of the domains.
    package func contains(domainOf email: String) -> Bool {
        guard let at = email.utf8.lastIndex(of: UInt8(ascii: "@")) else { return false }
        var domain = String(email[email.utf8.index(after: at)...]).asciiLowercased[...]
        while true {
            if names.contains(String(domain)) { return true }
            guard let dot = domain.utf8.firstIndex(of: UInt8(ascii: ".")) else { return false }
            domain = domain[domain.utf8.index(after: dot)...]
        }
    }

    /// The best known ones of the list `disposable_email_blocklist.conf` of github.com/disposable-email-domains (CC0
    /// 1.0, version 0025825 of the file). That list has thousands; whoever wants them names a file.
    package static let builtIn = ThrowAwayDomains([
        "0-mail.com", "0815.ru", "0clickemail.com", "10mail.org", "10minutemail.co.uk", "10minutemail.com",
        "10minutemail.de", "10minutemail.net", "10minutesmail.com", "12minutemail.com", "1secmail.com",
        "1secmail.net", "1secmail.org", "20mail.eu", "20minutemail.com", "24hourmail.com", "30minutemail.com",
        "4warding.com", "5minutemail.net", "60minutemail.com", "abusemail.de", "anonbox.net", "anonymbox.com",
        "antispam.de", "armyspy.com", "besttempmail.com", "binkmail.com", "bobmail.info", "boun.cr", "bouncr.com",
        "bugmenot.com", "burnthespam.info", "burstmail.info", "byom.de", "chacuo.net", "courrieltemporaire.com",
        "cuvox.de", "dayrep.com", "deadaddress.com", "despam.it", "discard.email", "discardmail.com",
        "discardmail.de", "dispomail.eu", "disposableaddress.com", "disposableemailaddresses.com",
        "disposableinbox.com", "disposemail.com", "dispostable.com", "dodgeit.com", "dodgit.com", "dontsendmespam.de",
        "dropmail.me", "dumpmail.de", "dumpyemail.com", "e4ward.com", "easytrashmail.com", "einmalmail.de",
        "einrot.com", "eintagsmail.de", "email-fake.com", "email-jetable.fr", "email-temp.com", "email60.com",
        "emailfake.com", "emailondeck.com", "emailtemporanea.com", "emailtemporario.com.br", "emltmp.com",
        "ephemail.net", "fakeinbox.com", "fakemail.fr", "fakemailgenerator.com", "filzmail.com", "forgetmail.com",
        "freemail.ms", "garbagemail.org", "getairmail.com", "getnada.com", "gishpuppy.com", "grr.la",
        "guerillamail.com", "guerrillamail.biz", "guerrillamail.com", "guerrillamail.de", "guerrillamail.info",
        "guerrillamail.net", "guerrillamail.org", "guerrillamailblock.com", "gustr.com", "haltospam.com",
        "harakirimail.com", "hatespam.org", "hidemail.de", "hmamail.com", "ieatspam.eu", "ieatspam.info", "imgof.com",
        "inboxalias.com", "inboxbear.com", "inboxkitten.com", "incognitomail.com", "incognitomail.org", "jetable.com",
        "jetable.net", "jetable.org", "jourrapide.com", "junk1e.com", "kasmail.com", "killmail.com", "killmail.net",
        "klassmaster.com", "kurzepost.de", "linshiyouxiang.net", "mail-temporaire.com", "mail-temporaire.fr",
        "mail4trash.com", "mailcatch.com", "maildrop.cc", "maileater.com", "mailexpire.com", "mailforspam.com",
        "mailinator.com", "mailinator.net", "mailinator.org", "mailinator2.com", "mailmetrash.com", "mailmoat.com",
        "mailnesia.com", "mailnull.com", "mailpoof.com", "mailsac.com", "mailshell.com", "mailtemporaire.com",
        "mailtemporaire.fr", "mailtrash.net", "mailzilla.com", "quickinbox.com", "receiveee.com", "regbypass.com",
        "rejectmail.com", "rhyta.com", "safersignup.de", "schrott-email.de", "secretemail.de",
        "selfdestructingmail.com", "sharklasers.com", "shieldemail.com", "shitmail.me", "shitmail.org",
        "smellfear.com", "sofort-mail.de", "sogetthis.com", "spam.la", "spam4.me", "spamail.de", "spamavert.com",
        "spambob.com", "spambog.com", "spambog.de", "spambox.us", "spamcero.com", "spamday.com", "spamex.com",
        "spamfree24.com", "spamfree24.org", "spamgoes.in", "spamhole.com", "spamify.com", "spaml.com",
        "spammotel.com", "spamobox.com", "spamspot.com", "spamthis.co.uk", "spoofmail.de", "superrito.com",
        "teleworm.us", "temp-mail.com", "temp-mail.de", "temp-mail.org", "temp-mail.ru", "tempail.com",
        "tempemail.com", "tempemail.net", "tempinbox.com", "tempmail.de", "tempmail.eu", "tempmail.it",
        "tempmailer.com", "tempmailo.com", "tempomail.fr", "temporaryemail.net", "temporaryinbox.com", "tempr.email",
        "tempymail.com", "thankyou2010.com", "thisisnotmyrealemail.com", "throwawayemailaddress.com",
        "throwawaymail.com", "tmail.ws", "tmailinator.com", "tmpmail.net", "tmpmail.org", "tradermail.info",
        "trash-mail.at", "trash-mail.com", "trash-mail.de", "trashdevil.com", "trashemail.de", "trashmail.at",
        "trashmail.com", "trashmail.de", "trashmail.io", "trashmail.me", "trashmail.net", "trashmail.org",
        "trashmail.ws", "trashymail.com", "trbvm.com", "trickmail.net", "walkmail.net", "weg-werf-email.de",
        "wegwerf-email.at", "wegwerf-email.de", "wegwerf-email.net", "wegwerfadresse.de", "wegwerfemail.com",
        "wegwerfemail.de", "wegwerfmail.de", "wegwerfmail.info", "wegwerfmail.net", "wegwerfmail.org", "whyspam.me",
        "willselfdestruct.com", "yopmail.com", "yopmail.fr", "yopmail.net",
    ])
}
