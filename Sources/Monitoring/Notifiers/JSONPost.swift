import Curl
import Domain

extension Transfer {
    /// A post of JSON, as most tools take their messages. `fields` are those beside its media type.
    init(posting json: JSON, to url: String, fields: [(name: String, value: String)] = []) {
        self.init("POST", url, fields: [(name: "Content-Type", value: "application/json")] + fields, body: json.bytes)
    }
}
