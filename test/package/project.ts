/**
 * The packed package in an empty project of its own, as somebody meets it who installs it from the registry.
 *
 * Needs the npm registry (or npm's cache) for the product's dependencies and for the other Node versions.
 */
import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const CHECKOUT = join(import.meta.dirname, '../..');

/** One file of the tarball. */
export interface PackedFile {
  readonly path: string;
  readonly size: number;
  readonly mode: number;
}

export interface Project {
  readonly directory: string;
  readonly packed: readonly PackedFile[];
  /** Writes a file of the project. @returns its path */
  write(name: string, content: string | Uint8Array): string;
  /** Runs a command in the project, with that Node first on the search path. Only the output is captured; nothing is thrown. */
  run(nodeDirectory: string, command: readonly [string, ...string[]]): SpawnSyncReturns<string>;
  remove(): void;
}

/** Packs the checkout as it is built (`pretest` did that) and installs the tarball. */
export function installPackedPackage(): Project {
  const directory = mkdtempSync(join(tmpdir(), 'sigwall-package-'));
  // Without scripts: another build now would pull dist/ away from under the other tests.
  const answer = npm(CHECKOUT, ['pack', '--ignore-scripts', '--json', '--pack-destination', directory]);
  const [{ filename, files }] = JSON.parse(answer);
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  npm(directory, ['install', '--prefer-offline', `./${filename}`]);
  return {
    directory,
    packed: files,
    write(name, content) {
      writeFileSync(join(directory, name), content);
      return join(directory, name);
    },
    run(nodeDirectory, [command, ...args]) {
      return spawnSync(command, args, {
        cwd: directory,
        env: environment(nodeDirectory, directory),
        encoding: 'utf8',
        timeout: 60_000,
      });
    },
    remove() {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/**
 * Fetches another Node from the registry, into a directory beside the project.
 *
 * @param range  of the npm package node-linux-<architecture>
 * @returns the directory that holds `node`; undefined where the registry cannot bring it
 */
export function fetchNode(project: Project, range: string): string | undefined {
  const directory = join(project.directory, 'nodes', range);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ private: true }));
  try {
    npm(directory, ['install', '--prefer-offline', `node-${process.platform}-${process.arch}@${range}`]);
    return join(directory, 'node_modules/.bin');
  } catch {
    return undefined;
  }
}

function npm(cwd: string, args: readonly string[]): string {
  return execFileSync('npm', args, {
    cwd,
    env: environment(undefined, cwd),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** The environment of a shell of its own: nothing of the npm that runs these tests, nothing of this checkout's node_modules. */
function environment(nodeDirectory: string | undefined, home: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_|VITEST|INIT_CWD)/i.test(name));
  const outside = (process.env.PATH ?? '').split(':').filter((path) => !path.includes('node_modules'));
  return {
    ...Object.fromEntries(kept),
    PATH: [...(nodeDirectory === undefined ? [] : [nodeDirectory]), ...outside].join(':'),
    XDG_CACHE_HOME: join(home, 'xdg-cache'),
    npm_config_loglevel: 'error',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
  };
}
