/**
 * The Node API: everything that `import … from 'sigwall'` gives.
 */
export { ENGINE_VERSION } from '../native-free-engine/index.ts';
export { PRODUCT_VERSION } from './scan/assets.ts';
export { Engine, type ScanCallOptions } from './scan/engine.ts';
export { ScanError, type ScanErrorCode } from './scan/errors.ts';
export {
  type ActivePatterns,
  type BudgetLimits,
  DEFAULT_BUDGET,
  type EngineInfo,
  type EngineOptions,
} from './scan/options.ts';
export type { ByteStream } from './scan/spool-stream.ts';
export type { Detection, Unscanned, UnscannedReason, Verdict } from './scan/verdict.ts';
