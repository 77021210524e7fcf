/* Photons of two channels out of T2 records. */
#include "CVectors.h"

#if defined(__x86_64__)
#include "vectors.h"

/* Of every set of eight lanes how many of it lie before each lane. */
static const uint64_t lanes_before[256] = {
#include "counts.inc"
};

/* Eight numbers of one byte. */
INLINE __m256i bytes(const uint64_t *place) { return _mm256_cvtepu8_epi32(_mm_loadl_epi64((const void *)place)); }

/* Writes eight times: start plus periods of the given length plus times. */
INLINE void store_times(int64_t *place, __m256i times, __m256i periods, __m256i length, __m256i start, bool any_periods) {
  __m256i lower = _mm256_add_epi64(_mm256_cvtepu32_epi64(_mm256_castsi256_si128(times)), start);
  __m256i upper = _mm256_add_epi64(_mm256_cvtepu32_epi64(_mm256_extracti128_si256(times, 1)), start);
  if (any_periods) {
    const __m256i below = _mm256_cvtepu32_epi64(_mm256_castsi256_si128(periods));
    const __m256i above = _mm256_cvtepu32_epi64(_mm256_extracti128_si256(periods, 1));
    lower = _mm256_add_epi64(lower, _mm256_mul_epu32(below, length));
    upper = _mm256_add_epi64(upper, _mm256_mul_epu32(above, length));
  }
  _mm256_storeu_si256((void *)place, lower);
  _mm256_storeu_si256((void *)(place + 4), upper);
}

/* Sums of all lanes up to each. */
INLINE __m256i sums(__m256i numbers) {
  numbers = _mm256_add_epi32(numbers, _mm256_slli_si256(numbers, 4));
  numbers = _mm256_add_epi32(numbers, _mm256_slli_si256(numbers, 8));
  const __m256i lower = _mm256_permute2x128_si256(numbers, numbers, 0x08);
  return _mm256_add_epi32(numbers, _mm256_shuffle_epi32(lower, 0xFF));
}

HASWELL int64_t vectors_rank(
    const uint32_t *records, int64_t count, const vectors_t2_layout *layout, vectors_ranking *ranking) {
  const __m256i time_mask = _mm256_set1_epi32(0x1FFFFFF), channel_mask = _mm256_set1_epi32((int32_t)0xFE000000);
  const __m256i first_channel = _mm256_set1_epi32((int32_t)(layout->first_channel << 25));
  const __m256i second_channel = _mm256_set1_epi32((int32_t)(layout->second_channel << 25));
  const __m256i plain_above = _mm256_set1_epi32((int32_t)layout->plain_above);
  const __m256i period_mask = _mm256_set1_epi32((int32_t)layout->period_mask);
  const __m256i one_period = _mm256_set1_epi32(layout->period_mask == 0);
  const __m256i length = _mm256_set1_epi64x(layout->period), lane_before = _mm256_setr_epi32(0, 0, 1, 2, 3, 4, 5, 6);
  const int64_t period = layout->period;
  int64_t *first = ranking->first + ranking->first_count, *second = ranking->second + ranking->second_count;
  uint32_t *ranks = ranking->ranks + ranking->first_count;
  uint32_t rank = (uint32_t)ranking->second_count;
  int64_t overflow_time = ranking->overflow_time, previous = ranking->previous;
  int64_t disorder = ranking->disorder, extent = ranking->extent, overflows = 0;
  /* the highest bit of a lane gathers every step backwards */
  __m256i steps = _mm256_setzero_si256();
  int64_t index = 0;
  for (; index + 8 <= count; index += 8) {
    const __m256i all = load(records + index);
    const unsigned specials = (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(all));
    __m256i times = _mm256_and_si256(all, time_mask), periods = _mm256_setzero_si256();
    __m256i step;
    int64_t earliest = overflow_time, latest = overflow_time;
    if (specials) {
      /* photons have no sign, overflows are the highest numbers with one */
      if (_mm256_movemask_epi8(_mm256_cmpgt_epi32(all, plain_above)) != -1) break;
      const __m256i is_overflow = _mm256_srai_epi32(all, 31);
      const __m256i own = _mm256_and_si256(_mm256_or_si256(_mm256_and_si256(all, period_mask), one_period), is_overflow);
      /* an overflow lies between the photons before and after it, at the time 0 */
      times = _mm256_andnot_si256(is_overflow, times);
      periods = sums(own);
      earliest += period * (uint32_t)_mm256_extract_epi32(periods, 0);
      latest += period * (uint32_t)_mm256_extract_epi32(periods, 7);
      extent |= latest;
      overflows += __builtin_popcount(specials);
      step = _mm256_sub_epi32(times, _mm256_permutevar8x32_epi32(times, lane_before));
      step = _mm256_add_epi32(step, _mm256_and_si256(is_overflow, _mm256_set1_epi32((int32_t)period)));
    } else {
      step = _mm256_sub_epi32(times, _mm256_permutevar8x32_epi32(times, lane_before));
    }
    steps = _mm256_or_si256(steps, step);
    disorder |= earliest + (uint32_t)_mm256_extract_epi32(times, 0) - previous;
    previous = latest + (uint32_t)_mm256_extract_epi32(times, 7);

    const __m256i channels = _mm256_and_si256(all, channel_mask);
    const unsigned in_first =
        (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpeq_epi32(channels, first_channel)));
    const unsigned in_second =
        (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpeq_epi32(channels, second_channel)));
    const __m256i to_first = bytes(lanes_of_set + in_first), to_second = bytes(lanes_of_set + in_second);
    const __m256i start = _mm256_set1_epi64x(overflow_time);
    const __m256i before = _mm256_add_epi32(bytes(lanes_before + in_second), _mm256_set1_epi32((int32_t)rank));
    _mm256_storeu_si256((void *)ranks, _mm256_permutevar8x32_epi32(before, to_first));
    const __m256i first_times = _mm256_permutevar8x32_epi32(times, to_first);
    const __m256i second_times = _mm256_permutevar8x32_epi32(times, to_second);
    if (specials) {
      store_times(first, first_times, _mm256_permutevar8x32_epi32(periods, to_first), length, start, true);
      store_times(second, second_times, _mm256_permutevar8x32_epi32(periods, to_second), length, start, true);
    } else {
      store_times(first, first_times, periods, length, start, false);
      store_times(second, second_times, periods, length, start, false);
    }
    const int64_t more = __builtin_popcount(in_first), further = __builtin_popcount(in_second);
    first += more;
    ranks += more;
    second += further;
    rank += (uint32_t)further;
    overflow_time = latest;
  }
  if (_mm256_movemask_ps(_mm256_castsi256_ps(steps))) disorder |= INT64_MIN;
  ranking->first_count = first - ranking->first;
  ranking->second_count = second - ranking->second;
  ranking->photons += index - overflows;
  ranking->overflow_time = overflow_time;
  ranking->previous = previous;
  ranking->disorder = disorder;
  ranking->extent = extent;
  return index;
}

#else

int64_t vectors_rank(
    const uint32_t *records, int64_t count, const vectors_t2_layout *layout, vectors_ranking *ranking) {
  (void)records, (void)count, (void)layout, (void)ranking;
  __builtin_trap();
}

#endif
