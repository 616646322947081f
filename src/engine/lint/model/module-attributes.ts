import type { Lint } from '../note.ts';
import { readExtraRepr } from '../extra-repr.ts';
import type { LintedModel, LintedNode } from './linted-model.ts';
import { MODULE_TABLE } from './module-table.ts';

/** Own classes may be called as those of PyTorch and print something else. */
const TORCH = 'torch.nn.';

/** Needs a recording and the module of each node: other than the module, the exporter does not forget. */
export const moduleAttributes: Lint<LintedModel> = {
  kind: 'lint:module-attributes',
  looksFor:
    'an attribute unlike what the recorded module prints of itself: eps, alpha, stride, flavour of GELU …',
  find: (linted) => {
    const scopes = byScope(linted.nodes);
    return (linted.context.recording?.modules ?? []).flatMap((module) => {
      const siblings = module.path === '' ? [] : (scopes.get(module.path) ?? []);
      if (siblings.length === 0 || !module.className.startsWith(TORCH)) return [];
      const own = module.className.slice(module.className.lastIndexOf('.') + 1);
      const repr = readExtraRepr(module.extraRepr);
      return siblings
        .filter((node) => !node.isRewritten)
        .flatMap((node) =>
          MODULE_TABLE.filter(({ pattern, opTypes }) => pattern.test(own) && opTypes.includes(node.opType))
            .flatMap(({ checks }) => checks.flatMap((check) => check({ linted, node, repr, siblings }) ?? []))
            .map(({ has, says }) => ({
              severity: 'warning' as const,
              subject: node.subject,
              found: `${node.opType} has ${has}, the recorded module ${module.path} (${own}) has ${says}`,
              matters: 'the two compute different things',
              wayOut: 'export the module that was recorded, or record the one that was exported',
              source: 'extra_repr in the recording',
            })),
        );
    });
  },
};

function byScope(nodes: readonly LintedNode[]): Map<string, LintedNode[]> {
  const scopes = new Map<string, LintedNode[]>();
  for (const node of nodes) {
    const list = scopes.get(node.scope);
    if (list === undefined) scopes.set(node.scope, [node]);
    else list.push(node);
  }
  return scopes;
}
