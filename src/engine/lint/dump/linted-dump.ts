import type { Dump, RecordedModule } from '../../dump/index.ts';
import type { Graph } from '../../graph/index.ts';
import type { OnnxModel } from '../../onnx/index.ts';

/** The model that the dump is held against, where there is one. */
export interface DumpLintContext {
  readonly model?: OnnxModel;
  readonly graph?: Graph;
}

export interface LintedDump {
  readonly dump: Dump;
  readonly context: DumpLintContext;
  /** By each of their paths. */
  readonly modules: ReadonlyMap<string, RecordedModule>;
}

export function lintedDump(dump: Dump, context: DumpLintContext): LintedDump {
  const modules = new Map<string, RecordedModule>();
  for (const module of dump.recording?.modules ?? []) {
    for (const path of [module.path, ...(module.aliases ?? [])]) modules.set(path, module);
  }
  return { dump, context, modules };
}

/** A class's own name, without its Python module. */
export function classOf(module: RecordedModule | undefined): string {
  const name = module?.className ?? '';
  return name.slice(name.lastIndexOf('.') + 1);
}
