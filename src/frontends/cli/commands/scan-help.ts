/** What stands below the options in `engine scan --help`; 80 columns, since commander does not wrap it. */
export const SCAN_HELP = `
Examples:
  $ engine scan ~/Downloads                  everything below a directory
  $ engine scan -i -p /var/lib/sigs /srv     only what is found; other patterns
  $ engine scan -p main.cvd -p daily.cld /srv     databases of ClamAV
  $ curl -s https://example.org/x | engine scan -
  $ find / -newer stamp -print0 | engine scan -0 -f -
  $ engine scan --json / | jq -r 'select(.kind == "infected").path'

Lines:
  PATH: NAME FOUND         a signature matched
  PATH: OK                 nothing was found, and everything was looked at
  PATH: UNSCANNED reason   something in it was not looked at: encrypted,
                           unsupported, damaged, or a limit (depth, entries,
                           bytes, ratio, time, matching)
  PATH: SKIPPED what       a pipe, socket or device: never opened
  PATH: ERROR message      could not be read (on stderr)
  With --clamscan also "Empty file", "Symbolic link" and "Excluded", and names
  end in .UNOFFICIAL when they are out of no .cvd or .cld; body signatures come
  before hashes of the same file. --summary adds the summary.
  What is not plainly printable in a name is shown as its bytes, \\xHH, a newline
  as \\n, a backslash as \\\\; printf %b turns it back. A symbolic link is followed
  when it is named, not inside a directory.

Globs (*, ?, [a-z], {a,b}, **):
  '*.iso' is for the name, 'cache/*' for the end of the path, '/proc/**' for the
  whole path. They also hold for files that are named on the command line.

Exit codes:
  0    nothing found
  1    something found
  2    an error, or something unscanned (unless --allow-unscanned)
  130  Ctrl-C: the summary so far; a second Ctrl-C ends at once

JSON (--json), one object a line, "kind" first. Fields are added, never changed:
  clean      path, size, objects, scannedBytes, elapsedMs, patternNumber,
             engineVersion
  infected   the same; detections: [{ name, entry, fileType, by, offset }];
             unscanned
  unscanned  the same; unscanned: [{ reason, entry, message }]
  skipped    path, reason
  error      path, code, message
  summary    the last one: files, directories, infected, unscanned,
             unscannedReasons, skipped, errors, bytes, scannedBytes, elapsedMs,
             loadMs, bytesPerSecond, patternNumber, signatures, engineVersion,
             productVersion, interrupted, exitCode
  "entry" has the names from the outermost container inwards. "pathBytes"
  (base64) is there when the path is no UTF-8. Links and excluded files get a
  line with --verbose only; the summary has their number.

Most flags can be set in the configuration file and the environment as well;
"engine config check" shows what holds and where it comes from.
`;
