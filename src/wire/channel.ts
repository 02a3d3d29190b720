/** A way for JSON texts between two peers, whole and in order. Whoever is slow to read slows the other down. */
export interface Channel {
  /**
   * What the peer sends, one text each, as bytes. Ends when either side has closed. It can be read once.
   * @throws {ServerFailure} when what comes is no sequence of texts, or a text is too long
   */
  readonly incoming: AsyncIterable<Buffer>;
  /** Hands a text over; fulfils when more can be taken. A channel that is closed loses it without a word. */
  readonly send: (text: string) => Promise<void>;
  /** Fulfils when nothing more comes or goes. */
  readonly close: () => Promise<void>;
}
