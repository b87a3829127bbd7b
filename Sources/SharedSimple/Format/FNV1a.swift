/// The hash of what is to be recognised, not defended: FNV-1a of 64 bits (Fowler, Noll and Vo,
/// http://www.isthe.com/chongo/tech/comp/fnv/), a byte or a word at a time.
enum FNV1a {
  static func hash<Element: FixedWidthInteger & UnsignedInteger>(_ elements: some Sequence<Element>) -> UInt64
  {
    elements.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
  }
}
