// libzip for Swift: the archives of NumPy arrays (.npz) of an export.
#pragma once
#include <zip.h>

static inline zip_int32_t czip_store(void) { return ZIP_CM_STORE; }
