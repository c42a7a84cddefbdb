/**
 * Which engines may use a pattern: SemVer ranges. Door of semver.
 *
 * Prereleases count: 2.0.0-rc.1 is an engine like others, so ranges are written with `<3.0.0-0` as their upper bound, which leaves out the prereleases of 3 as well.
 * A range that cannot be read fits no engine.
 */
import { compare, satisfies, validRange } from 'semver';

const OPTIONS = { includePrerelease: true } as const;

/** @param engineVersion SemVer; fits nothing when it is none */
export function engineFits(engineVersion: string, range: string): boolean {
  return isEngineRange(range) && satisfies(engineVersion, range, OPTIONS);
}

/** Blank is none, although semver takes it for `*`: who means all engines says so. */
export function isEngineRange(text: string): boolean {
  return text.trim() !== '' && validRange(text, OPTIONS) !== null;
}

/** By SemVer precedence: below 0, 0, above 0. @throws {TypeError} when one is no SemVer */
export function compareVersions(one: string, other: string): number {
  return compare(one, other);
}
