import Curl
import Domain

extension Destination {
    /// A request to the destination's own address, by its way and within its times.
    func transfer(
        _ method: String, _ url: String, fields: [(name: String, value: String)] = [], body: [UInt8]? = nil
    ) -> Transfer {
        var transfer = Transfer(method, url, fields: fields, body: body)
        transfer.connectTimeout = pace.connectTimeout
        transfer.totalTimeout = pace.totalTimeout
        transfer.network = TransferNetwork(network)
        return transfer
    }
}

extension TransferNetwork {
    init(_ network: Destination.Network) {
        self.init(
            proxy: network.proxy.map { Proxy(url: $0.url, user: $0.user, password: $0.password?.value) },
            authorities: network.authorities,
            clientCertificate: network.clientCertificate.map {
                ClientCertificate(certificates: $0.certificates, key: $0.key.value)
            })
    }
}
