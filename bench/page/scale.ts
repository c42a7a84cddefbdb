/** Axes: from values to places, and where the lines of the grid are. */

export interface Scale {
  readonly min: number;
  readonly max: number;
  readonly isLog: boolean;
}

/** A scale that holds all values: whole powers of ten when it is logarithmic, from zero when it is not. @param values above 0 */
export function scaleFor(values: readonly number[], isLog: boolean): Scale {
  const most = Math.max(...values);
  if (!isLog) return { min: 0, max: niceAbove(most), isLog };
  return { min: bracketBelow(Math.min(...values)), max: bracketAbove(most), isLog };
}

/** @returns 0 at the scale's beginning, 1 at its end */
export function placeOf(value: number, { min, max, isLog }: Scale): number {
  return isLog ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min);
}

/** Where lines stand, ascending. @param most so many have room: on a logarithmic axis only powers of ten stand when there would be more */
export function ticksOf({ min, max, isLog }: Scale, most = 7): number[] {
  const ticks: number[] = [];
  if (!isLog) {
    const step = niceAbove(max / 5.01) || 1;
    for (let i = 0; i * step <= max * 1.0001; i++) ticks.push(i * step);
    return ticks;
  }
  const factors = Math.log10(max / min) * 3 >= most ? [1] : [1, 2, 5];
  for (let power = Math.floor(Math.log10(min)); power <= Math.ceil(Math.log10(max)); power++) {
    for (const factor of factors) {
      const tick = factor * 10 ** power;
      if (tick >= min * 0.999 && tick <= max * 1.001) ticks.push(Number(tick.toPrecision(6)));
    }
  }
  return ticks;
}

/** 1, 2, 2.5 or 5 times a power of ten, not below the value. */
function niceAbove(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [1, 2, 2.5, 5, 10].find((factor) => factor * power >= value * 0.9999)!;
}

function bracketAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [1, 2, 5, 10].find((factor) => factor * power >= value * 0.9999)!;
}

function bracketBelow(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [5, 2, 1].find((factor) => factor * power <= value * 1.0001)!;
}
