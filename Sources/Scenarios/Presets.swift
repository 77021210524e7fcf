/// The device library: preset files that are part of the program.
public enum Presets {
  /// File name parts (kind, name) and text of every preset.
  private static let all: [(kind: String, name: String, text: String)] = [
    ("detector", "hybrid-pmt", text(PackageResources.detector_hybrid_pmt_yaml)),
    ("detector", "snspd", text(PackageResources.detector_snspd_yaml)),
    ("detector", "spcm-aqr-14", text(PackageResources.detector_spcm_aqr_14_yaml)),
    ("detector", "spcm-aqrh-10", text(PackageResources.detector_spcm_aqrh_10_yaml)),
    ("detector", "spcm-aqrh-11", text(PackageResources.detector_spcm_aqrh_11_yaml)),
    ("detector", "spcm-aqrh-12", text(PackageResources.detector_spcm_aqrh_12_yaml)),
    ("detector", "spcm-aqrh-13", text(PackageResources.detector_spcm_aqrh_13_yaml)),
    ("detector", "spcm-aqrh-14", text(PackageResources.detector_spcm_aqrh_14_yaml)),
    ("detector", "spcm-aqrh-15", text(PackageResources.detector_spcm_aqrh_15_yaml)),
    ("detector", "spcm-aqrh-16", text(PackageResources.detector_spcm_aqrh_16_yaml)),
    ("electronics", "hydraharp-400", text(PackageResources.electronics_hydraharp_400_yaml)),
    ("electronics", "multiharp-150-n", text(PackageResources.electronics_multiharp_150_n_yaml)),
    ("electronics", "multiharp-150-p", text(PackageResources.electronics_multiharp_150_p_yaml)),
    ("electronics", "picoharp-300", text(PackageResources.electronics_picoharp_300_yaml)),
    ("electronics", "timeharp-260-nano", text(PackageResources.electronics_timeharp_260_nano_yaml)),
    ("electronics", "timeharp-260-pico", text(PackageResources.electronics_timeharp_260_pico_yaml)),
    ("emitter", "cdse-cds-giant-shell", text(PackageResources.emitter_cdse_cds_giant_shell_yaml)),
    ("emitter", "dbt-anthracene", text(PackageResources.emitter_dbt_anthracene_yaml)),
    ("emitter", "gev-nanodiamond", text(PackageResources.emitter_gev_nanodiamond_yaml)),
    ("emitter", "hbn-defect", text(PackageResources.emitter_hbn_defect_yaml)),
    ("emitter", "ingaas-dot", text(PackageResources.emitter_ingaas_dot_yaml)),
    ("emitter", "nc-cdse-cds", text(PackageResources.emitter_nc_cdse_cds_yaml)),
    ("emitter", "nv-nanodiamond", text(PackageResources.emitter_nv_nanodiamond_yaml)),
    ("emitter", "siv-nanodiamond", text(PackageResources.emitter_siv_nanodiamond_yaml)),
    ("spectrometer", "isoplan-160-proem-1600", text(PackageResources.spectrometer_isoplan_160_proem_1600_yaml)),
  ]

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  /// Kind and name of every preset, by kind.
  public static var catalogue: [(kind: String, name: String)] { all.map { ($0.kind, $0.name) } }

  /// The YAML text of the preset of that name, or `nil`.
  public static func text(named name: String) -> String? { all.first { $0.name == name }?.text }

  /// For the scenario reader.
  static let library = PresetLibrary(
    text: { kind, name in all.first { $0.kind == kind && $0.name == name }?.text },
    names: { kind in all.filter { $0.kind == kind }.map(\.name) })
}
