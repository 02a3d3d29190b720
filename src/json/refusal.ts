/**
 * Why foreign text is not taken. A rollout may have millions of lines that are refused, so this is no `Error`: making one
 * captures the stack, which takes longer than reading the line.
 */
export class Refusal {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}
