/**
 * The health check as monitoring systems read it.
 *
 * ```
 * WARNING - pattern 1041 is 4 days old|age=345600s;259200;604800;0 number=1041
 * ```
 * Source: Monitoring Plugins Development Guidelines, "Plugin Output" and "Performance data".
 */
import type { Health, HealthState } from './outcome.ts';

/** Exit code by state: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN. */
export const HEALTH_EXIT_CODES: Readonly<Record<HealthState, 0 | 1 | 2 | 3>> = {
  ok: 0,
  warning: 1,
  critical: 2,
  unknown: 3,
};

/** Nagios 3 reads 4096 bytes, NRPE 1024; performance data come last and must not be the part that is cut off. */
const MAX_SUMMARY_BYTES = 600;
/** Controls and line separators would end the line or drive a terminal, format characters hide what is there. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu;

/** One line, no line break at its end. */
export function healthLine(health: Health): string {
  const line = `${health.state.toUpperCase()} - ${harmless(health.summary)}`;
  return health.perfdata.length === 0 ? line : `${line}|${health.perfdata.map(perfdatum).join(' ')}`;
}

/** The bar begins performance data wherever it stands, so no name of elsewhere may bring one. */
function harmless(text: string): string {
  const plain = text.replace(UNPRINTABLE, ' ').replaceAll('|', '/').trim();
  const bytes = Buffer.from(plain);
  if (bytes.length <= MAX_SUMMARY_BYTES) return plain;
  // The cut may go through a character.
  return `${bytes.toString('utf8', 0, MAX_SUMMARY_BYTES).replace(/\ufffd+$/, '')}…`;
}

/** `label=value[unit];[warn];[crit];[min]`, without the semicolons at the end that say nothing. */
function perfdatum({ label, value, unit, warn, crit, min }: Health['perfdata'][number]): string {
  return `${label}=${value}${unit};${warn ?? ''};${crit ?? ''};${min ?? ''}`.replace(/;+$/, '');
}
