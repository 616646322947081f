/** The engine as a Node child: takes one comparison over IPC, then probes. Its owner may kill it at any time. */
import type { EngineOrder } from '../shared/progress.ts';
import { answerOrders } from './answer-orders.ts';

// An engine without an owner has nobody to tell.
process.once('disconnect', () => process.exit());

const answer = answerOrders((event) => process.send?.(event));
process.on('message', (order: EngineOrder) => answer(order));
