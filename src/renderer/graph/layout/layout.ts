import { compose } from './compose.ts';
import { containers } from './containers.ts';
import type { Container } from './containers.ts';
import type { LayoutModel, SceneData } from './layout-model.ts';
import { place } from './placement.ts';
import type { Placement } from './placement.ts';

/** Lays a model out for any set of open groups. A group whose inside looks as before is not laid out again. */
export interface Layout {
  /** `open`: by group; a group inside a closed one is not drawn. */
  scene(open: Uint8Array): SceneData;
  /** Every node on its own, without groups. */
  flat(): SceneData;
}

export function createLayout(model: LayoutModel): Layout {
  let grouped: ((open: Uint8Array) => SceneData) | undefined;
  let flat: SceneData | undefined;
  return {
    scene: (open) => (grouped ??= drawer(model))(open),
    flat: () =>
      (flat ??= drawer({
        ...model,
        groupCount: 1,
        groupParent: Int32Array.of(-1),
        groupOf: new Int32Array(model.vertexCount),
      })(Uint8Array.of(1))),
  };
}

function drawer(model: LayoutModel): (open: Uint8Array) => SceneData {
  const all: readonly Container[] = containers(model);
  const known = new Map<string, Placement>();
  return (open) => {
    const onView = openGroups(model, open);
    const now = new Map<number, Placement>();
    // Children have larger numbers than their parents: from the last group up, every inside is ready when it is needed.
    for (const group of onView.toReversed()) {
      const inside = onView.filter((one) => model.groupParent[one] === group);
      const key = `${group}:${inside.map((one) => now.get(one)?.version).join()}`;
      const placement = known.get(key) ?? place(model, all, group, (one) => now.get(one), known.size + 1);
      known.set(key, placement);
      now.set(group, placement);
    }
    return compose(model, all, onView, (group) => now.get(group));
  };
}

function openGroups(model: LayoutModel, open: Uint8Array): readonly number[] {
  const isOnView = new Uint8Array(model.groupCount);
  const groups: number[] = [];
  for (let group = 0; group < model.groupCount; group++) {
    const above = model.groupParent[group] ?? -1;
    if (above >= 0 && (isOnView[above] !== 1 || open[group] !== 1)) continue;
    isOnView[group] = 1;
    groups.push(group);
  }
  return groups;
}
