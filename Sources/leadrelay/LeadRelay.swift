@main
struct LeadRelay {
    static func main() {}
}
