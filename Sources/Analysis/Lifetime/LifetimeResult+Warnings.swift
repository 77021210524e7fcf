import CGSL
import Glibc

extension LifetimeResult {
  /// What to say of a fit whose χ² chance gives less than once in a million fits of a model that holds; nil where chance may.
  ///
  /// Pearson's χ² of bins merged to five expected counts, against the law of χ² with what the fitted parameters leave of freedom.
  var misfitWarning: String? {
    guard let chi2Reduced, degreesOfFreedom > 0 else { return nil }
    let freedom = Double(degreesOfFreedom)
    guard gsl_cdf_chisq_Q(chi2Reduced * freedom, freedom) < 1e-6 else { return nil }
    return
      "The fit does not describe the decay: by chance its reduced chi-square would be \((chi2Reduced * 100).rounded() / 100) "
      + "less than once in a million times, so that neither the lifetimes nor their uncertainties hold."
  }

  /// What to say of exponentials that the decay does not tell apart: lifetimes closer than their uncertainties, or without one.
  var alikeWarnings: [String] {
    zip(components, components.dropFirst()).enumerated().compactMap { i, pair in
      let apart = pair.1.lifetimeNs - pair.0.lifetimeNs
      if let a = pair.0.lifetimeNsUncertainty, let b = pair.1.lifetimeNsUncertainty,
        apart > (a * a + b * b).squareRoot()
      {
        return nil
      }
      return "The decay does not tell lifetimes \(i + 1) and \(i + 2) apart: \(components.count - 1) exponential"
        + "\(components.count == 2 ? "" : "s") may say as much (--components auto compares them)."
    }
  }
}
