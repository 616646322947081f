import { printable } from '../../shared/errors.ts';
import type { SideFact } from '../../shared/report.ts';
import type { Dump, DumpSample, SettingValue } from '../dump/index.ts';
import type { OnnxModel } from '../onnx/index.ts';
import { runtimeVersion } from '../run/index.ts';

type Facts = ReadonlyMap<string, string>;

/**
 * What both sides recorded of themselves, or one of them: versions of libraries, flags of the export, settings.
 * @param deployed the recording of the deployed side, where there is one (`--deployed`, `--inputs`).
 */
export function sideFacts(model: OnnxModel, reference: Dump, deployed: Dump | undefined): SideFact[] {
  const exported = reference.recording?.exported;
  const flags = {
    ...(exported === undefined
      ? {}
      : { exporter: exported.exporter, opset: exported.opset, ...exported.flags }),
  };
  const made: Facts = new Map([
    ...(model.producer === '' ? [] : [['torch', model.producerVersion] as const]),
    ['opset', String(model.opsets.get('') ?? '')],
  ]);
  const versions = new Map(textsOf(reference.recording?.environment.versions ?? {}));
  const recordedTorch = reference.recording?.environment.torch;
  if (recordedTorch !== undefined && recordedTorch !== '') versions.set('torch', recordedTorch);
  const theirs = new Map([
    ['onnxruntime', runtimeVersion()],
    ...textsOf(deployed?.recording?.environment.versions ?? {}),
  ]);
  const torch = made.get('torch');
  if (torch !== undefined) theirs.set('torch', torch);
  return [
    ...facts('version', versions, theirs),
    ...facts(
      'export',
      textsOf(flags),
      new Map(
        [...textsOf(deployed?.recording?.exported?.flags ?? {}), ...made].filter(
          ([name]) => name !== 'torch',
        ),
      ),
    ),
    ...facts(
      'setting',
      textsOf(reference.recording?.settings ?? {}),
      textsOf(deployed?.recording?.settings ?? {}),
    ),
    ...stageFacts('pre', reference.samples[0], deployed?.samples[0]),
    ...stageFacts('post', reference.samples[0], deployed?.samples[0]),
  ];
}

function stageFacts(
  group: 'pre' | 'post',
  reference: DumpSample | undefined,
  deployed: DumpSample | undefined,
): SideFact[] {
  return facts(
    group,
    textsOf(reference?.[group]?.settings ?? {}),
    textsOf(deployed?.[group]?.settings ?? {}),
  );
}

function facts(group: SideFact['group'], reference: Facts, deployed: Facts): SideFact[] {
  const names = [...new Set([...reference.keys(), ...deployed.keys()])].sort();
  // `2.13.0+cpu` is a build of 2.13.0.
  const bare = (text: string): string => (group === 'version' ? (text.split('+')[0] ?? '') : text);
  return names.map((name) => {
    const [own, other] = [reference.get(name), deployed.get(name)];
    const differs = own !== undefined && other !== undefined && bare(own) !== bare(other);
    return { group, name: printable(name), reference: own, deployed: other, differs };
  });
}

/** A report goes to other people: of an absolute path the last segment. */
function withoutFolders(text: string): string {
  return /^(?:[/~\\]|[A-Za-z]:[/\\])/.test(text) ? (text.split(/[/\\]/).at(-1) ?? text) : text;
}

function textsOf(values: Readonly<Record<string, SettingValue | undefined>>): Facts {
  return new Map(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined
        ? []
        : [[name, printable(Array.isArray(value) ? `[${value.join(', ')}]` : withoutFolders(String(value)))]],
    ),
  );
}
