/** Likely cause, remedy, check and experiment of a site, in the language of the window. */
import type { Cause, Experiment } from '../../shared/cause.ts';
import { printable } from '../../shared/errors.ts';
import { formatNumber } from '../../shared/format.ts';
import type { Site } from '../../shared/report.ts';
import type { CauseTexts } from './cause-zh.ts';
import { CAUSES_ZH, RECORDED_IN_TRAINING_ZH } from './cause-zh.ts';
import type { Language } from './language.ts';
import { isAttribute, settingText } from './setting.ts';
import { tight } from './tight.ts';

/** How a sentence names the place: by its name, or as the one that stands above it. */
export type Naming = 'named' | 'this';

/** What the engine's texts call the place. */
function engineName(site: Site): string {
  return site.kind === 'missing-operation' ? site.scope : (site.node ?? site.nodes.join(', '));
}

/** A stretch that could not be narrowed is named by where it ends, not by all that is in it. */
export function placeName(site: Site, naming: Naming, language: Language): string {
  const isZh = language === 'zh-CN';
  if (site.kind === 'missing-operation') return isZh ? scopeZh(site.scope) : site.scope;
  const isNode = site.node !== undefined || site.nodes.length === 1;
  if (naming === 'this') {
    if (isZh) return isNode ? '该节点' : '该段';
    return isNode ? 'this node' : 'this stretch';
  }
  if (isNode) return site.node ?? site.nodes[0] ?? '';
  const { length } = site.nodes;
  return isZh
    ? `${site.tensor} 之前的 ${length} 个节点`
    : `the stretch of ${length} nodes before ${site.tensor}`;
}

function scopeZh(scope: string): string {
  const [, before, after] = /^between (.+) and (.+)$/.exec(scope) ?? [];
  if (before === undefined || after === undefined) return scope;
  return `${before === 'the input' ? '输入' : before} 与 ${after === 'the output' ? '输出' : after} 之间`;
}

export function causeText(site: Site, cause: Cause, language: Language, naming: Naming): string {
  const where = placeName(site, naming, language);
  if (language === 'en') return printable(renamed(cause.text, engineName(site), where));
  const module = trainedModule(cause);
  if (module !== undefined) return printable(RECORDED_IN_TRAINING_ZH.text(module));
  return printable(tight(CAUSES_ZH[cause.kind].text(where)));
}

/** The engine's texts hold the place at their beginning or after a preposition. */
function renamed(text: string, from: string, to: string): string {
  if (from === '') return text;
  if (text.startsWith(`${from} `)) return `${to}${text.slice(from.length)}`;
  for (const word of [' of ', ' at ']) {
    const at = text.indexOf(`${word}${from}`);
    if (at >= 0)
      return `${text.slice(0, at + word.length)}${to}${text.slice(at + word.length + from.length)}`;
  }
  return text;
}

function trainedModule({ kind, text }: Cause): string | undefined {
  return kind === 'training-mode' ? /recorded with (\S+) in training mode/.exec(text)?.[1] : undefined;
}

export function causeFix(cause: Cause, language: Language): string {
  if (language === 'en') return printable(cause.fix);
  if (trainedModule(cause) !== undefined) return RECORDED_IN_TRAINING_ZH.fix;
  const { fix, or }: CauseTexts = CAUSES_ZH[cause.kind];
  const { experiment } = cause;
  if (experiment?.reproduces !== true || !isAttribute(experiment.setting)) return fix;
  const setting = `设置 ${printable(experiment.setting)}`;
  return or === undefined ? setting : `${setting}，或${or}`;
}

/** '' where an experiment has confirmed it. */
export function causeConfirm(cause: Cause, language: Language): string {
  if (language === 'en' || cause.confirm === '') return printable(cause.confirm);
  if (trainedModule(cause) !== undefined) return RECORDED_IN_TRAINING_ZH.confirm;
  return CAUSES_ZH[cause.kind].confirm;
}

/** One sentence: what was set where, and how near the reference that comes. */
export function experimentText(experiment: Experiment, language: Language): string {
  if (language === 'en') return printable(experiment.text);
  const { node, setting, before, error, reproduces } = experiment;
  const start = isAttribute(setting)
    ? `在 ${node} 设置 ${setting}`
    : `在 ${node} 采用${settingText(setting, language)}`;
  return printable(
    tight(
      reproduces
        ? `${start} 后与参考一致，误差 ${formatNumber(error)}`
        : `${start} 后最接近参考：误差 ${formatNumber(error)}，原为 ${formatNumber(before)}`,
    ),
  );
}
