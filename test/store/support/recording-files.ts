/** Writes to the real disk, and notes each call that a loss of power cares about. */
import { type DurableFiles, nodeFiles } from '../../../src/files/durable.ts';

/** Paths are absolute. */
export type DiskCall =
  | { readonly kind: 'create' | 'makeDirectory' | 'unlink' | 'removeDirectory' | 'sync'; readonly path: string }
  | { readonly kind: 'write'; readonly path: string; readonly bytes: Uint8Array }
  | { readonly kind: 'rename'; readonly path: string; readonly to: string };

export class RecordingFiles implements DurableFiles {
  readonly calls: DiskCall[] = [];
  /** Descriptor → path that it was opened with. */
  readonly #open = new Map<number, string>();

  create(path: string, mode: number): number {
    const descriptor = nodeFiles.create(path, mode);
    this.#open.set(descriptor, path);
    this.calls.push({ kind: 'create', path });
    return descriptor;
  }
  open(path: string): number {
    const descriptor = nodeFiles.open(path);
    this.#open.set(descriptor, path);
    return descriptor;
  }
  write(descriptor: number, bytes: Uint8Array): number {
    const written = nodeFiles.write(descriptor, bytes);
    this.calls.push({ kind: 'write', path: this.#open.get(descriptor)!, bytes: bytes.slice(0, written) });
    return written;
  }
  sync(descriptor: number): void {
    nodeFiles.sync(descriptor);
    this.calls.push({ kind: 'sync', path: this.#open.get(descriptor)! });
  }
  close(descriptor: number): void {
    nodeFiles.close(descriptor);
    this.#open.delete(descriptor);
  }
  setMode(path: string, mode: number): void {
    nodeFiles.setMode(path, mode);
  }
  makeDirectory(path: string, mode: number): void {
    nodeFiles.makeDirectory(path, mode);
    this.calls.push({ kind: 'makeDirectory', path });
  }
  rename(from: string, to: string): void {
    nodeFiles.rename(from, to);
    this.calls.push({ kind: 'rename', path: from, to });
  }
  unlink(path: string): void {
    nodeFiles.unlink(path);
    this.calls.push({ kind: 'unlink', path });
  }
  removeDirectory(path: string): void {
    nodeFiles.removeDirectory(path);
    this.calls.push({ kind: 'removeDirectory', path });
  }
}
