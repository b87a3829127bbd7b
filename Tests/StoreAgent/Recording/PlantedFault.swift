/// A fault of a store, for the checker of recorded histories to find.
enum PlantedFault: String, CaseIterable, Sendable {
  /// `get` now and then answers what this process knew last.
  case staleGet
  /// `increment` is a get and a put.
  case splitIncrement
  /// `remove` says yes whether the key was there or not.
  case blindRemove
  /// A snapshot gets key by key.
  case tornSnapshot
  /// A section takes the mutex for each step anew.
  case splitSection
  /// A transaction is its operations, one by one.
  case splitTransaction
  /// A transaction that is rolled back is made all the same.
  case deafRollBack
}
