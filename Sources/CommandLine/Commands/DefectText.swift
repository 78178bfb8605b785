import API

enum DefectText {
    static func line(_ defect: DefectDocument) -> String {
        "\(defect.pointer.isEmpty ? "/" : defect.pointer) \(defect.code): \(defect.message)"
    }
}
