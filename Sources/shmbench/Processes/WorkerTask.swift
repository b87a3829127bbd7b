import Histogram

/// What a worker process is told to do.
enum WorkerTask: Codable {
  /// Each operation, one after the other, on a store of its own; answers with `CellTimes`.
  case cells(SubjectKind, Place, KeyPlan)
  /// Single calls and batches, on a store of its own; answers with `BatchTimes`.
  case batch(Place, KeyPlan)
  /// Makes a store and fills it; answers with `true`, and keeps it open.
  case fill(SubjectKind, Place, KeyPlan)
  /// Works on a store that is there, for a time; answers with `WorkDone`.
  case work(SubjectKind, Place, KeyPlan, Load)
  /// Takes the lock of this store and keeps it; answers with `true` once it has it.
  case hold(Place)

  var title: String {
    switch self {
    case .cells(let kind, _, let plan): "cells of \(kind.title), \(plan.entryCount) entries"
    case .batch(_, let plan): "batches, \(plan.entryCount) entries"
    case .fill(let kind, _, let plan): "filling of \(kind.title), \(plan.entryCount) entries"
    case .work(let kind, _, let plan, _): "work on \(kind.title), \(plan.entryCount) entries"
    case .hold: "holder"
    }
  }
}

/// What a worker does for a time.
struct Load: Codable {
  var seconds: Double
  /// The share of operations that read, 0 to 1; the others put.
  var readShare: Double
  /// The share of keys that are there, 0 to 1.
  var hitShare = 1.0
  /// How many different keys it asks for, at most: so that making them takes no longer than using them.
  var keyLimit = 1_000_000
  var seed: UInt64 = 1
  /// Each operation is timed by itself.
  var recordsLatencies = false
  /// Its operations are counted by parts of its time, this long: seconds.
  var sliceSeconds: Double?
  /// Works through a second handle in every other part of its time: one without a participant row, as those have that
  /// find the table of rows full.
  var alternatesUncounted = false
}

/// What a worker has done.
struct WorkDone: Codable {
  var operationCount: Int
  var nanoseconds: Double
  var latencies: Histogram<UInt64>?
  /// When it began, on the monotonic clock, and what it did in each part of its time, where that was asked for.
  var start: UInt64 = 0
  var slices: [Int] = []

  var perSecond: Double { Double(operationCount) / nanoseconds * 1e9 }
}

/// Nanoseconds an operation, by cell.
struct CellTimes: Codable {
  var times: [Cell: Double] = [:]
  /// Each get found what it had to, and each remove.
  var isRight = true
}

/// One operation of a store.
enum Cell: String, Codable, CaseIterable, CodingKeyRepresentable {
  case insert
  case hit = "get, hit"
  case miss = "get, miss"
  case update
  case remove
}

extension Histogram<UInt64> {
  /// For nanoseconds: 1 % exact, up to 100 seconds.
  static var ofLatencies: Histogram<UInt64> {
    Histogram<UInt64>(highestTrackableValue: 100_000_000_000, numberOfSignificantValueDigits: .two)
  }
}
