/**
 * Text to bytes and back: the only part of the web platform beside WebAssembly that the engine may count on. Node's own types declare
 * it too, so that only native-free-engine/tsconfig.json reads this file.
 * Source: encoding.spec.whatwg.org.
 */
declare class TextEncoder {
  encode(text?: string): Uint8Array<ArrayBuffer>;
  encodeInto(text: string, destination: Uint8Array): { read: number; written: number };
}
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  /** Browsers refuse a view on shared memory here: copy first. */
  decode(bytes?: ArrayBuffer | ArrayBufferView, options?: { stream?: boolean }): string;
}
