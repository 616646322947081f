import { LayerdiffError } from '../../shared/errors.ts';

/**
 * `--include` and `--exclude` as one test over `scope/node/tensor`.
 * @throws LayerdiffError `bad-request` for what is no regular expression.
 */
export function selection(
  include: string | undefined,
  exclude: string | undefined,
): (scope: string, node: string, tensor: string) => boolean {
  const wanted = include === undefined ? undefined : regularExpression('--include', include);
  const unwanted = exclude === undefined ? undefined : regularExpression('--exclude', exclude);
  return (scope, node, tensor) => {
    const text = `${scope}/${node}/${tensor}`;
    return (wanted?.test(text) ?? true) && !(unwanted?.test(text) ?? false);
  };
}

function regularExpression(option: string, text: string): RegExp {
  try {
    return new RegExp(text, 'u');
  } catch (error) {
    throw new LayerdiffError(
      'bad-request',
      `${option}: ${error instanceof Error ? error.message : String(error)}`,
      {
        wayOut: 'give a regular expression such as "backbone/.*conv"',
      },
    );
  }
}
