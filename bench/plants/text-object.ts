/**
 * Objects for signatures of text and HTML: what is planted must be there in one of the views that the signature looks at.
 */
import type { BodySignature } from '../../native-free-engine/index.ts';
import type { PlantObject } from './object.ts';
import type { Random } from './random.ts';
import type { TextForm } from './text-forms.ts';
import { type SheetOptions, type Stretch, sheetFor } from './text-sheet.ts';
import { wishesFor } from './wishes.ts';

/** @returns undefined when it cannot be built in this form */
export function textObjectFor(
  signature: BodySignature,
  form: TextForm,
  random: Random,
  options: SheetOptions = {},
): PlantObject | undefined {
  const wishes = wishesFor(signature, random, { mayBeFewer: options.isDense });
  const sheet = wishes && sheetFor(signature, wishes, random, form, options);
  if (!sheet) return undefined;
  const edge = (text: string): Stretch => ({ kind: 'head', bytes: Buffer.from(text, 'latin1') });
  const written = [edge(form.before), ...sheet, edge(form.after)].map((stretch) => ({
    isPattern: stretch.kind === 'pattern',
    bytes: form.write(stretch),
  }));
  const bytes = Buffer.concat(written.map((each) => each.bytes));
  const taken = new Uint8Array(bytes.length);
  let at = 0;
  for (const each of written) {
    if (each.isPattern) taken.fill(1, at, at + each.bytes.length);
    at += each.bytes.length;
  }
  return { bytes, taken, headerBytes: 0, container: wishes.container };
}
