import type { Settings } from '../../../config/resolve.ts';
import type { Notice, UpdateOutcome } from '../../../update/outcome.ts';
import { type Command, createOption } from '../commander.ts';
import type { CommandContext } from '../context.ts';
import { CliError, codeOf, EXIT, messageWithPath } from '../errors.ts';
import { untilInterrupted } from '../interruption.ts';
import { tellNotices } from '../notices.ts';
import { addConfigOption, addSettingOptions, settingsOf } from '../setting-options.ts';
import { completeJsonLine } from '../text.ts';
import { formatInstant } from '../units.ts';
import { UpdateProgressLine } from '../update/progress.ts';
import { failureJson, outcomeJson, outcomeLines } from '../update/report.ts';
import { checkCleanCorpus, checkRepositoryIsSet, updateRequest } from '../update/request.ts';
import type { UpdateProgress } from '../update-operations.ts';
import { tellError, tellWarnings } from '../warnings.ts';

const WHERE = 'Where from:';
const WHAT = 'What goes live:';
const OUTPUT = 'Output:';

interface UpdateFlags {
  readonly check?: boolean;
  readonly now?: boolean;
  readonly every?: string;
  readonly json?: boolean;
  readonly progress: boolean;
}

const HELP = `
Examples:
  $ engine update --url https://patterns.example.org/ --root root.json
                                        the first time; both are remembered
  $ engine update                       from then on
  $ engine update --check               only say whether there is news
  $ engine update --every hourly        stay in the foreground, for a service
  $ engine update --every '15 4 * * *'  the same, by the five fields of cron

What comes is verified against the publisher's signed metadata, compiled, and
tried out on files that must and files that must not be found. A signature that
hits a clean file is left out by itself; --clean DIR adds files of your own.
Whatever goes wrong, the patterns that are active stay active.

Daily is between 03:00 and 05:00, hourly at a minute that differs from machine
to machine; a time that was slept through is made up for. SIGTERM ends it.

Exit codes:
  0  done, or nothing to do: current, held, pinned, not yet this machine's turn
  2  it could not be found out, or what came was refused; stderr says why
  Warnings (support that ends, a pattern file that was withdrawn) do not change
  the exit code: "engine health" has 0 to 3 for what watches machines.

JSON (--json), one object for each check, "kind" first:
  current   checked, newest, active, requests, receivedBytes, elapsedMs,
            notices, support
  waiting   the same; reason (pinned, held, rollout, check-only, retry-after),
            until
  updated   the same; from, number, by (delta, full, import), path, fallback,
            trial, pruned
  failed    checked, code, message
`;

export function defineUpdate(command: Command, context: CommandContext): void {
  addSettingOptions(command, WHERE, ['update.url', 'update.mirrors', 'update.root', 'update.channel']);
  addSettingOptions(command, WHERE, ['update.proxy', 'update.ca']);
  const add = (flag: string, summary: string, group: string) => command.addOption(createOption(flag, summary, group));
  add('--check', 'only look whether there is news', WHAT);
  add('--now', "do not wait for this machine's turn in a staged roll-out", WHAT);
  add('--every <WHEN>', 'again and again: daily, hourly, or the five fields of cron', WHAT);
  addSettingOptions(command, WHAT, ['update.clean', 'update.strict', 'update.keep', 'store']);
  addConfigOption(command, WHAT);
  addSettingOptions(command, OUTPUT, ['update.notify']);
  add('--json', 'one JSON object for each check instead of text (see below)', OUTPUT);
  add('--no-progress', 'no progress line while a terminal watches', OUTPUT);
  command.addHelpText('after', HELP);
  command.action(async (flags: UpdateFlags) => {
    const settings = await settingsOf(command, context.io);
    await checkRepositoryIsSet(settings, context);
    await checkCleanCorpus(settings);
    const run = new UpdateRun(settings, flags, context);
    if (flags.every === undefined) await run.once(context.io.interruption);
    else await run.every(flags.every);
  });
}

class UpdateRun {
  readonly #settings: Settings;
  readonly #flags: UpdateFlags;
  readonly #context: CommandContext;
  /** Notices that this process told, by key. */
  #said: readonly string[] = [];

  constructor(settings: Settings, flags: UpdateFlags, context: CommandContext) {
    this.#settings = settings;
    this.#flags = flags;
    this.#context = context;
  }

  /** Until a signal comes. An update that fails is told, and the next one tried. */
  async every(every: string): Promise<void> {
    const { io, screen, operations } = this.#context;
    if (this.#flags.check) throw new CliError('CLI_USAGE', 'update: expected --check or --every, got both');
    this.#context.isService = true;
    const store = this.#settings.get('store');
    // A time that could not be noted is no reason not to update.
    const note = (at: Date | undefined) => operations.updates.noteNextCheck(store, at).catch(() => {});
    const schedule = operations.updates.schedule({
      store,
      every,
      update: (signal) => this.#onceOrTell(signal),
      onNext: (at) => {
        void note(at);
        if (this.#flags.progress) screen.status(`next check: ${formatInstant(at.toISOString())}`);
      },
      signal: io.interruption,
    });
    await untilInterrupted(schedule, io.interruption);
    await note(undefined);
  }

  async #onceOrTell(signal: AbortSignal): Promise<UpdateOutcome | undefined> {
    try {
      return await this.once(signal);
    } catch (error) {
      tellError(error, this.#context.screen);
      throw error;
    }
  }

  /** @returns undefined when a signal came meanwhile */
  async once(signal: AbortSignal): Promise<UpdateOutcome | undefined> {
    const { io, screen, operations } = this.#context;
    const outcome = await this.#ask(signal);
    if (outcome === undefined) return undefined;
    if (this.#flags.json) screen.out(completeJsonLine(outcomeJson(outcome)));
    else for (const line of outcomeLines(outcome, io.now())) screen.out(line);
    tellNotices(await this.#unsaid(outcome.notices), screen);
    // Who sets up a machine must not take it for done.
    if (outcome.kind === 'waiting' && outcome.reason === 'retry-after' && !outcome.active) {
      this.#context.exitCode = this.#flags.every === undefined ? EXIT.trouble : EXIT.fine;
    }
    const program = this.#settings.get('update.notify');
    if (program === '') return outcome;
    const failures = await operations.updates.notify(this.#settings.get('store'), program, outcome.notices);
    tellWarnings(
      failures.map((failure) => `--notify: ${failure}`),
      screen,
    );
    return outcome;
  }

  /** Again and again: what the journal has from an hour ago need not stand there once more. */
  async #unsaid(notices: readonly Notice[]): Promise<readonly Notice[]> {
    if (this.#flags.every === undefined) return notices;
    const { newNotices } = await import('../../../notify/new-notices.ts');
    const { say, said } = newNotices(this.#said, notices);
    this.#said = said;
    return say;
  }

  /** @returns undefined when a signal came meanwhile */
  async #ask(signal: AbortSignal): Promise<UpdateOutcome | undefined> {
    const { io, screen, operations } = this.#context;
    const { check = false, now = false, progress, json = false } = this.#flags;
    const line = progress && screen.isWatched ? new UpdateProgressLine(screen) : undefined;
    const onProgress = line && ((report: UpdateProgress) => line.report(report));
    const request = { ...updateRequest(this.#settings, { now, checkOnly: check }), signal, onProgress };
    try {
      return await untilInterrupted(operations.updates.update(request), io.interruption);
    } catch (error) {
      if (json && !io.interruption.aborted) {
        screen.out(
          completeJsonLine(failureJson(new Date(io.now()).toISOString(), codeOf(error), messageWithPath(error))),
        );
      }
      throw error;
    } finally {
      line?.stop();
    }
  }
}
