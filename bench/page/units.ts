/** Numbers for people, in tables and at axes. */

/** Three digits that count. */
export function short(value: number): string {
  if (value === 0) return '0';
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  return magnitude >= 2 ? grouped(Math.round(value)) : String(Number(value.toPrecision(3)));
}

export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

export function rate(bytesPerSecond: number): string {
  return bytesPerSecond >= 1e9 ? `${short(bytesPerSecond / 1e9)} GB/s` : `${short(bytesPerSecond / 1e6)} MB/s`;
}

export function seconds(value: number): string {
  if (value >= 1) return `${short(value)} s`;
  return value >= 0.001 ? `${short(value * 1e3)} ms` : `${short(value * 1e6)} µs`;
}

export function bytes(value: number): string {
  if (value >= 1e9) return `${short(value / 1e9)} GB`;
  return value >= 1e6 ? `${short(value / 1e6)} MB` : `${short(value / 1e3)} kB`;
}

export function times(value: number): string {
  return `${short(value)} ×`;
}

/** `1,000`, `100 k`, `8 M`: signatures at an axis. */
export function count(value: number): string {
  if (value >= 1e6) return `${short(value / 1e6)} M`;
  return value >= 1e4 ? `${short(value / 1e3)} k` : grouped(value);
}
