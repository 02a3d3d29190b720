/** Which way something went, as the client sees it; or that it is the server's standard error. */
export type Direction = 'sent' | 'received' | 'stderr';

/** Bytes that passed, as they came. */
export interface Passage {
  /** Of the client: `c1` for the first one. */
  readonly connection: string;
  readonly direction: Direction;
  /** Milliseconds since the tap began. */
  readonly atMs: number;
  readonly bytes: Uint8Array;
}

/** Is shown what passes. It neither fails nor changes anything. */
export interface Onlooker {
  readonly passed: (connection: string, direction: Direction, bytes: Uint8Array) => void;
  /** A fault of ours changed what reaches a client. */
  readonly tampered: (connection: string, what: string) => void;
  /** A fault of ours cuts a client off: what does not come any more is not missing. */
  readonly cut: (connection: string) => void;
  /** A client has gone. */
  readonly closed: (connection: string) => void;
  /** Fulfils when it has caught up so far that more may pass; undefined when it has. */
  readonly room: () => Promise<void> | undefined;
}
