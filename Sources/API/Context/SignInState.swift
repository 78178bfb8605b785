package import Crypto
package import Domain
package import Service

/// What signing in needs to remember while the process lives.
package final class SignInState: Sendable {
    /// How new passwords are hashed; tests are in a hurry.
    package let hashing = Locked(PasswordHash.Parameters.usual)
    /// Who may wait for a password to be looked at.
    package let gate = Locked(SignInGate())
    private let dummy = Locked<PasswordHash?>(nil)

    /// Nobody's password, to be compared with when there is no user: made when it is first needed.
    package var dummyHash: PasswordHash {
        let parameters = hashing.withLock { $0 }
        return dummy.withLock { dummy in
            let hash = dummy ?? PasswordHash(of: Base64.url.encode(randomBytes(16)), parameters)
            dummy = hash
            return hash
        }
    }
}
