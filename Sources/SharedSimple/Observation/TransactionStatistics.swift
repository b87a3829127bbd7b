/// What the segment remembers of transactions. Written under the mutex.
struct TransactionStatistics: Sendable {
  let segment: Segment

  init(_ segment: Segment) { self.segment = segment }

  func addCommitted(keys: UInt64, duration: UInt64) {
    let header = segment.header
    header.transactions = header.transactions &+ 1
    header.transactionKeys = header.transactionKeys &+ keys
    EventRing(segment).noteCommitted(keys: keys, duration: duration)
  }

  func addRolledBack() { segment.header.rolledBack = segment.header.rolledBack &+ 1 }

  var sample: TransactionSample {
    var sample = TransactionSample()
    sample.committed = segment.header.transactions
    sample.keys = segment.header.transactionKeys
    sample.rolledBack = segment.header.rolledBack
    return sample
  }
}
