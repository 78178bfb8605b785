/// One place that leads are forwarded to, as configured: a platform with an account. Each is a lane of its own.
package struct Destination: Sendable, Equatable {
    package var name: String
    package var platform: Platform
    /// Only leads of this client, of these groups, of these sources; empty: of all.
    package var client: String?
    package var groups: [String] = []
    package var sources: [String] = []
    package var consent = ConsentPolicy()
    /// What the lead is worth, by the event's name; `*` for all others.
    package var values: [String: ValueRule] = [:]
    /// What a lead must have; empty: anything that the platform can recognise it by.
    package var required: Set<Identifier> = []
    package var pace = Pace()
    /// What it is told about the visitor's device.
    package var visitor = Visitor()
    /// How it is reached.
    package var network = Network()

    package init(name: String, platform: Platform) {
        self.name = name
        self.platform = platform
        consent = platform.usualConsent
    }

    package enum Platform: Sendable, Equatable {
        case googleAds(GoogleAds)
        case metaAds(MetaAds)
        case webhook(Webhook)

        /// The platform's name in configuration, logs and metrics.
        package var name: String {
            switch self {
            case .googleAds: "google_ads"
            case .metaAds: "meta_ads"
            case .webhook: "webhook"
            }
        }

        /// What consent means where the configuration does not say. It is asked about advertising: a customer's own
        /// system gets every lead, with what the person said about it.
        package var usualConsent: ConsentPolicy {
            var policy = ConsentPolicy()
            switch self {
            case .googleAds, .metaAds: break
            case .webhook: policy.denied = .send
            }
            return policy
        }
    }

    /// What a lead can be recognised by.
    package enum Identifier: String, Sendable, CaseIterable {
        /// The platform's own: gclid, gbraid, wbraid; fbclid or fbc, or the id of a lead from Meta's forms.
        case clickID = "click_id"
        case email
        case phone
    }

    /// What consent means for this destination.
    package struct ConsentPolicy: Sendable, Equatable {
        package var granted: Action = .send
        package var denied: Action = .skip
        package var unspecified: Action = .send
        package init() {}
        package enum Action: String, Sendable, CaseIterable {
            case send
            /// Without e-mail, phone, name and address; click ids stay.
            case sendWithoutIdentifiers = "send_without_identifiers"
            case skip
        }
    }

    /// What of the visitor's device an ad platform is told. Some may not have it: Google says that it does not match by
    /// IP address in the EEA, the United Kingdom and Switzerland, and asks to leave it out there.
    package struct Visitor: Sendable, Equatable {
        package var ip = true
        /// Without it no event is a website's to Meta.
        package var userAgent = true
        package init() {}
    }

    /// A way to the platform that is not the usual one. Certificates are PEM (RFC 7468).
    package struct Network: Sendable, Equatable {
        /// Every request goes through it, also those for access tokens.
        package var proxy: Proxy?
        /// Certificates to trust instead of the system's.
        package var authorities: String?
        /// Whom the platform knows us by, beside everything else.
        package var clientCertificate: ClientCertificate?
        package init() {}

        package struct Proxy: Sendable, Equatable {
            /// `http://proxy:3128`, without a login.
            package var url: String
            package var user: String?
            package var password: Secret?
            package init(url: String, user: String? = nil, password: Secret? = nil) {
                self.url = url
                self.user = user
                self.password = password
            }
        }

        package struct ClientCertificate: Sendable, Equatable {
            package var certificates: String
            package var key: Secret
            package init(certificates: String, key: Secret) {
                self.certificates = certificates
                self.key = key
            }
        }

        /// For a server that is not the platform itself, which must not see who we are to the platform.
        package var withoutClientCertificate: Network {
            var network = self
            network.clientCertificate = nil
            return network
        }
    }

    /// How fast the lane may go.
    package struct Pace: Sendable, Equatable {
        /// Requests under way at once.
        package var concurrency = 4
        /// Events a second; `nil` for no limit.
        package var eventsPerSecond: Double?
        /// Events in one request, at most the platform's own limit; `nil`: what is usual there.
        package var batch: Int?
        /// How long the first event of a batch may wait for company.
        package var linger: Duration = .milliseconds(20)
        package var connectTimeout: Duration = .seconds(10)
        package var totalTimeout: Duration = .seconds(60)
        package init() {}
    }

    package struct GoogleAds: Sendable, Equatable {
        /// Digits only.
        package var account: String
        /// The manager account, if the credential is a user of it only.
        package var loginAccount: String?
        /// Numeric id of the conversion action for each event name; `*` for all others.
        package var conversionActions: [String: String]
        /// How old a click must be before Google can match it: a lead with a younger one waits. Zero for a sandbox.
        package var clickAge: Duration = .hours(6)
        /// How long after sending Google is first asked what became of a request. Seconds for a sandbox.
        package var confirmAfter: Duration = .minutes(30)
        /// Which of the sender's own fields (`custom`) fills which custom variable of the account: its name, for an
        /// upload the number of its resource.
        package var customVariables: [String: String] = [:]
        package var credential: Credential
        package let transport: Transport
        package var endpoint: String
        package init(
            account: String, conversionActions: [String: String], credential: Credential,
            transport: Transport = .dataManager
        ) {
            self.account = account
            self.conversionActions = conversionActions
            self.credential = credential
            self.transport = transport
            self.credential.scope = transport.scope
            endpoint = transport.endpoint
        }
    }

    /// What access tokens are asked for with (OAuth 2).
    package struct Credential: Sendable, Equatable {
        package var tokenEndpoint = "https://oauth2.googleapis.com/token"
        package var grant: Grant
        /// What the tokens are to be good for.
        package var scope = GoogleAds.Transport.dataManager.scope
        /// The Cloud project whose quota is used up, as the configuration names it; `nil`: the one that the grant
        /// belongs to.
        package var project: String?
        /// How many requests the project is good for.
        package var quota = ProjectQuota()
        /// How the token endpoint is reached.
        package var network = Network()

        package enum Grant: Sendable, Equatable {
            /// What a person granted to a client (RFC 6749 section 6).
            case refreshToken(clientID: String, clientSecret: Secret, refreshToken: Secret)
            /// An account of its own, which signs what it says (RFC 7523).
            case serviceAccount(ServiceAccount)
        }

        package init(clientID: String, clientSecret: Secret, refreshToken: Secret) {
            grant = .refreshToken(clientID: clientID, clientSecret: clientSecret, refreshToken: refreshToken)
        }

        package init(_ account: ServiceAccount) {
            tokenEndpoint = account.tokenURI
            grant = .serviceAccount(account)
        }

        /// Who asks, for the log: a client's id or a service account's address. Neither is secret.
        package var name: String {
            switch grant {
            case .refreshToken(let clientID, _, _): clientID
            case .serviceAccount(let account): account.email
            }
        }
    }

    /// The parts that matter of a service account's JSON key file.
    package struct ServiceAccount: Sendable, Equatable {
        /// `client_email`.
        package var email: String
        /// `private_key_id`.
        package var keyID: String
        /// `private_key`: PEM.
        package var privateKey: Secret
        /// `token_uri`: whom the assertions are made out to, also where they are sent unless the configuration says
        /// otherwise.
        package var tokenURI: String
        /// `project_id`: the Cloud project that the account lives in.
        package var projectID: String?

        package init(
            email: String, keyID: String, privateKey: Secret, tokenURI: String = "https://oauth2.googleapis.com/token",
            projectID: String? = nil
        ) {
            self.email = email
            self.keyID = keyID
            self.privateKey = privateKey
            self.tokenURI = tokenURI
            self.projectID = projectID
        }
    }

    package struct MetaAds: Sendable, Equatable {
        /// Digits only: the pixel's or dataset's id.
        package var pixel: String
        package var accessToken: Secret
        /// With it every request carries `appsecret_proof`.
        package var appSecret: Secret?
        /// Meta's event name for each of ours; `*` for all others. Nothing but a lead is a `Lead` unless somebody says
        /// so: a platform that is told of lost deals as leads optimises for them.
        package var eventNames: [String: String] = ["lead": "Lead"]
        package var testEvents: TestEvents?
        /// Which of the sender's own fields (`custom`) fills which property of `custom_data`.
        package var customData: [String: String] = [:]
        package var limitedDataUse: LimitedDataUse?
        /// The CRM's name, for the events of leads from Meta's own forms.
        package var crm = "LeadRelay"
        package var endpoint = "https://graph.facebook.com"
        package var version = GraphVersion.newest
        package init(pixel: String, accessToken: Secret) {
            self.pixel = pixel
            self.accessToken = accessToken
        }
    }
}

extension Destination.MetaAds {
    /// Shows events on Meta's page for tests, too. They count all the same, so there is an end to it.
    package struct TestEvents: Sendable, Equatable {
        package var code: String
        package var until: Instant
        package init(code: String, until: Instant) {
            self.code = code
            self.until = until
        }
    }

    /// Whom Meta is to treat by the rules of Limited Data Use, which some states of the USA ask for.
    package struct LimitedDataUse: Sendable, Equatable {
        package enum Whom: String, Sendable, CaseIterable {
            case everybody
            /// Everybody who has not agreed to personal advertising.
            case unlessGranted = "unless_granted"
        }
        package var whom: Whom
        /// Meta's numbers for country and state: 1 and 1000 are the USA and California. 0: Meta finds out by the
        /// address.
        package var country = 0
        package var state = 0
        package init(_ whom: Whom) { self.whom = whom }

        package func applies(to consent: LeadEvent.Consent) -> Bool {
            whom == .everybody || consent.adPersonalization != .granted
        }
    }
}

extension Destination {
    /// An endpoint of the customer's own that takes signed requests (Standard Webhooks).
    package struct Webhook: Sendable, Equatable {
        package var url: String
        /// `whsec_…`. Requests are signed with each, so that a secret can be changed without losing one.
        package var secrets: [Secret]
        /// Names of the events it is told of; empty: all.
        package var events: [String] = []
        /// It takes signed test messages, which are about nobody.
        package var takesPreflight = false
        package init(url: String, secrets: [Secret]) {
            self.url = url
            self.secrets = secrets
        }
    }
}

/// A value that must not be seen: it prints as `***`.
package struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible {
    package let value: String
    package init(_ value: String) { self.value = value }
    package var description: String { "***" }
    package var debugDescription: String { "***" }
}
