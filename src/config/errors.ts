import { EngineError } from '../../native-free-engine/errors.ts';

export type ConfigErrorCode =
  | 'CONFIG_FILE_UNREADABLE'
  | 'CONFIG_SYNTAX' // not TOML
  | 'CONFIG_KEY' // a key that no setting has
  | 'CONFIG_VALUE'; // a value outside what the setting takes
/** Settings that cannot be used. `problems` has one line for each thing to mend; the message is all of them. */
export class ConfigError extends EngineError<ConfigErrorCode> {
  readonly problems: readonly string[];
  constructor(code: ConfigErrorCode, problems: string | readonly string[], options?: ErrorOptions) {
    const lines = typeof problems === 'string' ? [problems] : problems;
    super(code, lines.join('\n'), options);
    this.problems = lines;
  }
}
