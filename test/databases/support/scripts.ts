/** Rows of scripts, for our own reader and for sigtool. */
export const START: Readonly<Record<string, string>> = { 'x.ndb': 'a1\na2\na3\na4\na5\n', 'y.ndb': 'b1\nb2\n' };

/** What the files are afterwards, as far as they change. */
export const FITTING: readonly (readonly [name: string, script: string, after: Readonly<Record<string, string>>])[] = [
  [
    'adds lines at the end',
    'OPEN x.ndb\nADD new line here\nADD z\nCLOSE\n',
    { 'x.ndb': 'a1\na2\na3\na4\na5\nnew line here\nz\n' },
  ],
  ['deletes lines by number and start', 'OPEN x.ndb\nDEL 2 a\nDEL 4 a4\nCLOSE\n', { 'x.ndb': 'a1\na3\na5\n' }],
  ['takes deletions in any order', 'OPEN x.ndb\nDEL 4 a\nDEL 2 a\nCLOSE\n', { 'x.ndb': 'a1\na3\na5\n' }],
  [
    'takes exchanges in any order',
    'OPEN x.ndb\nXCHG 4 a4 n4\nXCHG 2 a2 n2\nCLOSE\n',
    { 'x.ndb': 'a1\nn2\na3\nn4\na5\n' },
  ],
  [
    'numbers lines as they were before it',
    'OPEN x.ndb\nADD z\nDEL 1 a1\nDEL 2 a2\nXCHG 3 a3 c3\nCLOSE\n',
    { 'x.ndb': 'c3\na4\na5\nz\n' },
  ],
  [
    'exchanges a line for one with blanks',
    'OPEN x.ndb\nXCHG 2 a2 new one\nDEL 3 a\nCLOSE\n',
    { 'x.ndb': 'a1\nnew one\na4\na5\n' },
  ],
  [
    'does the second thing that is said of a line: delete',
    'OPEN x.ndb\nXCHG 2 a2 new\nDEL 2 a\nCLOSE\n',
    { 'x.ndb': 'a1\na3\na4\na5\n' },
  ],
  [
    'does the second thing that is said of a line: exchange',
    'OPEN x.ndb\nXCHG 2 a2 new\nXCHG 2 a2 two\nCLOSE\n',
    { 'x.ndb': 'a1\ntwo\na3\na4\na5\n' },
  ],
  [
    'takes a deletion that is there twice once',
    'OPEN x.ndb\nDEL 2 a\nDEL 2 a\nCLOSE\n',
    { 'x.ndb': 'a1\na3\na4\na5\n' },
  ],
  ['compares the first word alone', 'OPEN x.ndb\nDEL 2 a2 x\nCLOSE\n', { 'x.ndb': 'a1\na3\na4\na5\n' }],
  [
    'moves lines to the end of another file',
    'MOVE x.ndb y.ndb 2 a2 4 a4\n',
    { 'x.ndb': 'a1\na5\n', 'y.ndb': 'b1\nb2\na2\na3\na4\n' },
  ],
  ['moves lines to the end of their own file', 'MOVE x.ndb x.ndb 2 a2 3 a3\n', { 'x.ndb': 'a1\na4\na5\na2\na3\n' }],
  ['begins a file that is not there', 'OPEN q.ndb\nADD q\nCLOSE\n', { 'q.ndb': 'q\n' }],
  ['passes over a line that begins with #', '# hi\nOPEN x.ndb\nADD k\nCLOSE\n', { 'x.ndb': 'a1\na2\na3\na4\na5\nk\n' }],
  ['adds an empty line', 'OPEN x.ndb\nADD \nCLOSE\n', { 'x.ndb': 'a1\na2\na3\na4\na5\n\n' }],
  [
    'keeps blanks of what is added',
    'OPEN x.ndb\nADD  two  sp \nCLOSE\n',
    { 'x.ndb': 'a1\na2\na3\na4\na5\n two  sp \n' },
  ],
  ['may lack its last line feed', 'OPEN x.ndb\nADD k\nCLOSE', { 'x.ndb': 'a1\na2\na3\na4\na5\nk\n' }],
  [
    'changes several files, one behind the other',
    'OPEN x.ndb\nDEL 1 a1\nCLOSE\nOPEN y.ndb\nXCHG 2 b2 c2\nCLOSE\n',
    { 'x.ndb': 'a2\na3\na4\na5\n', 'y.ndb': 'b1\nc2\n' },
  ],
  [
    'sees what it did to a file when it opens it again',
    'OPEN x.ndb\nDEL 1 a1\nCLOSE\nOPEN x.ndb\nDEL 1 a2\nCLOSE\n',
    { 'x.ndb': 'a3\na4\na5\n' },
  ],
  ['deletes every line', 'OPEN y.ndb\nDEL 1 b\nDEL 2 b\nCLOSE\n', { 'y.ndb': '' }],
];

/** What the message says. */
export const MISFITS: readonly (readonly [name: string, script: string, message: string])[] = [
  [
    'a line that begins otherwise',
    'OPEN x.ndb\nADD q\nDEL 2 b\nCLOSE\n',
    'script, line 4: expected line 2 of x.ndb to begin otherwise',
  ],
  [
    'a line that begins otherwise, to be exchanged',
    'OPEN x.ndb\nXCHG 2 b new\nCLOSE\n',
    'expected line 2 of x.ndb to begin otherwise',
  ],
  [
    'a start that is longer than the line',
    'OPEN x.ndb\nDEL 2 a22\nCLOSE\n',
    'expected line 2 of x.ndb to begin otherwise',
  ],
  ['a line that is not there', 'OPEN x.ndb\nDEL 9 a\nCLOSE\n', 'expected a line 9 in x.ndb, which has 5'],
  ['line 0', 'OPEN x.ndb\nDEL 0 a\nCLOSE\n', 'expected a line number from 1, got "0"'],
  ['a line number that is none', 'OPEN x.ndb\nDEL 2x a\nCLOSE\n', 'expected a line number from 1, got "2x"'],
  [
    'a deletion without the start of the line',
    'OPEN x.ndb\nDEL 2\nCLOSE\n',
    'DEL: expected a line number and the start',
  ],
  ['an exchange without a new line', 'OPEN x.ndb\nXCHG 2 a2\nCLOSE\n', 'XCHG: expected the line to put there'],
  [
    'a move whose last line begins otherwise',
    'MOVE x.ndb y.ndb 2 a2 4 b4\n',
    'expected line 4 of the file to begin otherwise',
  ],
  ['a move beyond the end', 'MOVE x.ndb y.ndb 4 a4 9 a4\n', 'expected a line 9'],
  ['a move backwards', 'MOVE x.ndb y.ndb 4 a4 2 a2\n', 'expected a last line from 4, got 2'],
  [
    'a move to a file that is not there',
    'MOVE x.ndb z.ndb 2 a2 4 a4\n',
    'expected the file z.ndb in the database, got none',
  ],
  [
    'a move while a file is open',
    'OPEN x.ndb\nMOVE x.ndb y.ndb 2 a2 4 a4\nCLOSE\n',
    'MOVE: expected CLOSE of x.ndb before it',
  ],
  ['a move of too few words', 'MOVE x.ndb y.ndb 2 a2\n', 'MOVE: expected two files'],
  ['an unlink while a file is open', 'OPEN x.ndb\nUNLINK y.ndb\nCLOSE\n', 'UNLINK: expected CLOSE of x.ndb before it'],
  ['an unlink of what is not there', 'UNLINK q.ndb\n', 'expected the file q.ndb in the database, got none'],
  ['a file that is opened in another', 'OPEN x.ndb\nOPEN y.ndb\nCLOSE\n', 'OPEN: expected CLOSE of x.ndb before it'],
  ['a name with a slash', 'OPEN ./x.ndb\nADD k\nCLOSE\n', 'expected a file name of letters, digits and "."'],
  ['a name with a dash', 'OPEN x-1.ndb\nADD k\nCLOSE\n', 'expected a file name of letters, digits and "."'],
  ['a name with more behind it', 'OPEN x.ndb more\nADD k\nCLOSE\n', 'expected a file name of letters, digits and "."'],
  ['lines that end with CRLF', 'OPEN x.ndb\r\nADD k\r\nCLOSE\r\n', 'expected a file name of letters, digits and "."'],
  ['a blank line', 'OPEN x.ndb\n\nCLOSE\n', 'script, line 2: expected a command, got ""'],
  ['an unknown command', 'FOO x\n', 'expected a command, got "FOO"'],
  ['a command in lower case', 'open x.ndb\nADD k\nCLOSE\n', 'expected a command, got "open"'],
  ['an addition with no file open', 'ADD k\n', 'ADD: expected OPEN before it'],
  ['a close with no file open', 'CLOSE\n', 'CLOSE: expected OPEN before it'],
  [
    'a second file that does not fit, though the first did',
    'OPEN x.ndb\nADD k\nCLOSE\nOPEN y.ndb\nDEL 1 q\nCLOSE\n',
    'script, line 6: expected line 1 of y.ndb to begin otherwise',
  ],
];
