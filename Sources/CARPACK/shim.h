// ARPACK-NG for Swift, by its C bindings (ICB). Of them the real, double-precision ones: the complex ones take
// `double _Complex` by value, which Swift cannot call.
#pragma once
#include <arpack/arpack.h>
