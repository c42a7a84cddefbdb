/**
 * The engine's version, and what it understands.
 *
 * The number stands in package.json too; a test keeps them equal.
 */

/** SemVer of the engine; images of another version are rebuilt. */
export const ENGINE_VERSION = '1.2.0';
/** ClamAV's functionality level that this engine answers to (1.4.x is 210–214): a signature whose range leaves it out is skipped and counted. */
export const FUNCTIONALITY_LEVEL = 214;
/** Highest level of record kinds that this engine reads; a record above it is skipped and counted. */
export const RECORD_LEVEL = 2;
