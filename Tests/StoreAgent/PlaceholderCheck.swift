// Goes when the library lands.
struct SegmentCheck { static func run(_ name: String) throws -> [Int] { [] } }
