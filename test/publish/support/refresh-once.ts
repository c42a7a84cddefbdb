/** Refreshes once and prints the code of what is thrown. */
import { refresh } from '../../../src/publish/refresh.ts';

try {
  await refresh(process.argv[2]!, { now: new Date() });
} catch (error) {
  process.stdout.write(String((error as { code?: string }).code));
}
