import type { MessagePortMain } from 'electron/main';
import { LARGE_MODEL_BYTES } from '../../shared/host-api.ts';
import type { FromService, RunnerHandover, RunnerHost, ToService } from '../../shared/host-api.ts';
import type { Child, ChildOptions } from './child.ts';
import type { CreateChannel } from './engine-host.ts';
import { unpacked } from './unpacked.ts';

export type StartRunner = Extract<FromService, { readonly type: 'start-runner' }>;

export interface RunnerPorts {
  readonly post: (message: ToService, ports?: readonly MessagePortMain[]) => void;
  readonly createChannel: CreateChannel;
  readonly forkUtility: (options: ChildOptions) => Child;
  /** undefined: no Node was chosen, or it is not there any more. */
  readonly spawnNode: () => ((options: ChildOptions) => Child) | undefined;
}

/** The processes with ONNX Runtime, on behalf of a service that cannot fork. */
export class Runners {
  readonly #ports: RunnerPorts;
  readonly #children = new Map<string, Child>();

  constructor(ports: RunnerPorts) {
    this.#ports = ports;
  }

  start({ id, env, cwd, modelBytes }: StartRunner): void {
    const { post, createChannel, forkUtility, spawnNode } = this.#ports;
    const large = modelBytes > LARGE_MODEL_BYTES;
    const spawn = large ? spawnNode() : undefined;
    const host: RunnerHost = spawn === undefined ? 'electron' : 'node';
    // The demo's folder is in the archive, where no process can stand.
    const options = { name: `layerdiff-runner-${id}`, env, cwd: unpacked(cwd) };
    let child: Child;
    try {
      child = (spawn ?? forkUtility)(options);
    } catch (error) {
      post({ type: 'runner-gone', id, how: String(error), stderr: '' });
      return;
    }
    this.#children.set(id, child);
    const { port1, port2 } = createChannel();
    if (host === 'electron') child.post({ type: 'runner-port' } satisfies RunnerHandover, [port1]);
    else relay(port1, child);
    post({ type: 'runner-started', id, host, risky: large && host === 'electron' }, [port2]);
    void child.ended.then((ended) => {
      this.#children.delete(id);
      post({ type: 'runner-gone', id, ...ended });
    });
  }

  kill(id: string): void {
    this.#children.get(id)?.kill();
  }

  killAll(): void {
    for (const child of this.#children.values()) child.kill();
  }
}

/** The runner in a plain Node speaks by its own IPC; the service has a port all the same. */
function relay(port: MessagePortMain, child: Child): void {
  port.on('message', ({ data }) => child.post(data as unknown));
  child.onMessage((message) => port.postMessage(message));
  void child.ended.then(() => port.close());
  port.start();
}
