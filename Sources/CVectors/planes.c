/* Bytes of numbers by their place in them. */
#include "CVectors.h"

#if defined(__x86_64__)
#include "vectors.h"

/* Numbers i and 16 + i, and the ones behind each, as the first bytes of a pair, the second bytes of a pair, and so on. */
INLINE __m256i pairs_of_bytes(const uint8_t *numbers) {
  const __m256i order = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15));
  const __m256i four = _mm256_inserti128_si256(
      _mm256_castsi128_si256(_mm_loadu_si128((const void *)numbers)), _mm_loadu_si128((const void *)(numbers + 128)), 1);
  return _mm256_shuffle_epi8(four, order);
}

HASWELL int64_t vectors_planes_of_eights(const uint8_t *values, int64_t count, uint8_t *planes, int64_t stride) {
  int64_t i = 0;
  for (; i + 32 <= count; i += 32) {
    const uint8_t *const numbers = values + 8 * i;
    __m256i pairs[8], fours[8], eights[8];
    for (int k = 0; k < 8; k++) pairs[k] = pairs_of_bytes(numbers + 16 * k);
    /* places 0 to 3 in fours[0], [2], [4], [6], places 4 to 7 in the others */
    for (int k = 0; k < 8; k += 2) {
      fours[k] = _mm256_unpacklo_epi16(pairs[k], pairs[k + 1]);
      fours[k + 1] = _mm256_unpackhi_epi16(pairs[k], pairs[k + 1]);
    }
    for (int half = 0; half < 2; half++) {
      for (int k = 0; k < 2; k++) {
        eights[4 * half + k] = _mm256_unpacklo_epi32(fours[4 * k + half], fours[4 * k + 2 + half]);
        eights[4 * half + 2 + k] = _mm256_unpackhi_epi32(fours[4 * k + half], fours[4 * k + 2 + half]);
      }
    }
    uint8_t *plane = planes + i;
    for (int k = 0; k < 8; k += 2) {
      _mm256_storeu_si256((void *)plane, _mm256_unpacklo_epi64(eights[k], eights[k + 1]));
      _mm256_storeu_si256((void *)(plane + stride), _mm256_unpackhi_epi64(eights[k], eights[k + 1]));
      plane += 2 * stride;
    }
  }
  return i;
}

#else

int64_t vectors_planes_of_eights(const uint8_t *values, int64_t count, uint8_t *planes, int64_t stride) {
  (void)values, (void)count, (void)planes, (void)stride;
  __builtin_trap();
}

#endif
