import type { Settings } from '../../../config/resolve.ts';
import { type Command, createOption } from '../commander.ts';
import type { CommandContext } from '../context.ts';
import { CliError } from '../errors.ts';
import type { SignatureDescription, SignatureSummary } from '../operations.ts';
import { addAlias, addConfigOption, addSettingOptions, patternChoice, settingsOf } from '../setting-options.ts';
import { formatFields, formatTable } from '../table.ts';
import { escapeText, jsonLine } from '../text.ts';
import { formatCount } from '../units.ts';
import { explainExitCode, explainJson, explainLines } from './explain.ts';
import { readInteger } from './values.ts';

/** Rows of `find` without --limit. */
const DEFAULT_LIMIT = 1000;

interface SignaturesFlags {
  readonly json?: boolean;
  readonly limit: number;
}

const HELP = `
Examples:
  $ engine signatures find eicar               names that hold it, any case
  $ engine signatures find 'Win.*.Agent-12?'   * and ? are wildcards
  $ engine signatures show Eicar-Test-Signature
  $ engine signatures test Eicar-Test-Signature suspect.bin
`;

export function defineSignatures(command: Command, context: CommandContext): void {
  command.helpCommand(false);
  command.addHelpText('after', HELP);
  const find = command
    .command('find')
    .summary('list signatures by name')
    .argument('<PATTERN>', 'part of a name; * and ? are wildcards');
  find.addOption(
    createOption('--limit <N>', 'show at most N; 0: all').argParser(readInteger(0)).default(DEFAULT_LIMIT),
  );
  addSharedOptions(find);
  find.action(async (query: string, flags: SignaturesFlags) => {
    const settings = await settingsOf(find, context.io);
    await findSignatures(query, settings, flags, context);
  });

  const show = command
    .command('show')
    .summary('show one signature in a readable form')
    .argument('<NAME>', 'its exact name');
  addSharedOptions(show);
  show.action(async (name: string, flags: SignaturesFlags) => {
    const settings = await settingsOf(show, context.io);
    await showSignature(name, settings, flags, context);
  });

  const test = command
    .command('test')
    .summary('try one signature on one file; exit 1 when it matches')
    .argument('<NAME>', 'its exact name')
    .argument('<FILE>', 'file to try it on');
  addSharedOptions(test);
  test.action(async (name: string, file: string, flags: SignaturesFlags) => {
    const settings = await settingsOf(test, context.io);
    const report = await context.operations.testSignature(patternChoice(settings), name, file);
    if (flags.json) context.screen.out(jsonLine(explainJson(report, file)));
    else for (const line of explainLines(report, file)) context.screen.out(line);
    context.exitCode = explainExitCode(report);
  });
}

async function findSignatures(
  query: string,
  settings: Settings,
  flags: SignaturesFlags,
  { screen, operations }: CommandContext,
) {
  const limit = flags.limit === 0 ? Infinity : flags.limit;
  const found: SignatureSummary[] = [];
  let total = 0;
  for await (const signature of operations.findSignatures(patternChoice(settings), query)) {
    total++;
    if (total > limit) break;
    if (flags.json) screen.out(jsonLine(signature));
    else found.push(signature);
  }
  if (total === 0) throw new CliError('CLI_NOT_FOUND', `signatures find: no name holds "${query}"`);
  if (!flags.json) for (const line of findTable(found)) screen.out(line);
  if (total > limit) screen.err(`engine: there are more than ${formatCount(flags.limit)}; --limit 0 shows all`);
}

function findTable(found: readonly SignatureSummary[]): string[] {
  const rows = found.map(({ name, kind, target, path }) => [name, kind, target, path].map(escapeText));
  return formatTable([{ title: 'Name' }, { title: 'Kind' }, { title: 'Target' }, { title: 'Path' }], rows);
}

async function showSignature(
  name: string,
  settings: Settings,
  flags: SignaturesFlags,
  { screen, operations }: CommandContext,
) {
  const descriptions = await operations.showSignature(patternChoice(settings), name);
  if (descriptions.length === 0) {
    throw new CliError(
      'CLI_NOT_FOUND',
      `signatures show: no signature is named "${name}"; "engine signatures find" looks for parts of names`,
    );
  }
  for (const [index, description] of descriptions.entries()) {
    if (flags.json) screen.out(jsonLine({ ...description, fields: Object.fromEntries(description.fields) }));
    else for (const line of [...(index > 0 ? [''] : []), ...describe(description)]) screen.out(line);
  }
}

function describe({ name, kind, target, path, fields, patterns, condition }: SignatureDescription): string[] {
  return formatFields([
    ['Name', escapeText(name)],
    ['Kind', kind],
    ['Target', target],
    ['In', escapeText(path)],
    ...fields.map(([label, value]) => [escapeText(label), escapeText(value)] as const),
    ...patterns.map((pattern, index) => [`Pattern ${index}`, escapeText(pattern)] as const),
    ['Condition', condition === '' ? undefined : escapeText(condition)],
  ]);
}

function addSharedOptions(command: Command): void {
  addSettingOptions(command, 'Options:', ['patterns', 'store']);
  addAlias(command, 'patterns', '-d, --database <FILE|DIR>');
  addConfigOption(command, 'Options:');
  command.addOption(createOption('--json', 'JSON instead of text'));
}
