/** A process that opens an engine, scans what is given as text, and prints what it knows. Arguments: options as JSON, text. */
import { Engine } from '../../../src/scan/engine.ts';

const [options, text] = process.argv.slice(2);
const engine = await Engine.open(JSON.parse(options!));
const verdict = await engine.scanBuffer(Buffer.from(text!));
console.log(JSON.stringify({ compiled: engine.info.compiled, kind: verdict.kind }));
await engine.close();
