/** Pairs of headers that make a text a mail: the last place of the first one, and the most bytes between them. */
export const HEADER_PAIRS: readonly (readonly [first: string, second: string, lastStart: number, gap: number])[] = [
  ['\nFrom: ', '\nContent-Type: ', 1024, 2048],
  ['\nfrom: ', '\ncontent-type: ', 1024, 2048],
  ['\nFrom: ', '\nMIME-Version: ', 1024, 1024],
  ['\nFrom: ', '\nmime-version: ', 1024, 1024],
  ['\nReceived: ', '\nContent-Type: ', 2048, 2048],
  ['\nMessage-Id: ', '\nContent-Type: ', 1024, 1024],
  ['\nmessage-id: ', '\nContent-type: ', 1024, 1024],
  ['Delivered-To: ', 'Received: ', 1024, 255],
];

/** Text with two headers and so many bytes before and between them. */
export function mailOf(first: string, second: string, at: number, between: number): string {
  return `${'X: '.padEnd(at, 'y')}${first}${'x'.repeat(between)}${second}z\n\nsome words\n`;
}
