/** A "no" in words while a pickle is read; the reader adds the file and the place. */
export class PickleRefusal extends Error {
  /** Present where the file is sound but holds what is not read. */
  readonly wayOut: string | undefined;

  constructor(message: string, wayOut?: string) {
    super(message);
    this.wayOut = wayOut;
  }
}

export const ONLY = 'only tensors, containers and numbers are read';
export const RE_SAVE = 're-save with torch.save({name: tensor.detach().clone()})';
