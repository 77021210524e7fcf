// UMFPACK of SuiteSparse for Swift. Debian ships no pkg-config file for it; its headers lie below /usr/include.
#pragma once
#include <dlfcn.h>
#include <stddef.h>
#include <suitesparse/umfpack.h>

// UMFPACK and ARPACK call whichever BLAS the system has. Debian's reference BLAS has no threads; OpenBLAS would start
// one per core for fronts that are far too small for them. Looked up at run time, so that neither is required.
static inline void cumfpack_limit_blas_to_one_thread(void) {
  void (*set)(int) = (void (*)(int))dlsym(NULL, "openblas_set_num_threads");
  if (set) set(1);
}
