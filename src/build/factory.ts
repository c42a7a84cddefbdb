/**
 * Builds the factory pattern file, dist/patterns/1000.npf, from the sources in patterns/. Runs from dist, at the end of a build.
 *
 * Number and time of release stand in patterns/factory.json: the same sources make the same file.
 */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writePatternFile } from '../scan/pattern-writer.ts';

const DIST = fileURLToPath(new URL('../..', import.meta.url));
const SOURCES = join(DIST, '../patterns');
const BUILT = join(DIST, 'patterns');

const description = JSON.parse(readFileSync(join(SOURCES, 'factory.json'), 'utf8'));
const sources = readdirSync(SOURCES)
  .filter((name) => !name.endsWith('.json') && !name.endsWith('.md'))
  .sort()
  .map((name) => join(SOURCES, name));
mkdirSync(BUILT, { recursive: true });
const report = writePatternFile(sources, { ...description, output: join(BUILT, `${description.number}.npf`) });
for (const { source, line, detail } of report.skipped) {
  process.stderr.write(`factory patterns: ${source}:${line}: ${detail}\n`);
  // Our own sources: a line that cannot be used is a mistake.
  process.exitCode = 1;
}
