/// What becomes of a request that another service makes; whoever serves HTTP makes a response of it.
package enum HookAnswer: Equatable, Sendable {
    /// There is nothing more to say.
    case taken
    /// It takes POST only.
    case wrongMethod
    /// There is nothing here, and why.
    case unknown(String)
    /// It is not from whom it should be.
    case refused(String)
    /// It is to come again in a moment.
    case overloaded(String)
}
