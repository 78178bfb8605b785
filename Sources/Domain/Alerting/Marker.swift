/// Something that happened beside the alerts and may explain them: shown in every timeline that it falls into.
package struct Marker: Equatable, Sendable {
    package var id: Int64
    package var at: Instant
    package var kind: Kind
    package var text: String
    /// Who said so; empty for the machine.
    package var by: String

    package init(id: Int64 = 0, at: Instant, _ kind: Kind, _ text: String, by: String = "") {
        self.id = id
        self.at = at
        self.kind = kind
        self.text = text
        self.by = by
    }

    package enum Kind: String, CaseIterable, Sendable {
        /// A version of something was put into service, ours or a client's page.
        case deploy
        /// The relay's configuration changed.
        case configuration
        /// The relay started; the text names its version.
        case started
        /// The relay did not run from when to when.
        case downtime
        case note
    }
}
