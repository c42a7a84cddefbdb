export type CliErrorCode =
  | 'CLI_USAGE' // the arguments make no sense together
  | 'CLI_LOG' // the log cannot be opened
  | 'CLI_LIST' // the list of paths cannot be read
  | 'CLI_NOT_FOUND' // no signature of that name, no such pattern number
  | 'CLI_NO_REPOSITORY' // nobody said where updates come from
  | 'CLI_NO_STORE' // the directory is no store of pattern files
  | 'CLI_STALE' // the patterns are older than they may be
  | 'CLI_PASSPHRASE'; // keys need one, and nobody is there to ask

/** What a person has to mend before the command can do its work. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly code: CliErrorCode;
  constructor(code: CliErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Codes the command exits with. */
export const EXIT = {
  fine: 0,
  /** Malware was found. */
  found: 1,
  /** An error, or something that could not be looked at. */
  trouble: 2,
  /** 128 + SIGINT, as shells have it. */
  interrupted: 130,
  /** 128 + SIGPIPE: nobody reads on. */
  brokenPipe: 141,
  /** 128 + SIGTERM. */
  terminated: 143,
} as const;

/** Message of anything thrown; of an error of the system only what went wrong: call and path stand beside it already. */
export function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const [, text] = (isSystemError(thrown) && /^[A-Z0-9]+: ([^,]*)/.exec(thrown.message)) || [];
  return text ?? thrown.message;
}

/** The same where nothing stands beside it. */
export function messageWithPath(thrown: unknown): string {
  const { path } = thrown as NodeJS.ErrnoException;
  return thrown instanceof Error && isSystemError(thrown) && path ? `${path}: ${messageOf(thrown)}` : messageOf(thrown);
}

function isSystemError(error: NodeJS.ErrnoException): boolean {
  return typeof error.errno === 'number' && error.code !== undefined;
}

/** Code of anything thrown; `UNKNOWN` for what has none. */
export function codeOf(thrown: unknown): string {
  const code = (thrown as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'UNKNOWN';
}
