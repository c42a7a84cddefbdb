/**
 * What a configuration file may hold: the one door to zod.
 *
 * The table in settings.ts has the kinds and the words for messages; this says which values of TOML are values of a kind.
 */
import * as z from 'zod';
import { type Kind, valueOfText } from './kinds.ts';
import { CHANNEL, COUNT, KEEP, THREADS } from './settings.ts';

const path = z.string().min(1);
const paths = z.array(path);
const globs = z.array(z.string().min(1));
const size = z.union([z.int().nonnegative(), text({ kind: 'size' })]);
const duration = text({ kind: 'duration' });
const age = text({ kind: 'age' });
const url = z.string().refine((value) => valueOfText({ kind: 'url' }, value) !== undefined);

export const CONFIG_SCHEMA = z.strictObject({
  patterns: paths.optional(),
  threads: integer(THREADS).optional(),
  store: path.optional(),
  cache: path.optional(),
  scan: z
    .strictObject({
      'all-matches': z.boolean(),
      'allow-unscanned': z.boolean(),
      include: globs,
      exclude: globs,
      'exclude-directories': globs,
      log: path,
      'fail-if-older-than': age,
    })
    .partial()
    .optional(),
  budget: z
    .strictObject({
      'max-depth': integer(COUNT),
      'max-entries': integer(COUNT),
      'max-expanded': size,
      'max-ratio': integer(COUNT),
      'ratio-floor': size,
      timeout: duration,
    })
    .partial()
    .optional(),
  update: z
    .strictObject({
      url,
      mirrors: z.array(url),
      root: path,
      channel: z.string().refine((value) => valueOfText(CHANNEL, value) !== undefined),
      keep: integer(KEEP),
      clean: paths,
      strict: z.boolean(),
      proxy: url,
      ca: path,
      notify: path,
    })
    .partial()
    .optional(),
});
export type ConfigIssue = z.core.$ZodIssue;

function integer(kind: Kind): z.ZodNumber {
  if (kind.kind !== 'integer') throw new TypeError('integer: expected a kind with a range');
  return z.int().min(kind.min).max(kind.max);
}

/** A string with a unit, as in a flag; the value is the number. */
function text(kind: Kind) {
  return z.string().transform((value, context) => {
    const number = valueOfText(kind, value);
    if (typeof number === 'number') return number;
    context.addIssue('not a value of its kind');
    return z.NEVER;
  });
}
