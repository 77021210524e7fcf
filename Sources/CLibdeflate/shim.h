// libdeflate for Swift: the unpacking of HDF5's chunks, and checksums by the processor's own instructions.
#pragma once
#include <libdeflate.h>
