/** `engine publish serve`: the repository over HTTP on this machine alone, to try it out. */
import { join } from 'node:path';
import { type Command, createOption } from '../commander.ts';
import { readInteger } from '../commands/values.ts';
import type { CommandContext } from '../context.ts';
import { addExamples } from '../examples.ts';
import { publishCommand } from './publish-command.ts';
import { shellWord } from './report.ts';

const HELP = `
For real use any static web server or bucket shows DIR/public/. It should answer
with "Cache-Control: max-age=60" for timestamp.json, and must not cache that a
file is missing; all other files never change once they are there.
`;

export function defineServe(parent: Command, context: CommandContext): void {
  const command = publishCommand(parent, 'Try out:', 'serve', 'serve it on this machine until Ctrl-C');
  command.addOption(createOption('--port <N>', 'port (default: any that is free)').argParser(readInteger(0, 65535)));
  command.addHelpText('after', HELP);
  addExamples(command, 'publish serve repo', 'publish serve repo --port 8080');
  command.action(async (directory: string, { port = 0 }: { readonly port?: number }) => {
    const { io, screen, operations } = context;
    context.isService = true;
    const server = await operations.publisher.serve(directory, { port });
    screen.out(`Serving ${shellWord(directory)} at ${server.url}`);
    screen.out('From another terminal:');
    screen.out(`  engine update --url ${server.url} --root ${shellWord(join(directory, 'public', 'root.json'))}`);
    screen.flush();
    await ended(io.interruption);
    await server.close();
  });
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
