import { LayerdiffError } from '../../shared/errors.ts';

/** IoUs that one audit computes at most: some seconds. */
const MOST_IOUS = 4e8;
/** What a search leaves for showing what it found. */
const RESERVE = 1.5e8;

/** More boxes than can be examined in seconds: nobody's detections, and nothing that may hang a comparison. */
export class TooManyBoxes extends LayerdiffError {
  constructor() {
    super('not-comparable', 'too many boxes pass the thresholds to be examined', {
      wayOut: 'give the score threshold and the caps of the detector',
    });
  }
}

/** IoUs left to compute. */
export class Budget {
  #ious = MOST_IOUS;

  /** @throws TooManyBoxes where nothing is left. */
  spend(count: number): void {
    this.#ious -= count;
    if (this.#ious < 0) throw new TooManyBoxes();
  }

  /** Whether a search may go on. */
  get allowsSearch(): boolean {
    return this.#ious > RESERVE;
  }
}
