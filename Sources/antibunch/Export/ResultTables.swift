import Analysis

extension ExportedResults {
  /// Everything but the photons, as tables; those without anything are left out.
  var tables: [FilledTable] {
    [results, g2Table, decayTable, decayComponents].compactMap(\.self) + timeTables + levelTables + dwellTables
      + [lifetimeIntensityTable].compactMap(\.self) + predictionTables + comparisonTables
  }

  /// Single numbers that were measured.
  private var results: FilledTable? {
    var rows: [(name: String, unit: String, value: Double, uncertainty: Double?)] = []
    if let g2 {
      rows.append(("g2_zero", "", g2.g2Zero, g2.g2ZeroUncertainty))
      if let corrected = g2.backgroundCorrected {
        let (whole, center) = (corrected.rhoSquared, corrected.centerOnly)
        rows.append(("g2_zero_corrected_rho_squared", "", whole.value, whole.uncertainty))
        rows.append(("g2_zero_corrected_center_only", "", center.value, center.uncertainty))
      }
      if let period = g2.periodPs { rows.append(("laser_period", "ps", period, nil)) }
    }
    if let lifetime {
      let (mean, scatter) = (lifetime.meanLifetimeNs, lifetime.meanLifetimeNsUncertainty)
      rows.append(("mean_lifetime_equal_weight", "ns", mean.equalWeight, scatter?.equalWeight))
      rows.append(("mean_lifetime_amplitude_weighted", "ns", mean.amplitudeWeighted, scatter?.amplitudeWeighted))
      rows.append(("mean_lifetime_intensity_weighted", "ns", mean.intensityWeighted, scatter?.intensityWeighted))
    }
    if let blinking {
      for (stays, name) in [(blinking.onTimes, "on_times"), (blinking.offTimes, "off_times")] {
        guard let law = stays?.law else { continue }
        rows.append(("\(name)_exponent", "", law.exponent, law.exponentUncertainty))
        if let cutoff = law.cutoffSeconds { rows.append(("\(name)_cutoff", "s", cutoff, law.cutoffSecondsUncertainty)) }
      }
      if let rate = blinking.onOffRateHz { rows.append(("on_off_threshold", "Hz", rate, nil)) }
    }
    guard !rows.isEmpty else { return nil }
    var table = FilledTable("results", "Single numbers that were measured on the recording.")
    table.add("quantity", "what was measured", texts: rows.map(\.name))
    table.add("unit", "its unit; empty for pure numbers", texts: rows.map(\.unit))
    table.add("value", "in that unit", rows.map { $0.value })
    table.add(
      "uncertainty", "one standard deviation in that unit; missing where it is not known", rows.map(\.uncertainty))
    return table
  }

  private var g2Table: FilledTable? {
    guard let g2 else { return nil }
    var table = FilledTable(
      "g2", "Coincidences of channels \(g2.channels.map { "\($0)" }.joined(separator: " and ")) against their delay.")
    table.add("tau_ps", unit: "ps", "delay, the centre of the bin of \(g2.binWidthPs) ps", g2.tauPs)
    table.add("coincidences", "pairs in the bin", g2.coincidences)
    table.add(
      "normalized", "pulsed: over the mean of a side peak's bins; continuous: over those of independent photons",
      g2.normalized)
    table.add("normalized_uncertainty", "one standard deviation of normalized, from counting", g2.normalizedUncertainty)
    return table
  }

  private var decayTable: FilledTable? {
    guard let lifetime else { return nil }
    let bins = lifetime.histogram.indices
    let times = bins.map { (Double($0) + 0.5) * lifetime.binWidthPs / 1e3 }
    let inside = bins.map { lifetime.residuals[$0] != 0 }
    var table = FilledTable(
      "decay", "Photons against the time after the laser pulse, and the fit (\(lifetime.method)).")
    table.add("time_ns", unit: "ns", "centre of the bin of \(lifetime.binWidthPs) ps", times)
    table.add(
      "after_pulse_ns", unit: "ns", "the same since the pulse, the half-rise point", times.map { $0 - lifetime.pulseNs }
    )
    table.add("counts", "photons in the bin", lifetime.histogram)
    table.add(
      "fit", "the fitted curve, counts per bin; missing outside the fitted range",
      bins.map { inside[$0] ? lifetime.fit[$0] : nil })
    table.add(
      "residual", "signed root of the bin's deviance, in standard deviations; missing outside the fitted range",
      bins.map { inside[$0] ? lifetime.residuals[$0] : nil })
    if lifetime.response.count == bins.count {
      table.add("response", "instrument response in its fitted place, its share of the bin", lifetime.response)
    }
    if let predicted = comparison?.predictedDecay, predicted.count == bins.count {
      table.add("predicted_counts", "photons to be expected in the bin, without random numbers", predicted)
    }
    return table
  }

  private var decayComponents: FilledTable? {
    guard let lifetime else { return nil }
    let all = lifetime.components
    var table = FilledTable("decay_components", "The exponentials of the fit, the shortest first.")
    table.add("component", "number, from 1", all.indices.map { $0 + 1 })
    table.add("lifetime_ns", unit: "ns", "lifetime", all.map { $0.lifetimeNs })
    table.add("lifetime_uncertainty_ns", unit: "ns", "one standard deviation", all.map(\.lifetimeNsUncertainty))
    table.add("amplitude", "counts per bin at the pulse", all.map { $0.amplitude })
    table.add("amplitude_uncertainty", "one standard deviation", all.map(\.amplitudeUncertainty))
    return table
  }

  private var timeTables: [FilledTable] {
    guard let trace else { return [] }
    let channels = trace.trace.counts.keys.sorted()
    let bins = trace.trace.counts.values.map(\.count).min() ?? 0
    var counts = FilledTable(
      "trace", "Photons per bin of \(trace.trace.binS) s; an incomplete bin at the end is left out.")
    counts.add(
      "time_s", unit: "s", "start of the bin, since the first record", (0..<bins).map { Double($0) * trace.trace.binS })
    for channel in channels {
      counts.add("channel_\(channel)", "photons of channel \(channel)", trace.trace.counts[channel] ?? [])
    }
    guard let slices = trace.antibunching else { return [counts] }
    var antibunching = FilledTable("g2_zero_against_time", "g2(0) slice by slice of the recording.")
    antibunching.add("time_s", unit: "s", "middle of the slice, since the first record", slices.timeS.map { $0 })
    antibunching.add("g2_zero", "g2(0); missing in a slice without side peaks", slices.g2Zero)
    antibunching.add("g2_zero_uncertainty", "one standard deviation", slices.g2ZeroUncertainty)
    antibunching.add("center_counts", "coincidences of the centre", slices.centerCounts)
    return [counts, antibunching]
  }

  private var levelTables: [FilledTable] {
    guard let blinking else { return [] }
    let all = blinking.levels
    var levels = FilledTable("levels", "Levels of intensity, the brightest first.")
    levels.add("level", "number, from 1", all.indices.map { $0 + 1 })
    levels.add("rate_hz", unit: "Hz", "mean rate, background included", all.map { $0.rateHz })
    levels.add(
      "rate_uncertainty_hz", unit: "Hz", "one standard deviation, from counting alone", all.map { $0.rateHzUncertainty }
    )
    levels.add("share_of_time", "share of the recording spent at it", all.map { $0.shareOfTime })
    levels.add("stretches", "stretches at this level", all.map(\.segments))
    levels.add(
      "lifetime_ns", unit: "ns", "of a single exponential with background; missing with too few photons",
      all.map(\.lifetimeNs))
    levels.add("lifetime_uncertainty_ns", unit: "ns", "one standard deviation", all.map(\.lifetimeNsUncertainty))
    let found = blinking.segments
    var stretches = FilledTable("stretches", "The stretches between changes of rate.")
    stretches.add("start_s", unit: "s", "since the first record", found.startS.map { $0 })
    stretches.add("duration_s", unit: "s", "length", found.seconds.map { $0 })
    stretches.add("photons", "photons in it", found.photons)
    stretches.add("level", "number of a level, from 1", found.level.map { $0 + 1 })
    stretches.add(
      "lifetime_ns", unit: "ns", "of a single exponential without background; missing with too few photons",
      found.lifetimeNs)
    return [levels, stretches]
  }

  private var dwellTables: [FilledTable] {
    [(blinking?.onTimes, "on", "bright"), (blinking?.offTimes, "off", "dark")].compactMap { stays, name, word in
      guard let stays else { return nil }
      var table = FilledTable(
        "\(name)_times", "Complete \(word) stays: neither the first nor the last of the recording.")
      table.add("duration_s", unit: "s", "length", stays.seconds.map { $0 })
      return table
    }
  }

  private var lifetimeIntensityTable: FilledTable? {
    guard let map = blinking?.flid else { return nil }
    var table = FilledTable(
      "lifetime_intensity", "How often a rate and a lifetime occur together; cells without anything are left out.")
    func middle(_ edges: [Double], _ i: Int) -> Double { (edges[i] + edges[i + 1]) / 2 }
    let cells = map.bins.indices.flatMap { row in map.bins[row].indices.map { (row: row, column: $0) } }.filter {
      map.bins[$0.row][$0.column] > 0 || map.seconds[$0.row][$0.column] > 0
    }
    table.add("rate_hz", unit: "Hz", "middle of the cell", cells.map { middle(map.rateEdgesHz, $0.column) })
    table.add("lifetime_ns", unit: "ns", "middle of the cell", cells.map { middle(map.lifetimeEdgesNs, $0.row) })
    table.add("bins", "bins of the trace", cells.map { map.bins[$0.row][$0.column] })
    table.add(
      "duration_s", unit: "s", "time spent there between changes of rate", cells.map { map.seconds[$0.row][$0.column] })
    return table
  }

  private var predictionTables: [FilledTable] {
    guard let prediction else { return [] }
    var components = FilledTable("predicted_components", "What is to be expected of each cause, before dead times.")
    components.add("name", "the cause", texts: prediction.components.map(\.name))
    components.add("rate_hz", unit: "Hz", "expected rate", prediction.components.map { $0.rateHz })
    var spectra = FilledTable("predicted_spectra", "Clicks per second and nanometre to be expected at each detector.")
    let rows = prediction.spectra.flatMap { spectrum in spectrum.wavelengthNm.indices.map { (spectrum, $0) } }
    spectra.add("detector", "name of the detector", texts: rows.map { $0.0.detector })
    spectra.add("wavelength_nm", unit: "nm", "wavelength", rows.map { $0.0.wavelengthNm[$0.1] })
    spectra.add("signal_hz_per_nm", unit: "Hz/nm", "light of the emitters", rows.map { $0.0.signal[$0.1] })
    spectra.add("background_hz_per_nm", unit: "Hz/nm", "other light", rows.map { $0.0.background[$0.1] })
    guard let curve = prediction.bunching else { return [components, spectra] }
    var bunching = FilledTable("predicted_bunching", "Coincidences at long delays over those of independent light.")
    bunching.add("tau_s", unit: "s", "delay", curve.tauS.map { $0 })
    bunching.add("ratio", "1 for independent light", curve.ratio.map { $0 })
    return [components, spectra, bunching]
  }

  private var comparisonTables: [FilledTable] {
    guard let comparison else { return [] }
    let all = comparison.quantities
    var quantities = FilledTable("comparison", "Paper, prediction and simulation; missing where one says nothing.")
    quantities.add("quantity", "what is compared", texts: all.map(\.name))
    quantities.add("unit", "its unit; empty for pure numbers", texts: all.map(\.unit))
    quantities.add("paper", "what the scenario expects", all.map(\.paper))
    quantities.add("paper_within", "and its tolerance", all.map(\.paperWithin))
    quantities.add("predicted", "calculated from the bench without random numbers", all.map(\.predicted))
    quantities.add("simulated", "measured on the simulated recording", all.map(\.simulated))
    quantities.add(
      "simulated_uncertainty", "one standard deviation of the simulation alone", all.map(\.simulatedUncertainty))
    quantities.add(
      "difference_from_predicted",
      "simulated less predicted, in standard deviations of recordings of this length where they are calculated, else of the simulation",
      all.map(\.differenceFromPredicted))
    quantities.add(
      "difference_from_paper", "simulated less paper, in standard deviations of both", all.map(\.differenceFromPaper))
    let predictedCoincidences = comparison.predictedCoincidences.map { expected -> FilledTable in
      var table = FilledTable("predicted_coincidences", "Coincidences to be expected, without random numbers.")
      table.add(
        "tau_ns", unit: "ns", "delay, the centre of a bin as wide as those of the table g2", expected.tauNs.map { $0 })
      table.add("coincidences", "pairs to be expected in the bin", expected.coincidences.map { $0 })
      return table
    }
    guard !comparison.expectations.isEmpty else { return [quantities, predictedCoincidences].compactMap(\.self) }
    let stated = comparison.expectations
    var expectations = FilledTable("expectations", "The scenario's expectations, held against the simulation.")
    expectations.add("name", "the quantity", texts: stated.map(\.name))
    expectations.add("value", "measured; missing where it could not be", stated.map(\.value))
    expectations.add("uncertainty", "one standard deviation", stated.map(\.uncertainty))
    expectations.add("expected", "what the scenario expects", stated.map { $0.expected })
    expectations.add("within", "and its tolerance", stated.map { $0.within })
    expectations.add("holds", "1 where it holds, 0 where not", stated.map { $0.holds ? 1 : 0 })
    return [quantities, expectations, predictedCoincidences].compactMap(\.self)
  }
}
