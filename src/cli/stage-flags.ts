import { resolve } from 'node:path';
import type { StageFiles } from '../shared/contract.ts';

/** What the command line says of what is outside of the graph. */
export interface StageFlags {
  readonly inputs?: string[];
  readonly image?: string;
  readonly ignoreWhere?: string;
  readonly head?: string;
  readonly deployed?: string;
}

/** The same with absolute paths, as engines take them. */
export function stagesFrom({ inputs = [], image, ignoreWhere, head, deployed }: StageFlags): StageFiles {
  return {
    inputs: inputs.map(absoluteInput),
    image: image === undefined ? undefined : resolve(image),
    ignoreWhere,
    head,
    deployed: deployed === undefined ? undefined : resolve(deployed),
  };
}

function absoluteInput(argument: string): string {
  const equals = argument.indexOf('=');
  return equals > 0
    ? `${argument.slice(0, equals)}=${resolve(argument.slice(equals + 1))}`
    : resolve(argument);
}
