// @ts-nocheck: what the page imports is served under another address than it has here.
// What a page does with the engine: compiles signatures, loads the image into shared memory, scans bytes. Runs in the browser, as it is.
import {
  arenaBytes,
  compileImage,
  createTwin,
  gramModel,
  instantiateKernel,
  openImage,
  Scanner,
} from '/native-free-engine/index.js';

const K = Uint32Array.from({ length: 64 }, (_, i) => fraction(prime(i), 3));

/** The i-th prime number, from 0. */
function prime(i) {
  for (let n = 2, left = i; ; n++) {
    let d = 2;
    while (d * d <= n && n % d !== 0) d++;
    if (d * d > n && left-- === 0) return n;
  }
}
/** First 32 bits of the fractional part of a root. */
function fraction(n, root) {
  const value = root === 2 ? Math.sqrt(n) : Math.cbrt(n);
  return Math.floor((value - Math.floor(value)) * 2 ** 32);
}

/** SHA-256 as in FIPS 180-4; the page's own, since the browser's is asynchronous. */
function sha256(bytes) {
  const h = Uint32Array.from({ length: 8 }, (_, i) => fraction(prime(i), 2));
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  new DataView(padded.buffer).setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n);
  const w = new Uint32Array(64);
  const rotate = (x, n) => (x >>> n) | (x << (32 - n));
  for (let block = 0; block < padded.length; block += 64) {
    const view = new DataView(padded.buffer, block, 64);
    for (let i = 0; i < 16; i++) w[i] = view.getUint32(i * 4);
    for (let i = 16; i < 64; i++) {
      const s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ (w[i - 15] >>> 3);
      const s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ (w[i - 2] >>> 10);
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    let [a, b, c, d, e, f, g, i8] = h;
    for (let i = 0; i < 64; i++) {
      const t1 = (i8 + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      const t2 = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [a, b, c, d, e, f, g, i8] = [(t1 + t2) | 0, a, b, c, (d + t1) | 0, e, f, g];
    }
    [a, b, c, d, e, f, g, i8].forEach((value, i) => {
      h[i] += value;
    });
  }
  const digest = new Uint8Array(32);
  h.forEach((value, i) => {
    new DataView(digest.buffer).setUint32(i * 4, value);
  });
  return digest;
}

const digester = {
  create(algorithm) {
    if (algorithm !== 'sha256') throw new Error(`this page makes no ${algorithm}`);
    let all = new Uint8Array(0);
    return {
      update(bytes) {
        const longer = new Uint8Array(all.length + bytes.length);
        longer.set(all);
        longer.set(bytes, all.length);
        all = longer;
      },
      finish: () => sha256(all),
    };
  },
};

const text = (string) => new TextEncoder().encode(string);
const any = { min: 0, max: Number.POSITIVE_INFINITY };
const pattern = (string) => ({
  kind: 'bytes',
  elements: [{ kind: 'bytes', values: text(string), masks: new Uint8Array(string.length).fill(0xff) }],
  offset: { kind: 'any' },
  noCase: true,
  wide: false,
  ascii: false,
  fullWord: false,
});

/** @returns what was found, by the WebAssembly kernel and by its twin */
export async function scan(needles, haystack) {
  const model = gramModel(
    new Uint8Array(await (await fetch('/native-free-engine/prefilter/ordinary.bin')).arrayBuffer()),
  );
  const module = await WebAssembly.compileStreaming(fetch('/native-free-engine/kernel/kernel.release.wasm'));
  const body = needles.map((needle) => ({
    kind: 'body',
    name: `Test.${needle}`,
    levels: any,
    target: 0,
    patterns: [pattern(needle)],
    condition: { kind: 'match', pattern: 0 },
  }));
  const hash = {
    kind: 'hash',
    name: 'Test.Digest',
    levels: any,
    algorithm: 'sha256',
    digest: sha256(text(haystack)),
    size: haystack.length,
    scope: 'object',
    action: 'detect',
  };
  const { bytes } = compileImage([...body, hash], { digester, model, patternDigests: [new Uint8Array(32)] });
  const hotBytes = new DataView(bytes.buffer).getFloat64(16, true);
  const windowBytes = 262144;
  const pages = (65536 + hotBytes + 2 * arenaBytes(windowBytes)) / 65536;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  new Uint8Array(memory.buffer, 65536).set(bytes.subarray(0, hotBytes));
  const source = (all) => ({
    size: all.length,
    read(offset, into) {
      const part = all.subarray(offset, offset + into.length);
      into.set(part);
      return part.length;
    },
  });
  const image = openImage(memory, 65536, { read: (offset, into) => source(bytes).read(offset, into) }, digester);
  const kernels = [instantiateKernel(module, memory), createTwin(memory)];
  return kernels.map((kernel, i) => {
    const arena = 65536 + hotBytes + i * arenaBytes(windowBytes);
    const scanner = new Scanner({ image, kernel, arena, windowBytes, digester });
    const facts = { targets: 0, executable: undefined, containers: [] };
    const { detections } = scanner.scan(source(text(haystack)), facts, { allMatches: true });
    return detections.map(({ name, offset }) => `${name} at ${offset}`);
  });
}
