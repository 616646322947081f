/** What a person looks at before the first node and after the last one: small pictures, whatever the tensors' sizes. */

export interface SmallPicture {
  readonly width: number;
  readonly height: number;
  /** Pixels of the tensor per pixel of this picture. */
  readonly step: number;
  /** RGBA, row by row. */
  readonly pixels: Uint8Array;
}

export interface InputPictures {
  /** Name of the model input. */
  readonly input: string;
  readonly recorded: SmallPicture;
  /** What the deployed pipeline feeds; undefined where nothing else was given, or what was given is no picture. */
  readonly deployed: SmallPicture | undefined;
  /** The largest |deployed − recorded| over the channels, white at `most`, the largest finite one, and where just one side
   * is finite; undefined where shapes differ. */
  readonly difference: (SmallPicture & { readonly most: number }) | undefined;
}

export interface StagePictures {
  readonly inputs: readonly InputPictures[];
  /** The original (`--image`, or what was recorded before the first node). */
  readonly original: SmallPicture | undefined;
}
