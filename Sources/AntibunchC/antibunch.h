/* The simulator for C and whatever speaks it; `notebooks-export` is its Python.
 *
 * A handle keeps its memory until antibunch_release(). Functions may be called from any thread, one handle from one thread
 * at a time.
 */
#ifndef ANTIBUNCH_H
#define ANTIBUNCH_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A value laid over the scenario, as `--set path=value` does; label is what messages call it, NULL for "--set path". */
typedef struct {
  const char *path;
  const char *value;
  const char *label;
} antibunch_setting;

enum { ANTIBUNCH_FAST = 0, ANTIBUNCH_REFERENCE = 1 };

/* What is kept beside the records: nothing; the cause of each; also everything that was lost, which takes the reference
 * engine. */
enum { ANTIBUNCH_NO_TRUTH = 0, ANTIBUNCH_DETECTED = 1, ANTIBUNCH_ALL = 2 };

/* Simulates a scenario and returns its run, or NULL with the exit code that the command would have and its message, which
 * antibunch_release_text() frees.
 *
 * text: the scenario, YAML in UTF-8. file: its path, for messages and for the files that it names.
 * threads: 0 for as many as there are processors; does not change the records.
 * stop: looked at now and then; once it is not 0 the run ends with code 130. NULL if nobody stops it.
 */
void *antibunch_simulate(const char *text, const char *file, const antibunch_setting *settings, int32_t setting_count,
                         uint64_t seed, int32_t engine, int32_t threads, int32_t truth, const volatile int32_t *stop,
                         int32_t *code, char **message);

/* A column of a run by its name (Sources/AntibunchC/README.md), or NULL if the run has none of that name. A handle of its
 * own, which outlives the run's.
 *
 * values, count: its memory, which nothing writes to any more. type: of one value, as NumPy writes it: "<i8", "|u1", "<f8".
 */
void *antibunch_column(void *run, const char *name, const void **values, int64_t *count, const char **type);

/* Gives back a run or a column; NULL does nothing. */
void antibunch_release(void *handle);

/* Frees a message. */
void antibunch_release_text(char *text);

#ifdef __cplusplus
}
#endif
#endif
