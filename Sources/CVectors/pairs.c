/* Pairs of two channels by their difference. */
#include "CVectors.h"

#if defined(__x86_64__)
#include "vectors.h"

/* Eights of photons, and groups of which it is asked whether 32 bits will do; differences that are written down before they are
 * counted; eights that are listed before their farther partners are looked for. */
enum { EIGHT = 8, GROUP = 32, ROOM = 1024, LISTED = 64 };

/* What is written down, and where it will be counted. */
typedef struct {
  uint32_t differences[ROOM + 8];
  int64_t waiting;
  int64_t pairs;
  int64_t weight;
  ptrdiff_t *counts;
  vectors_bins bins;
} Pairs;

/* The lower halves of eight numbers. */
INLINE __m256i lower_halves(__m256i a, __m256i b) {
  return _mm256_castps_si256(_mm256_shuffle_ps(_mm256_castsi256_ps(a), _mm256_castsi256_ps(b), 0x88));
}

/* Counts what is written down: numbers with a sign, of which the lowest stands for 0. */
__attribute__((noinline)) HASWELL static void empty(Pairs *pairs) {
  const __m256i multiplier = _mm256_set1_epi64x(pairs->bins.multiplier);
  const __m128i shift = _mm_cvtsi32_si128((int)pairs->bins.shift);
  const int64_t waiting = pairs->waiting, weight = pairs->weight;
  ptrdiff_t *const counts = pairs->counts;
  uint32_t *const differences = pairs->differences;
  for (int64_t i = 0; i < waiting; i += 8) {
    const __m256i all = _mm256_xor_si256(load(differences + i), _mm256_set1_epi32(INT32_MIN));
    const __m256i even = _mm256_srli_epi64(_mm256_mul_epu32(all, multiplier), 32);
    const __m256i odd = _mm256_mul_epu32(_mm256_srli_epi64(all, 32), multiplier);
    const __m256i bin = _mm256_srl_epi32(_mm256_blend_epi32(even, odd, 0xAA), shift);
    _mm256_storeu_si256((void *)(differences + i), bin);
  }
  int64_t i = 0;
  for (; i + 8 <= waiting; i += 8) {
    for (int lane = 0; lane < 8; lane++) counts[differences[i + lane]] += weight;
  }
  for (; i < waiting; i++) counts[differences[i]] += weight;
  pairs->pairs += waiting;
  pairs->waiting = 0;
}

INLINE void make_room(Pairs *pairs, int64_t count) {
  if (pairs->waiting + count > ROOM) empty(pairs);
}

/* Writes down the lower halves of four differences, of which the first `count` are wanted. */
INLINE void write_down(Pairs *pairs, __m256i halves, int64_t count) {
  const __m128i four = _mm_xor_si128(_mm256_castsi256_si128(halves), _mm_set1_epi32(INT32_MIN));
  _mm_storeu_si128((void *)(pairs->differences + pairs->waiting), four);
  pairs->waiting += count;
}

/* Writes down the partners from a place on upwards, all of them. */
INLINE void upwards(Pairs *pairs, const int64_t *next, int64_t base) {
  const __m256i bases = _mm256_set1_epi64x(base), span = _mm256_set1_epi64x(pairs->bins.span);
  for (;;) {
    const __m256i difference = _mm256_sub_epi64(load(next), bases);
    const int within = _mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpgt_epi64(span, difference)));
    make_room(pairs, 4);
    const __m256i upwards = _mm256_setr_epi32(0, 2, 4, 6, 0, 2, 4, 6);
    write_down(pairs, _mm256_permutevar8x32_epi32(difference, upwards), __builtin_popcount((unsigned)within));
    if (!(within & 8)) return;
    next += 4;
  }
}

/* The same downwards, to those below it. */
INLINE void downwards(Pairs *pairs, const int64_t *next, int64_t base) {
  const __m256i bases = _mm256_set1_epi64x(base);
  for (;;) {
    next -= 4;
    const __m256i difference = _mm256_sub_epi64(load(next), bases);
    const int beyond = _mm256_movemask_pd(_mm256_castsi256_pd(difference));
    make_room(pairs, 4);
    const __m256i downwards = _mm256_setr_epi32(6, 4, 2, 0, 6, 4, 2, 0);
    write_down(pairs, _mm256_permutevar8x32_epi32(difference, downwards), 4 - __builtin_popcount((unsigned)beyond));
    if (beyond & 1) return;
  }
}

/* Writes down the neighbours of eight photons, four on either side, by the lower halves of the times. Returns which are within, a
 * byte for each photon, its lowest bit the earliest neighbour. */
INLINE uint64_t neighbours(Pairs *pairs, const int64_t *first, const uint32_t *ranks, const uint32_t *halves) {
  const __m256i limit = _mm256_set1_epi32((int32_t)(pairs->bins.span + INT32_MIN));
  uint32_t *place = pairs->differences + pairs->waiting;
  uint64_t sets = 0;
#pragma unroll
  for (int i = 0; i < EIGHT; i++) {
    const __m256i difference = _mm256_sub_epi32(load(halves + ranks[i]), _mm256_set1_epi32((int32_t)first[i]));
    const unsigned within = (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpgt_epi32(limit, difference)));
    const __m256i order = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const void *)&lanes_of_set[within]));
    _mm256_storeu_si256((void *)place, _mm256_permutevar8x32_epi32(difference, order));
    place += __builtin_popcount(within);
    sets |= (uint64_t)within << (8 * i);
  }
  pairs->waiting = place - pairs->differences;
  return sets;
}

/* Eights with photons that may have partners beyond the neighbours, as neighbours() returns them. */
typedef struct {
  uint64_t sets[LISTED + 1];
  int64_t starts[LISTED + 1];
  int64_t count;
} List;

static const uint64_t earliest_lanes = UINT64_C(0x0101010101010101), latest_lanes = UINT64_C(0x8080808080808080);

/* Writes down those partners. */
__attribute__((noinline)) HASWELL static void empty_list(List *list, Pairs *pairs, const vectors_photons *photons) {
  const int64_t *const first = photons->first, *const second = photons->second;
  for (int64_t k = 0; k < list->count; k++) {
    for (uint64_t left = list->sets[k] & latest_lanes; left; left &= left - 1) {
      const int64_t i = list->starts[k] + __builtin_ctzll(left) / 8;
      upwards(pairs, second + photons->ranks[i] + 4, first[i] - pairs->bins.earliest);
    }
    for (uint64_t left = list->sets[k] & earliest_lanes; left; left &= left - 1) {
      const int64_t i = list->starts[k] + __builtin_ctzll(left) / 8;
      downwards(pairs, second + photons->ranks[i] - 4, first[i] - pairs->bins.earliest);
    }
  }
  list->count = 0;
}

/* Whether the lower halves of the times tell which neighbours of a group are within: none is so far away that they have gone
 * round, as the times out of reach are. */
INLINE bool is_near(const vectors_photons *photons, const vectors_bins *bins, int64_t start) {
  const int64_t last = start + GROUP - 1, turn = INT64_C(1) << 32;
  if (last >= photons->first_count) return false;
  const int64_t *const earliest = photons->second + photons->ranks[start] - 4;
  const int64_t *const latest = photons->second + photons->ranks[last] + 3;
  return *latest - photons->first[start] < turn - bins->earliest &&
         photons->first[last] - *earliest <= turn - bins->span + bins->earliest;
}

HASWELL int64_t vectors_count_pairs(
    const vectors_photons *photons, const vectors_bins *bins, int64_t weight, ptrdiff_t *counts, uint32_t *room) {
  Pairs pairs;
  pairs.waiting = pairs.pairs = 0;
  pairs.weight = weight;
  pairs.counts = counts;
  pairs.bins = *bins;
  List list;
  list.count = 0;
  const int64_t *const first = photons->first, *const second = photons->second;
  const uint32_t *const ranks = photons->ranks;
  const __m256i offset = _mm256_set1_epi32((int32_t)(bins->earliest + INT32_MIN));
  for (int64_t i = 0; i < photons->second_count + 4; i += 8) {
    const __m256i halves = _mm256_permute4x64_epi64(lower_halves(load(second + i - 4), load(second + i)), 0xD8);
    _mm256_storeu_si256((void *)(room + i), _mm256_add_epi32(halves, offset));
  }
  for (int64_t start = 0; start < photons->first_count; start += GROUP) {
    if (is_near(photons, bins, start)) {
      make_room(&pairs, 8 * GROUP);
      for (int64_t i = start; i < start + GROUP; i += EIGHT) {
        list.sets[list.count] = neighbours(&pairs, first + i, ranks + i, room);
        list.starts[list.count] = i;
        list.count += (list.sets[list.count] & (earliest_lanes | latest_lanes)) != 0;
      }
      if (list.count > LISTED - GROUP / EIGHT) empty_list(&list, &pairs, photons);
    } else {
      for (int64_t i = start; i < start + GROUP && i < photons->first_count; i++) {
        upwards(&pairs, second + ranks[i], first[i] - bins->earliest);
        downwards(&pairs, second + ranks[i], first[i] - bins->earliest);
      }
    }
  }
  empty_list(&list, &pairs, photons);
  empty(&pairs);
  return pairs.pairs;
}

bool vectors_are_there(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
         __builtin_cpu_supports("popcnt");
}

#else

bool vectors_are_there(void) { return false; }

int64_t vectors_count_pairs(
    const vectors_photons *photons, const vectors_bins *bins, int64_t weight, ptrdiff_t *counts, uint32_t *room) {
  (void)photons, (void)bins, (void)weight, (void)counts, (void)room;
  __builtin_trap();
}

#endif
