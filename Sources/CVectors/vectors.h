/* What the loops share. */
#ifndef VECTORS_H
#define VECTORS_H

#include <immintrin.h>
#include <stdint.h>

/* The instructions of Intel's Haswell of 2013, which AMD has had since 2015. */
#define HASWELL __attribute__((target("avx2,bmi,bmi2,popcnt")))
#define INLINE static inline __attribute__((always_inline)) HASWELL

/* Of every set of eight lanes their numbers, one behind the other. */
static const uint64_t lanes_of_set[256] = {
#include "lanes.inc"
};

INLINE __m256i load(const void *place) { return _mm256_loadu_si256(place); }

#endif
