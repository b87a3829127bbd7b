@main struct Shmtop { static func main() {} }
