import type { Comparison } from '../engine/index.ts';
import { startComparison } from '../engine/index.ts';
import { errorToWire, LayerdiffError } from '../shared/errors.ts';
import type { EngineEvent, EngineOrder } from '../shared/progress.ts';

/** The inside of an engine process, whatever carries its orders: one after the other, in the order they came. */
export function answerOrders(send: (event: EngineEvent) => void): (order: EngineOrder) => void {
  let comparison: Comparison | undefined;
  let before: Promise<void> = Promise.resolve();
  const answer = async (order: EngineOrder): Promise<void> => {
    switch (order.type) {
      case 'compare':
        try {
          comparison = await startComparison(order.options, send);
          send({ type: 'done', report: comparison.report });
        } catch (error) {
          send({ type: 'failed', error: errorToWire(error) });
        }
        break;
      case 'probe':
        try {
          if (comparison === undefined)
            throw new LayerdiffError('bad-request', 'there is no comparison to look into');
          send({ type: 'probed', id: order.id, probe: await comparison.probe(order.request) });
        } catch (error) {
          send({ type: 'probe-failed', id: order.id, error: errorToWire(error) });
        }
        break;
      case 'pictures':
        try {
          if (comparison === undefined)
            throw new LayerdiffError('bad-request', 'there is no comparison to look into');
          send({ type: 'pictured', id: order.id, pictures: comparison.pictures(order.sample) });
        } catch (error) {
          send({ type: 'probe-failed', id: order.id, error: errorToWire(error) });
        }
    }
  };
  return (order) => {
    before = before.then(() => answer(order));
  };
}
