import type { Amplifier, ErrorPath, Site } from '../../shared/report.ts';
import type { Evidence } from './evidence.ts';
import type { JudgedTensor } from './judge-tensors.ts';

/**
 * From each site to each graph output that it reaches, along paired tensors: of several ways the one whose tensors
 * carry the largest error.
 */
export function pathsOf(
  evidence: Evidence,
  judged: ReadonlyMap<string, JudgedTensor>,
  sites: readonly Site[],
): ErrorPath[] {
  const readers = new Map<string, string[]>();
  for (const tensor of judged.values()) {
    for (const input of tensor.stretch.boundary)
      readers.set(input, [...(readers.get(input) ?? []), tensor.name]);
  }
  return sites.flatMap((site) => pathsFrom(evidence, judged, readers, site));
}

function pathsFrom(
  evidence: Evidence,
  judged: ReadonlyMap<string, JudgedTensor>,
  readers: ReadonlyMap<string, readonly string[]>,
  site: Site,
): ErrorPath[] {
  // Best first: the way in which the smallest error on the way is largest.
  const best = new Map<string, number>([[site.tensor, Infinity]]);
  const from = new Map<string, string>();
  for (const tensor of judged.keys()) {
    const strength = best.get(tensor);
    if (strength === undefined) continue;
    for (const reader of readers.get(tensor) ?? []) {
      const value = Math.min(strength, errorOf(evidence, reader));
      if (value > (best.get(reader) ?? -1)) {
        best.set(reader, value);
        from.set(reader, tensor);
      }
    }
  }
  return evidence.graph.outputs
    .filter((output) => best.has(output))
    .map((output) => {
      const names = [output];
      for (let name = from.get(output); name !== undefined; name = from.get(name)) names.unshift(name);
      return {
        site: site.tensor,
        output,
        steps: names.map((tensor) => ({
          tensor,
          relativeL2: errorOf(evidence, tensor),
          gain: judged.get(tensor)?.gain,
        })),
      };
    });
}

function errorOf(evidence: Evidence, tensor: string): number {
  return evidence.free.get(tensor)?.comparison?.relativeL2 ?? 0;
}

/** Stretches that let the error grow, by gain; what is at noise level or introduces error itself is left out. */
export function amplifiersOf(evidence: Evidence, judged: ReadonlyMap<string, JudgedTensor>): Amplifier[] {
  return [...judged.values()]
    .filter((tensor) => tensor.state === 'inherited' && tensor.gain !== undefined && tensor.gain > 1)
    .map((tensor) => ({
      tensor: tensor.name,
      node: evidence.graph.nodes[evidence.graph.tensors.get(tensor.name)?.producer ?? -1]?.name ?? '',
      gain: tensor.gain ?? 1,
    }))
    .sort((a, b) => b.gain - a.gain)
    .slice(0, 20);
}
