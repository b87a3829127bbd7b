#if DEBUG
  import Glibc

  /// Faults that a test asks for with `SHMTOP_FAULT`, in a debug build alone: what the program never does by itself, so
  /// that its ways out can be tried.
  enum PlantedFault: String {
    case errorDrawing = "error-drawing"
    case errorSampling = "error-sampling"
    case segmentationFault = "segmentation-fault"
    case stackOverflow = "stack-overflow"
    case failedPrecondition = "failed-precondition"

    private static let wanted = getenv("SHMTOP_FAULT").flatMap { PlantedFault(rawValue: String(cString: $0)) }

    /// The error that an asked-for fault throws.
    struct Thrown: Error, CustomStringConvertible { let description = "a planted error" }

    /// Screens drawn, and samples taken, before the fault: something is on the screen by then.
    private static let patience = 3
    private nonisolated(unsafe) static var count = 0

    static func beforeDrawing() throws {
      count += 1
      guard count > patience else { return }
      switch wanted {
      case .errorDrawing: throw Thrown()
      case .segmentationFault:
        // No address of a process: that is what is asked for.
        UnsafeMutablePointer<UInt8>(bitPattern: 8)!.pointee = 1
      case .stackOverflow: _ = descend(1)
      case .failedPrecondition: preconditionFailure("a planted fault")
      case .errorSampling, nil: break
      }
    }

    static func beforeSampling() throws {
      if wanted == .errorSampling, count >= patience { throw Thrown() }
    }

    private static func descend(_ depth: Int) -> Int { depth == 0 ? 0 : 1 + descend(depth + 1) }
  }
#endif
