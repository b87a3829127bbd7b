/// What shmbench can measure, in the order of the page.
enum MeasurementName: String, CaseIterable {
  case cells
  case peers
  case batch
  case growth
  case memory
  case scale
  case latency
  case open
  case recovery
  case snapshot
  case watched

  var measurement: any Measurement {
    switch self {
    case .cells: Cells()
    case .peers: Peers()
    case .batch: Batch()
    case .growth: Growth()
    case .memory: Memory()
    case .scale: Scale()
    case .latency: WriteLatency()
    case .open: Open()
    case .recovery: RecoveryTime()
    case .snapshot: Snapshot()
    case .watched: Watched()
    }
  }
}

/// One thing that is measured.
protocol Measurement {
  /// Measures, and says what was found. What it makes in /dev/shm is of the run's names.
  func run(_ bench: Bench) throws -> Section
}
