import Glibc
import Scenarios
import Simulation

/// `antibunch_setting` of the header.
typealias Setting = (
  path: UnsafePointer<CChar>?, value: UnsafePointer<CChar>?, label: UnsafePointer<CChar>?
)

/// `antibunch_simulate` of `antibunch.h`.
@_cdecl("antibunch_simulate")
public func simulate(
  text: UnsafePointer<CChar>, file: UnsafePointer<CChar>, settings: UnsafeRawPointer?, settingCount: Int32,
  seed: UInt64,
  engine: Int32, threads: Int32, truth: Int32, stop: UnsafePointer<Int32>?, code: UnsafeMutablePointer<Int32>,
  message: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> UnsafeMutableRawPointer? {
  do {
    let overrides = UnsafeBufferPointer(
      start: settings?.assumingMemoryBound(to: Setting.self), count: Int(settingCount)
    ).map { setting in
      Override(
        setting.path.map { String(cString: $0) } ?? "", setting.value.map { String(cString: $0) } ?? "",
        label: setting.label.map { String(cString: $0) })
    }
    let run = try SimulatedRun(
      String(cString: text), file: String(cString: file), overrides: overrides, seed: seed, engine: engine,
      threads: threads, truth: truth
    ) { stop.map { $0.pointee != 0 } ?? false }
    code.pointee = 0
    return Unmanaged.passRetained(run).toOpaque()
  } catch {
    let refusal = Refusal(error)
    code.pointee = refusal.code
    message.pointee = strdup(refusal.message)
    return nil
  }
}

/// `antibunch_column` of `antibunch.h`.
@_cdecl("antibunch_column")
public func column(
  run: UnsafeMutableRawPointer, name: UnsafePointer<CChar>, values: UnsafeMutablePointer<UnsafeRawPointer?>,
  count: UnsafeMutablePointer<Int64>, type: UnsafeMutablePointer<UnsafePointer<CChar>>
) -> UnsafeMutableRawPointer? {
  let run = Unmanaged<SimulatedRun>.fromOpaque(run).takeUnretainedValue()
  guard let column = run.columns[String(cString: name)] else { return nil }
  values.pointee = UnsafeRawPointer(column.address)
  count.pointee = Int64(column.count)
  type.pointee = UnsafeRawPointer(column.type.utf8Start).assumingMemoryBound(to: CChar.self)
  return Unmanaged.passRetained(column).toOpaque()
}

/// `antibunch_release` of `antibunch.h`.
@_cdecl("antibunch_release")
public func release(handle: UnsafeMutableRawPointer?) {
  guard let handle else { return }
  Unmanaged<AnyObject>.fromOpaque(handle).release()
}

/// `antibunch_release_text` of `antibunch.h`.
@_cdecl("antibunch_release_text")
public func releaseText(text: UnsafeMutablePointer<CChar>?) { free(text) }
