import Emitters

extension Excitation.Burst {
  /// Where a step of the train lies in its cycle; steps before the recording count down from −1.
  private func phase(_ step: Int64) -> Int64 {
    let cycle = Int64(outOf)
    return ((step % cycle) + cycle) % cycle
  }

  /// Whether the pulse of a step passes.
  func passes(_ step: Int64) -> Bool { phase(step) < Int64(pulses) }

  /// Whether the pulse of a step passes, and the first later step of the other kind.
  func stretch(at step: Int64) -> (isLit: Bool, end: Int64) {
    let phase = phase(step)
    return phase < Int64(pulses)
      ? (true, step - phase + Int64(pulses)) : (false, step - phase + Int64(outOf))
  }

  /// The step of the n-th pulse that passes, counted from step 0.
  func step(ofPassing n: Int64) -> Int64 {
    let per = Int64(pulses)
    let cycle = n >= 0 ? n / per : -((per - 1 - n) / per)
    return cycle * Int64(outOf) + (n - cycle * per)
  }

  /// How many pulses pass from step 0 up to, but not with, a step; negative for steps before 0.
  func passing(before step: Int64) -> Int64 {
    let cycle = (step - phase(step)) / Int64(outOf)
    return cycle * Int64(pulses) + min(phase(step), Int64(pulses))
  }
}
