/**
 * The Node API: everything that `import … from 'sigwall'` gives.
 *
 * ```ts
 * import { Engine, updatePatterns } from 'sigwall';
 *
 * await updatePatterns({ url: 'https://patterns.example.org/', rootFile: 'root.json' });   // both are remembered
 * await using engine = await Engine.open({ watch: true });                                 // follows what updates bring
 * setInterval(() => updatePatterns().catch(console.error), 3_600_000).unref();
 * ```
 */
import { ENGINE_VERSION } from '../native-free-engine/index.ts';
import { PRODUCT_VERSION } from './scan/assets.ts';
import { defaultStoreDirectory } from './scan/complete-options.ts';
import type { TrialOptions } from './scan/trial/trial.ts';
import { checkOptions } from './update/check-options.ts';
import type { UpdateOptions } from './update/options.ts';
import type { UpdateOutcome } from './update/outcome.ts';

export { Engine, type ScanCallOptions } from './scan/engine.ts';
export { ScanError, type ScanErrorCode } from './scan/errors.ts';
export {
  type ActivePatterns,
  type BudgetLimits,
  DEFAULT_BUDGET,
  type EngineInfo,
  type EngineOptions,
  type PatternChoice,
  type Reloaded,
  type ReloadReport,
} from './scan/options.ts';
export type { ByteStream } from './scan/spool-stream.ts';
export type { Detection, Unscanned, UnscannedReason, Verdict } from './scan/verdict.ts';
export { StoreError, type StoreErrorCode } from './store/errors.ts';
export type { TrialReport } from './store/staging.ts';
export type { BadPattern, KeptPattern, QuarantinedSignature } from './store/view.ts';
export { UpdateError, type UpdateErrorCode } from './update/errors.ts';
export type { UpdateProgress } from './update/options.ts';
export type { Notice, Support, UpdateOutcome } from './update/outcome.ts';
export { ENGINE_VERSION, PRODUCT_VERSION };

/** What is left out was remembered by an earlier update, or has the default that the command has. */
export interface UpdatePatternsOptions
  extends Partial<Pick<UpdateOptions, 'store'>>,
    Partial<Pick<TrialOptions, 'clean' | 'strict'>>,
    Pick<
      UpdateOptions,
      | 'url'
      | 'mirrors'
      | 'rootFile'
      | 'channel'
      | 'keep'
      | 'now'
      | 'checkOnly'
      | 'proxy'
      | 'ca'
      | 'signal'
      | 'onProgress'
    > {}

/**
 * Looks once for a newer pattern file, verifies it, tries it out on clean files and on files that must be found, and makes it the active one of the store.
 * Whatever goes wrong, the patterns that are active stay active. Engines that are open on the store switch by `reload()`, or by themselves with `watch`.
 *
 * @param options `url` and `rootFile` the first time; `clean` are directories of files that no signature may hit
 * @throws {UpdateError} `UPDATE_OPTION` a misspelled or misfit option; the network or the repository; {StoreError} the store; {ScanError} a trial that refused the pattern file as a whole
 */
export async function updatePatterns(options: UpdatePatternsOptions = {}): Promise<UpdateOutcome> {
  checkOptions(options);
  const { store = defaultStoreDirectory(), clean = [], strict = false, ...rest } = options;
  // The updater's modules are as many as the engine's: who only scans does not wait for them.
  const [{ updateOnce }, { machineId }, { createTrial }] = await Promise.all([
    import('./update/update.ts'),
    import('./update/machine-id.ts'),
    import('./scan/trial/trial.ts'),
  ]);
  return updateOnce({
    ...rest,
    store,
    engineVersion: ENGINE_VERSION,
    productVersion: PRODUCT_VERSION,
    machineId: machineId(store),
    trial: createTrial({ clean, strict }),
  });
}
