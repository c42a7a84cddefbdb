/** A process that watches patterns and has nothing else to do. Argument: options as JSON. */
import { Engine } from '../../../src/scan/engine.ts';

const engine = await Engine.open({ ...JSON.parse(process.argv[2]!), watch: true });
console.log((await engine.scanBuffer(Buffer.from('x'))).kind);
