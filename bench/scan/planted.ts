/**
 * What became of the planted objects.
 */
import { join } from 'node:path';
import type { Plant } from '../plants.ts';
import type { Findings } from './findings.ts';

export interface PlantedReport {
  readonly planted: number;
  /** Objects whose own signature the peer found, and we. */
  readonly foundByPeer: number;
  readonly foundByOurs: number;
  /** Found by neither: built wrong, which says nothing of either. */
  readonly notBuilt: readonly Plant[];
  /** How many found objects make use of each feature. */
  readonly features: Readonly<Record<string, number>>;
}

/** @param peer undefined when there is none: then what we found counts */
export function plantedReport(
  plants: readonly Plant[],
  directory: string,
  ours: Findings,
  peer: Findings | undefined,
): PlantedReport {
  const isFound = ({ names }: Findings, { file, signature }: Plant): boolean =>
    names.get(join(directory, file))?.has(signature) ?? false;
  const foundByPeer = plants.filter((plant) => isFound(peer ?? ours, plant));
  const features: Record<string, number> = {};
  for (const plant of foundByPeer) {
    for (const feature of [...plant.features, `packed: ${plant.packing}`])
      features[feature] = (features[feature] ?? 0) + 1;
  }
  return {
    planted: plants.length,
    foundByPeer: foundByPeer.length,
    foundByOurs: plants.filter((plant) => isFound(ours, plant)).length,
    notBuilt: plants.filter((plant) => !isFound(ours, plant) && !(peer && isFound(peer, plant))),
    features,
  };
}
