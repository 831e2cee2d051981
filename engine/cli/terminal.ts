/** The little of the surroundings that commands use, so that tests can stand in for them. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Whether somebody watches standard error. */
  readonly isErrTty: boolean;
  /** Real time in seconds, from any origin. */
  seconds(): number;
  /** True once Ctrl-C was pressed. */
  isInterrupted(): boolean;
}
