/** What the updater wants a person to know, on stderr: a line each, with a subject of its own. */
import type { Notice } from '../../update/outcome.ts';
import type { Screen, Style } from './screen.ts';
import { escapeText } from './text.ts';

const WORDS: Readonly<Record<Notice['severity'], readonly [word: string, style: Style]>> = {
  info: ['NOTE', 'bold'],
  warning: ['WARNING', 'yellow'],
  critical: ['CRITICAL', 'red'],
};

/** `engine: WARNING subject: message` */
export function tellNotices(notices: readonly Notice[], screen: Screen): void {
  for (const { severity, subject, message } of notices) {
    const [word, style] = WORDS[severity];
    screen.err(`engine: ${screen.paint('stderr', style, `${word} ${escapeText(subject)}:`)} ${escapeText(message)}`);
  }
}
