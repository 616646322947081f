/** A space stands between Chinese and names; none between Chinese words, or beside their punctuation. */
export function tight(text: string): string {
  return text
    .replace(/(\p{Script=Han}) (?=\p{Script=Han})/gu, '$1')
    .replace(/([（）、；，：。]) /g, '$1')
    .replace(/ (?=[（）、；，：。])/g, '');
}
