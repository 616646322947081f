import { printable } from '../../shared/errors.ts';
import { formatList } from '../../shared/format.ts';
import type { Finding, InputStage, SideFact } from '../../shared/report.ts';

/** Errors that lie where nobody looks, each with the option that leaves them out. */
export function placeFindings({ places, ignored }: InputStage): Finding[] {
  const left: Finding[] =
    ignored === undefined
      ? []
      : [
          {
            kind: 'ignored',
            severity: 'info',
            subject: '',
            text: printable(
              `${ignored.positions} of ${ignored.of} positions are left out of every comparison (--ignore-where ${ignored.where})${ignored.inputs.length === 0 ? '' : `; ${formatList(ignored.inputs)} ${ignored.inputs.length === 1 ? 'differs' : 'differ'} there and nowhere else`}`,
            ),
          },
        ];
  return [
    ...left,
    ...places.map(({ output, text, mask, value }): Finding => ({
      kind: 'ignore-where',
      severity: 'warning',
      subject: output,
      text: printable(`${output}: ${text}; --ignore-where ${mask}==${value} leaves those positions out`),
    })),
  ];
}

const GROUPS: Readonly<Record<SideFact['group'], string>> = {
  version: 'version of',
  export: 'export flag',
  setting: 'setting',
  pre: 'preprocessing setting',
  post: 'postprocessing setting',
};

/** What both sides state of themselves, and not the same. */
export function sideFindings(sides: readonly SideFact[]): Finding[] {
  return sides
    .filter(({ differs }) => differs)
    .map(({ group, name, reference, deployed }) => ({
      kind: 'sides',
      severity: group === 'version' ? 'info' : 'warning',
      subject: name,
      text: printable(
        `${GROUPS[group]} ${name}: ${reference ?? ''} where PyTorch ran, ${deployed ?? ''} where it is deployed`,
      ),
    }));
}
