/// Nanoseconds between two times. Times are marked while a sample is being taken, so one can lie a little ahead of it.
func elapsed(from then: UInt64, to now: UInt64) -> UInt64 { now > then ? now - then : 0 }
