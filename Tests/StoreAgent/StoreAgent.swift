@main struct StoreAgent { static func main() {} }
