/// Numbers as `increment` keeps them: decimal text of 64 bits with a sign.
enum DecimalNumber {
  /// The sum of what a key has, 0 where it is missing, and an amount.
  ///
  /// - Throws: `notANumber`, `overflow`.
  static func sum(
    of value: [UInt8]?, and amount: Int64, key: RawSpan
  ) throws(StoreError) -> Int64 {
    var old: Int64 = 0
    if let value {
      let text = String(decoding: value, as: UTF8.self)
      guard let number = Int64(text) else {
        throw .notANumber(key: key.printable, value: value.withRawSpan { $0.printable })
      }
      old = number
    }
    let (new, overflow) = old.addingReportingOverflow(amount)
    if overflow { throw .overflow(key: key.printable, value: old, by: amount) }
    return new
  }
}
