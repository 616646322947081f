/**
 * What a file may claim before a reader believes it. Each limit is far above what recorders write and far below
 * what would hurt; a claim is also always checked against the size of the file before anything is allocated.
 */
export const LIMITS = {
  /** numpy's own limit is 10,000 bytes; structured dtypes may be longer. */
  npyHeaderBytes: 64 * 1024,
  /** The limit of the safetensors library. */
  safetensorsHeaderBytes: 100_000_000,
  manifestBytes: 256 * 1024 * 1024,
  /** Central directory of a zip: 65,536 entries of about 100 bytes, with room for long names. */
  zipDirectoryBytes: 32 * 1024 * 1024,
  zipEntries: 65_536,
  /** Largest member that is inflated; larger ones must be stored. */
  inflatedBytes: 2 ** 31 - 1,
  /** Deflate cannot do better than 1032:1, so a larger claim is a lie. */
  deflateRatio: 1032,
  folderFiles: 65_536,
  folderDepth: 8,
  pickleBytes: 256 * 1024 * 1024,
  pickleOperations: 5_000_000,
  pickleDepth: 1000,
  /** Nested containers in a dump, and values met while they are flattened (shared ones are met repeatedly). */
  nesting: 100,
  values: 1_000_000,
  /** One name, text or number in JSON; longer strings are read in place. */
  jsonTextBytes: 64 * 1024,
  jsonValues: 4_000_000,
  jsonDepth: 64,
  /** Data that must be decoded (varints, inflated members, odd strides) and is kept for the next read. */
  decodedCacheBytes: 256 * 1024 * 1024,
  /** An expanded tensor (stride 0) needs next to no file; above this it is not believed. */
  expandedBytes: 4 * 1024 * 1024 * 1024,
  gatherCacheBytes: 64 * 1024 * 1024,
  openFiles: 64,
  /** What a program says of its stages before the first node and after the last: settings, and detections at most. */
  settings: 1024,
  settingName: 256,
  settingText: 4096,
  settingNumbers: 1024,
  stageTensors: 256,
} as const;
