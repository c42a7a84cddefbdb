/*
 * Searches with Hyperscan or with Vectorscan, whose interface is the same: which one is decided when it is linked.
 *
 * hyperscan literal|regex PATTERNS        block mode, one thread; ../protocol.md says what goes in and out
 */
#include <errno.h>
#include <hs.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct patterns {
  uint32_t count;
  char **bytes;
  size_t *lengths;
  /* NULs that each begins with and that the compiled literal lacks. */
  size_t *nuls;
};

struct tally {
  const struct patterns *patterns;
  const char *haystack;
  uint64_t matches;
  uint32_t checksum;
};

static void fail(const char *where, const char *what) {
  printf("refused %s: %s\n", where, what);
  fflush(stdout);
  exit(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void *allocate(size_t bytes) {
  void *memory = malloc(bytes == 0 ? 1 : bytes);
  if (memory == NULL) fail("memory", "there is not enough");
  return memory;
}

/* A whole file; the caller frees it. */
static char *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) fail(path, strerror(errno));
  fseek(file, 0, SEEK_END);
  *size = (size_t)ftell(file);
  rewind(file);
  char *bytes = allocate(*size);
  if (fread(bytes, 1, *size, file) != *size) fail(path, "cannot be read");
  fclose(file);
  return bytes;
}

static struct patterns read_patterns(const char *path) {
  size_t size;
  char *at = read_file(path, &size);
  struct patterns patterns;
  memcpy(&patterns.count, at, 4);
  patterns.bytes = allocate(patterns.count * sizeof(char *));
  patterns.lengths = allocate(patterns.count * sizeof(size_t));
  patterns.nuls = calloc(patterns.count, sizeof(size_t));
  at += 4;
  for (uint32_t i = 0; i < patterns.count; i++) {
    uint32_t length;
    memcpy(&length, at, 4);
    patterns.lengths[i] = length;
    patterns.bytes[i] = at + 4;
    at += 4 + length;
  }
  return patterns;
}

/* Every byte as \xHH: nothing in a literal is an operator. */
static char *escape(const char *bytes, size_t length) {
  char *text = allocate(4 * length + 1);
  for (size_t i = 0; i < length; i++) sprintf(text + 4 * i, "\\x%02x", (unsigned char)bytes[i]);
  return text;
}

/* The literal interface takes a literal that begins with NUL for an empty one: the NULs are looked at when the rest was found. */
static void set_nuls_aside(struct patterns *patterns) {
  for (uint32_t i = 0; i < patterns->count; i++) {
    size_t nuls = 0;
    while (nuls < patterns->lengths[i] && patterns->bytes[i][nuls] == 0) nuls++;
    if (nuls == patterns->lengths[i]) fail("compile", "the literal interface takes no literal of NULs alone");
    patterns->nuls[i] = nuls;
    patterns->bytes[i] += nuls;
    patterns->lengths[i] -= nuls;
  }
}

static hs_database_t *compile(const struct patterns *patterns, int is_literal) {
  const char **expressions = allocate(patterns->count * sizeof(char *));
  unsigned *flags = allocate(patterns->count * sizeof(unsigned));
  unsigned *ids = allocate(patterns->count * sizeof(unsigned));
  for (uint32_t i = 0; i < patterns->count; i++) {
    expressions[i] = is_literal ? patterns->bytes[i] : escape(patterns->bytes[i], patterns->lengths[i]);
    flags[i] = is_literal ? 0 : HS_FLAG_DOTALL;
    ids[i] = i;
  }
  hs_database_t *database = NULL;
  hs_compile_error_t *error = NULL;
  if (is_literal)
    hs_compile_lit_multi(expressions, flags, ids, patterns->lengths, patterns->count, HS_MODE_BLOCK, NULL, &database, &error);
  else
    hs_compile_multi(expressions, flags, ids, patterns->count, HS_MODE_BLOCK, NULL, &database, &error);
  if (error != NULL) fail("compile", error->message);
  return database;
}

static int follows_nuls(const struct tally *tally, unsigned id, size_t end) {
  size_t length = tally->patterns->lengths[id], nuls = tally->patterns->nuls[id];
  if (end < length + nuls) return 0;
  const char *before = tally->haystack + end - length - nuls;
  for (size_t i = 0; i < nuls; i++)
    if (before[i] != 0) return 0;
  return 1;
}

/* The constants are those of ../../search/engine.ts. */
static int on_match(unsigned id, unsigned long long from, unsigned long long end, unsigned flags, void *context) {
  (void)from;
  (void)flags;
  struct tally *tally = context;
  if (tally->patterns->nuls[id] > 0 && !follows_nuls(tally, id, end)) return 0;
  uint32_t mixed = ((id + 1) * 0x9e3779b1u) ^ (uint32_t)end;
  mixed = (mixed ^ (mixed >> 16)) * 0x85ebca6bu;
  mixed = (mixed ^ (mixed >> 13)) * 0xc2b2ae35u;
  tally->checksum += mixed ^ (mixed >> 16);
  tally->matches++;
  return 0;
}

static void answer(const struct patterns *patterns, const hs_database_t *database, hs_scratch_t *scratch) {
  static char path[4096], loaded[4096];
  static char *haystack;
  size_t length, size = 0;
  while (scanf("%zu %4095[^\n]", &length, path) == 2) {
    if (strcmp(path, loaded) != 0) {
      free(haystack);
      haystack = read_file(path, &size);
      strcpy(loaded, path);
    }
    struct tally tally = {patterns, haystack, 0, 0};
    double from = now();
    hs_error_t error = hs_scan(database, haystack, (unsigned)length, 0, scratch, on_match, &tally);
    double seconds = now() - from;
    if (error != HS_SUCCESS) fail("search", "hs_scan failed");
    printf("%llu %u %.9f\n", (unsigned long long)tally.matches, tally.checksum, seconds);
    fflush(stdout);
  }
}

int main(int count, char **arguments) {
  if (count != 3) fail("arguments", "expected literal or regex, and a file of patterns");
  struct patterns patterns = read_patterns(arguments[2]);
  int is_literal = strcmp(arguments[1], "literal") == 0;
  double from = now();
  if (is_literal) set_nuls_aside(&patterns);
  hs_database_t *database = compile(&patterns, is_literal);
  hs_scratch_t *scratch = NULL;
  if (hs_alloc_scratch(database, &scratch) != HS_SUCCESS) fail("scratch", "cannot be allocated");
  size_t database_bytes = 0, scratch_bytes = 0;
  hs_database_size(database, &database_bytes);
  hs_scratch_size(scratch, &scratch_bytes);
  printf("ready %.6f %zu %s\n", now() - from, database_bytes + scratch_bytes, hs_version());
  fflush(stdout);
  answer(&patterns, database, scratch);
  return 0;
}
