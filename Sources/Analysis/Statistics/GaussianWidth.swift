/// The full width at half maximum of a Gaussian over its standard deviation, √(8 ln 2).
let gaussianWidth = 2.3548200450309493
