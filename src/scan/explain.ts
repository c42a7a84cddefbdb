/** `engine explain` and `engine signatures test`. */
import { ScanError } from './errors.ts';

export function explainFile(_file: string, _options: unknown): Promise<never> {
  return Promise.reject(new ScanError('SCAN_FAILED', 'explain is not there yet'));
}
export function testSignature(_patterns: readonly string[], _name: string, _file: string): Promise<never> {
  return Promise.reject(new ScanError('SCAN_FAILED', 'explain is not there yet'));
}
