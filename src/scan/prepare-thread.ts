/** A thread that makes sure there is an image for some sources. */
import { type PrepareResult, type PrepareTask, prepareImage } from './prepare-image.ts';
import { answerThread } from './thread.ts';

await answerThread((task: PrepareTask): PrepareResult => {
  const result = prepareImage(task);
  return result.kind === 'cached'
    ? result
    : { ...result, image: { ...result.image, bytes: shared(result.image.bytes) } };
});

/** No copy is made when it is posted. */
function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}
