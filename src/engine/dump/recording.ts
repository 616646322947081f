import type { Manifest, ManifestParameter } from './manifest-schema.ts';
import { DTYPES } from '../../shared/dtype.ts';
import type { Dtype } from '../../shared/dtype.ts';
import type { DumpEntry, Recording, RecordedExport, RecordedParameter } from './reader.ts';
import { withoutPrototype } from './stages.ts';

/**
 * The manifest without its tensors, in this program's spelling.
 * @param valuesOf the stored values of a parameter, where the recording has them
 */
export function recordingOf(
  manifest: Manifest,
  valuesOf: (parameter: ManifestParameter) => DumpEntry | undefined,
): Recording {
  const { model_dtype: modelDtype, versions, tf32, ...environment } = manifest.environment;
  return {
    granularity: manifest.granularity,
    environment: {
      ...environment,
      // The switch stands on by default, and does nothing on a CPU.
      tf32: tf32 && !/^cpu/i.test(environment.device),
      modelDtype,
      versions: withoutPrototype(versions),
    },
    settings: withoutPrototype(manifest.settings),
    exported: exportedOf(manifest.export),
    modules: manifest.modules.map((module) => ({
      path: module.path,
      aliases: module.aliases ?? [],
      className: module.class,
      extraRepr: module.repr,
      training: module.training,
      file: module.file ?? undefined,
      line: module.line ?? undefined,
      parameters: module.parameters,
    })),
    parameters: manifest.parameters.flatMap((parameter) => {
      const dtype = dtypeNamed(parameter.dtype);
      return dtype === undefined ? [] : [parameterOf(parameter, dtype, valuesOf(parameter))];
    }),
  };
}

function exportedOf(exported: Manifest['export']): RecordedExport | undefined {
  if (exported == null) return undefined;
  const { exporter, opset, flags } = exported;
  return { exporter, opset: opset ?? undefined, flags: withoutPrototype(flags) };
}

export function dtypeNamed(name: string): Dtype | undefined {
  return Object.hasOwn(DTYPES, name) ? (name as Dtype) : undefined;
}

function parameterOf(
  parameter: ManifestParameter,
  dtype: Dtype,
  values: DumpEntry | undefined,
): RecordedParameter {
  const { stats, digests } = parameter;
  return {
    name: parameter.name,
    dtype,
    dims: parameter.dims,
    isBuffer: parameter.buffer,
    stats: {
      min: stats?.min ?? NaN,
      max: stats?.max ?? NaN,
      mean: stats?.mean ?? NaN,
      std: stats?.std ?? NaN,
    },
    digests: {
      stored: digests?.stored ?? undefined,
      transposed: digests?.transposed ?? undefined,
      float16: digests?.float16 ?? undefined,
      float16Transposed: digests?.float16_transposed ?? undefined,
      bfloat16: digests?.bfloat16 ?? undefined,
      bfloat16Transposed: digests?.bfloat16_transposed ?? undefined,
    },
    values,
  };
}
