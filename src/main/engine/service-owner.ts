import type { MessagePortMain } from 'electron/main';
import { LayerdiffError } from '../../shared/errors.ts';
import type { Launch } from '../../shared/host-api.ts';
import type { EngineConnection, EngineHost } from './engine-host.ts';

/** One service for all windows: started when a window asks for it, again when one asks after its end. */
export class ServiceOwner {
  readonly #choose: (launch: Launch) => EngineHost;
  readonly #onGone: (reason: string, except: number | undefined) => void;
  #connection: Promise<EngineConnection> | undefined;
  #running: EngineConnection | undefined;
  /** Counts `stop`s, for a start that was not finished by then. */
  #stops = 0;

  /** @param onGone told to all windows but the one that asked for the end */
  constructor(
    choose: (launch: Launch) => EngineHost,
    onGone: (reason: string, except: number | undefined) => void,
  ) {
    this.#choose = choose;
    this.#onGone = onGone;
  }

  /** @throws LayerdiffError when the service does not start; the next call tries again. */
  async connect(window: number, launch: Launch): Promise<MessagePortMain> {
    this.#connection ??= this.#start(launch);
    return (await this.#connection).openWindow(window, launch);
  }

  /** False while there is no service to tell. */
  openFiles(window: number, paths: readonly string[]): boolean {
    this.#running?.openFiles(window, paths);
    return this.#running !== undefined;
  }

  async restart(window: number, launch: Launch): Promise<MessagePortMain> {
    const before = this.#running;
    this.stop();
    await before?.gone;
    this.#onGone('the engine was restarted from another window', window);
    return await this.connect(window, launch);
  }

  /** Says nothing to the windows. */
  stop(): void {
    const before = this.#running;
    this.#stops++;
    this.#forget();
    before?.stop();
  }

  async #start(launch: Launch): Promise<EngineConnection> {
    const stops = this.#stops;
    try {
      const connection = await this.#choose(launch).start();
      if (stops !== this.#stops) {
        connection.stop();
        throw new LayerdiffError('cancelled', 'the engine was stopped while it started');
      }
      this.#running = connection;
      void connection.gone.then((reason) => {
        // One that was stopped is not mourned.
        if (this.#running !== connection) return;
        this.#forget();
        this.#onGone(reason, undefined);
      });
      return connection;
    } catch (error) {
      if (stops === this.#stops) this.#forget();
      throw error instanceof LayerdiffError
        ? error
        : new LayerdiffError('engine-died', `the engine did not start (${String(error)})`);
    }
  }

  #forget(): void {
    this.#connection = undefined;
    this.#running = undefined;
  }
}
