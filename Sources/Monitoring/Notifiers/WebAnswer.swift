import Curl
import Domain

extension NoticeReading {
    static func redirected(_ reason: String) -> NoticeReading {
        .broken(reason: "\(reason): redirects are not followed, configure the new address")
    }

    /// What a platform says whose statuses mean what HTTP says they mean; `voice` is its name. `taken` decides about a
    /// 2xx.
    static func plainly(
        _ answer: CallAnswer, _ voice: String, taken: (Answer) -> NoticeReading = { _ in .done("") }
    ) -> NoticeReading {
        guard case .transfer(let result) = answer else { preconditionFailure("\(voice) answers requests") }
        switch result {
        case .failure(let error): return NoticeReading(error)
        case .success(let answer):
            let words = answer.json?["message"]?.string ?? answer.json?["error"]?["message"]?.string ?? ""
            let reason = "\(voice) says \(answer.status)" + (words.isEmpty ? "" : " \(plain(words))")
            switch answer.status {
            case 200..<300: return taken(answer)
            case 400, 413, 422: return .refused(reason: reason)
            case 401, 403, 404, 405, 407, 410: return .broken(reason: reason)
            case 300..<400: return .redirected(reason)
            default: return NoticeReading(status: answer)
            }
        }
    }
}

extension Transfer {
    /// Without the values of these fields.
    func masking(_ names: String...) -> Transfer {
        var transfer = self
        transfer.fields = fields.map { names.contains($0.name) ? ($0.name, "***") : $0 }
        return transfer
    }
}
