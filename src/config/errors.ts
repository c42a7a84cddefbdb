export type ConfigErrorCode =
  | 'CONFIG_FILE_UNREADABLE'
  | 'CONFIG_SYNTAX' // not TOML
  | 'CONFIG_KEY' // a key that no setting has
  | 'CONFIG_VALUE'; // a value outside what the setting takes

/** Settings that cannot be used. `problems` has one line for each thing to mend; the message is all of them. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code: ConfigErrorCode;
  readonly problems: readonly string[];
  constructor(code: ConfigErrorCode, problems: string | readonly string[], options?: ErrorOptions) {
    const lines = typeof problems === 'string' ? [problems] : problems;
    super(lines.join('\n'), options);
    this.code = code;
    this.problems = lines;
  }
}
