/// The official descriptions of Photon-HDF5's fields, which every node carries as its TITLE: phconvert's validator
/// compares them word for word.
///
/// Source: Photon-HDF5 0.5, `photon-hdf5_specs.json` of phconvert 0.10.2.
enum PhotonHDF5Titles {
  /// The title of the field at `path`.
  static func title(_ path: String) -> String {
    guard let title = titles[path] else { preconditionFailure("Photon-HDF5 has no field \(path)") }
    return title
  }

  /// The title of `split_ch1`, `split_ch2`, …: the channels behind a beam splitter. The spelling of the third is theirs.
  static func splitChannel(_ number: Int) -> String {
    let words = [
      "first", "second", "thrid", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    ]
    let nth: String
    if number <= words.count {
      nth = words[number - 1]
    } else {
      nth = "\(number)" + ([1: "st", 2: "nd", 3: "rd"][number % 10] ?? "")
    }
    return "Pixel IDs for the \(nth) channel split through a non-polarizing beam splitter."
  }

  private static let titles: [String: String] = [
    "/": "A file format for photon-counting detector based single-molecule spectroscopy experiments.",
    "/format_name": "Name of the file format.",
    "/format_version": "Version for the Photon-HDF5 format.",
    "/acquisition_duration": "Measurement duration in seconds.",
    "/description": "A user-defined comment describing the data file.",
    "/photon_data": "Group containing arrays of photon-data.",
    "/photon_data/timestamps":
      "Array of photon timestamps. Units specified in timestamps_units (defined in timestamps_specs/).",
    "/photon_data/detectors": "Array of pixel IDs for each timestamp.",
    "/photon_data/nanotimes":
      "TCSPC photon arrival time (nanotimes). Units and other specifications are in nanotimes_specs group.",
    "/photon_data/particles": "Particle IDs (integer) for each timestamp.",
    "/photon_data/timestamps_specs": "Specifications for timestamps.",
    "/photon_data/timestamps_specs/timestamps_unit": "Value of 1-unit timestamp-increment in seconds.",
    "/photon_data/nanotimes_specs": "Group for nanotime-specific data.",
    "/photon_data/nanotimes_specs/tcspc_unit": "Value of 1-unit nanotime-increment in seconds (TCSPC bin size).",
    "/photon_data/nanotimes_specs/tcspc_num_bins": "Number of TCSPC bins.",
    "/photon_data/nanotimes_specs/tcspc_range": "TCSPC full-scale range in seconds.",
    "/photon_data/measurement_specs": "Metadata necessary for interpretation of the particular type of measurement.",
    "/photon_data/measurement_specs/measurement_type": "Name of the measurement the data represents.",
    "/photon_data/measurement_specs/laser_repetition_rate":
      "Repetition rate of the pulsed excitation laser (in Hertz).",
    "/photon_data/measurement_specs/detectors_specs": "Mapping between the pixel IDs and the detection channels.",
    "/setup": "Information about the experimental setup.",
    "/setup/num_pixels": "Total number of detector pixels.",
    "/setup/num_spots": "Number of excitation (or detection) \"spots\" in the sample.",
    "/setup/num_spectral_ch": "Number of distinct spectral bands which are acquired.",
    "/setup/num_polarization_ch": "Number of distinct polarization states which are acquired.",
    "/setup/num_split_ch":
      "Number of distinct detection channels detecting the same spectral band and polarization. This value is "
      + "> 1 when using a non-polarizing beam splitter.",
    "/setup/modulated_excitation":
      "True (i.e. 1) if there is any form of excitation modulation of excitation wavelength (as in us-ALEX or "
      + "PAX) or polarization. This field is also True for pulse-interleaved excitation (PIE) or ns-ALEX "
      + "measurements.",
    "/setup/excitation_alternated":
      "New in version 0.5. Indicates whether each excitation source is alternated (True, or 1) or not "
      + "alternated (False, or 0).",
    "/setup/lifetime":
      "True (i.e. 1) if the measurement includes a nanotimes array of photon arrival times with respect to a "
      + "laser pulse (as in TCSPC measurements).",
    "/setup/excitation_cw":
      "For each excitation source, this field indicates whether excitation is continuous wave (CW), True (i.e. "
      + "1), or pulsed, False (i.e. 0).",
    "/setup/laser_repetition_rates": "Repetition rates in Hz for each laser. CW lasers have a value of 0.",
    "/setup/excitation_wavelengths":
      "List of excitation wavelengths (center wavelength if broad-band) in increasing order (unit: meter).",
    "/setup/detection_wavelengths": "Reference wavelengths (units: meter) for each detected spectral band.",
    "/setup/detectors":
      "Metadata relative to each detector's pixel. Each field is an array with size equal to the number of the "
      + "detectors.",
    "/setup/detectors/id": "Detector IDs as they appear on /photon_data/detectors.",
    "/setup/detectors/label": "Labels (strings) describing each detector.",
    "/setup/detectors/counts": "Total number of counts detected by each detector.",
    "/setup/detectors/dcr": "Dark counts (cps) for each pixel.",
    "/setup/detectors/afterpulsing": "Afterpulsing probability for each pixel.",
    "/identity": "Information about the Photon-HDF5 data file.",
    "/identity/software": "Name of the software used to create the current Photon-HDF5 file.",
    "/identity/software_version": "Version of the software used to create current the Photon-HDF5 file.",
    "/identity/creation_time": "Creation time of the current Photon-HDF5 file.",
    "/identity/format_name": "Name of the file format.",
    "/identity/format_version": "Version for the Photon-HDF5 format.",
    "/identity/format_url": "Official URL for the Photon-HDF5 format.",
  ]
}
