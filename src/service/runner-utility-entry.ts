/** The engine in an Electron utility process: orders come by the port that main hands over. */
import type { EngineOrder } from '../shared/progress.ts';
import { answerOrders } from './answer-orders.ts';
import { parentPort } from './port-channel.ts';

parentPort().on('message', ({ ports }) => {
  const [port] = ports;
  if (port === undefined) return;
  const answer = answerOrders((event) => port.postMessage(event));
  port.on('message', ({ data }) => answer(data as EngineOrder));
  // An engine without an owner has nobody to tell.
  port.on('close', () => process.exit());
  port.start();
});
