/** What stands below the options in `engine scan --help`. */
export const SCAN_HELP = `
Examples:
  $ engine scan ~/Downloads                          everything below a directory
  $ engine scan -i -p /var/lib/sigs /srv             only what is found, with other patterns
  $ curl -s https://example.org/x | engine scan -    a stream
  $ find / -newer stamp -print0 | engine scan -0 -f -
  $ engine scan --json / | jq -r 'select(.kind == "infected").path'

Lines:
  PATH: NAME FOUND           a signature matched
  PATH: OK                   nothing was found, and everything was looked at
  PATH: UNSCANNED reason     something in it was not looked at: encrypted, unsupported, damaged,
                             or a limit (depth, entries, bytes, ratio, time, matching)
  PATH: SKIPPED what         a pipe, socket or device: never opened
  PATH: ERROR message        could not be read (on stderr)
  A byte of a name that is not plainly printable is shown as \\xHH, a newline as \\n, a backslash as
  \\\\ (printf %b turns it back). Symbolic links are followed when named, not inside a directory.

Globs (*, ?, [a-z], {a,b}, **):
  '*.iso' is matched against the name; 'cache/*' against the end of the path, '/proc/**' against
  all of it. Files that are named on the command line are subject to them as well.

Exit codes:
  0 nothing found   1 something found   2 an error, or something unscanned (see --allow-unscanned)
  130 interrupted: Ctrl-C shows the summary so far, a second Ctrl-C ends at once

JSON (--json): one object a line, "kind" first. Fields may be added, never changed.
  clean      path, size, objects, scannedBytes, elapsedMs, patternNumber, engineVersion
  infected   the same, and detections: [{ name, entry, fileType, by, offset }], unscanned
  unscanned  the same, and unscanned: [{ reason, entry, message }]
  skipped    path, reason
  error      path, code, message
  summary    the last one: files, directories, infected, unscanned, unscannedReasons, skipped, errors,
             bytes, scannedBytes, elapsedMs, loadMs, bytesPerSecond, patternNumber, signatures,
             engineVersion, productVersion, interrupted, exitCode
  "entry" lists the names from the outermost container inwards. "pathBytes" (base64) is there when
  the path is not UTF-8. Links and excluded files get a line with --verbose only; the summary has
  their number.

Every flag under "What to scan", "Patterns and engine" and "Limits" can also be set in the
configuration file; "engine config check" shows what holds and where it comes from.
`;
