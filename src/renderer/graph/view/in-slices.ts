/** Longest that the page is held up by such work, about. */
const SLICE_MS = 8;

/** Does work that pauses now and then in tasks of their own, and hands over its result in yet another. @returns the way to stop */
export function inSlices<T>(work: Generator<undefined, T>, onDone: (result: T) => void): () => void {
  let timer = setTimeout(advance);
  function advance(): void {
    const until = performance.now() + SLICE_MS;
    let result = work.next();
    while (result.done !== true && performance.now() < until) result = work.next();
    timer = result.done === true ? setTimeout(onDone, 0, result.value) : setTimeout(advance);
  }
  return () => clearTimeout(timer);
}
