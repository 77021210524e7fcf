/* Loops for the vectors of the processor at hand. What they count is what the loops in Swift count, bit for bit: those serve
 * every processor on which vectors_are_there() says no.
 */
#ifndef CVECTORS_H
#define CVECTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether this processor has AVX2, and the other functions may be called. */
bool vectors_are_there(void);

/* Photons as in RankedPhotons of TimeTags: times in order, and of each in the first channel how many of the second come before
 * it; eight times out of reach of all on either side of the second channel's. */
typedef struct {
  const int64_t *first;
  const uint32_t *ranks;
  const int64_t *second;
  int64_t first_count;
  int64_t second_count;
} vectors_photons;

/* Bins of pairs (a, b), a of the first channel, b of the second: b - a + earliest lies in 0 ..< span, span < 2^31, and its bin is
 * that number times multiplier, less the lower 32 bits, less as many again as shift. */
typedef struct {
  int64_t earliest;
  int64_t span;
  uint32_t multiplier;
  uint32_t shift;
} vectors_bins;

/* Adds weight to counts for every pair, in the pair's bin. Writes into room for twelve numbers more than there are photons in the
 * second channel. Returns the number of pairs. */
int64_t vectors_count_pairs(
    const vectors_photons *photons, const vectors_bins *bins, int64_t weight, ptrdiff_t *counts, uint32_t *room);

/* T2 records of an instrument of the HydraHarp family: special bit, 6 bits of channel, 25 bits of time. As numbers with a sign, plain
 * overflows are above plain_above and below 0; one stands for one period, or for as many as the bits of period_mask say. */
typedef struct {
  int64_t period;
  uint32_t plain_above;
  uint32_t period_mask;
  uint32_t first_channel;
  uint32_t second_channel;
} vectors_t2_layout;

/* Where the photons of two channels are put, and how far that has come: as in RankingState of TimeTags. */
typedef struct {
  int64_t *first;
  uint32_t *ranks;
  int64_t *second;
  int64_t first_count;
  int64_t second_count;
  int64_t photons;
  int64_t overflow_time;
  int64_t previous;
  int64_t disorder;
  int64_t extent;
} vectors_ranking;

/* Sorts the photons of two channels out of records, eight at a time, up to a group of eight with anything but photons and plain
 * overflows. Writes up to eight places beyond the last photon. Returns the number of records taken. */
int64_t vectors_rank(
    const uint32_t *records, int64_t count, const vectors_t2_layout *layout, vectors_ranking *ranking);

/* Puts the first bytes of numbers of eight bytes into one plane, their second bytes into the next, and so on, planes being stride
 * bytes apart; 32 numbers at a time. Returns how many numbers were taken. */
int64_t vectors_planes_of_eights(const uint8_t *values, int64_t count, uint8_t *planes, int64_t stride);

#endif
